"""What the paper concludes, held against the systems that are trained here.

A claim about figures is a mean difference of f(0.10) over every pair of systems it is about, with a 95 % interval by
drawing children: the same draw for both of a pair. A claim about time is a ratio of seconds, with a 95 % interval over
the folds. An interval that leaves room for no difference decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.json_values import finite_or_none, finite_or_nones
from core.metrics import intervals, rejection
from core.metrics.published_results import MERGED, SINGLE
from core.number_words import signed, signed_points
from core.workflows.paper.table_rows import STAND_IN, Key, PaperRow, on_grid

CANNOT_TELL = "Cannot tell from this many recordings"
NEGLIGIBLE = 0.02  # of f(0.10): for less nobody would run three models instead of one

Rows = Mapping[Key, PaperRow]
Pairs = list[tuple[PaperRow, PaperRow]]


def evaluate_claims(trained: Rows) -> list[dict[str, Any]]:
    """Each claim of the paper with what becomes of it here.

    Returns
    -------
    Dictionaries of claim, ours (a difference of shares, or a ratio of seconds), interval, verdict (a sentence) and
    unit ("share" or "times").
    """
    rows, has_stand_in = _under_published_names(trained)
    features, of_mfcc = _across(rows, 0, "vggish", "mfcc"), {key: row for key, row in rows.items() if key[0] == "mfcc"}
    of_vggish = {key: row for key, row in rows.items() if key[0] == "vggish"}
    draws = {key: _draws(row) for key, row in rows.items() if key[0] in ("mfcc", "vggish")}
    about_figures: dict[str, Pairs] = {
        "VGGish features do better than MFCC, network for network": features,
        "A DNN on VGGish features does better than an RNN on MFCC": _transfer_dnn_against_mfcc_rnn(rows),
        "On MFCC, RNNs do better than DNNs": _across(of_mfcc, 1, "rnn", "dnn"),
        "On VGGish features, RNNs do a little better than DNNs": _across(of_vggish, 1, "rnn", "dnn"),
        "On MFCC, merged models do better than single ones": _merged_against_single(of_mfcc),
        "On VGGish features, merging does not help": _merged_against_single(of_vggish),
    }
    singles = [(one, other) for one, other in features if one.system in SINGLE]
    of_rnns = [(one, other) for one, other in singles if one.network == "rnn"]
    found = [_of_figures(claim, pairs, draws) for claim, pairs in about_figures.items()]
    found.append(_of_time("Networks on VGGish features train three to five times faster", singles, _training))
    found.append(_of_time("An epoch of an RNN is three to five times faster on VGGish features", of_rnns, _epoch))
    return [_with_stand_in(one) if has_stand_in and "VGGish" in one["claim"] else one for one in found]


def _under_published_names(trained: Rows) -> tuple[Rows, bool]:
    """Rows under the paper's names: a stand-in takes its module's place where that is not trained; whether one does."""
    if any(key[0] == "vggish" for key in trained) or not any(row.is_stand_in for row in trained.values()):
        return trained, False
    renamed = [replace(row, features=row.features.removeprefix(STAND_IN)) for row in trained.values()]
    return {row.key: row for row in renamed}, True


def _with_stand_in(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"verdict": f"With a stand-in, not with VGGish itself: {found['verdict']}"}


def _across(rows: Rows, place: int, one: str, other: str) -> Pairs:
    """Pairs of rows that differ only in one place of their key: `one` there against `other`."""
    pairs = []
    for key, row in rows.items():
        twin = rows.get((*key[:place], other, *key[place + 1 :]))  # type: ignore[arg-type]
        if key[place] == one and twin:
            pairs.append((row, twin))
    return pairs


def _merged_against_single(rows: Rows) -> Pairs:
    return [
        (row, rows[key[0], key[1], single])
        for key, row in rows.items()
        if key[2] in MERGED
        for single in SINGLE
        if (key[0], key[1], single) in rows
    ]


def _transfer_dnn_against_mfcc_rnn(rows: Rows) -> Pairs:
    twins = [(rows.get(("vggish", "dnn", task)), rows.get(("mfcc", "rnn", task))) for task in (*SINGLE, *MERGED)]
    return [(one, other) for one, other in twins if one and other]


def _of_figures(claim: str, pairs: Pairs, draws: Mapping[Key, np.ndarray]) -> dict[str, Any]:
    comparable = [(one, other) for one, other in pairs if one.snapshot_id == other.snapshot_id]
    if not comparable:
        return _not_trained(claim, "share")
    drawn = np.mean([draws[one.key] - draws[other.key] for one, other in comparable], axis=0)
    ours = float(np.mean([_f10(one) - _f10(other) for one, other in comparable]))
    low, high = intervals.percentile_interval(drawn)
    points = f"{signed(100 * ours)} points of f(0.10), 95 % from {signed_points(low, high)}"
    verdict = _of_no_effect(low, high, points) if "does not help" in claim else _of_effect(low, high, points)
    return {
        "claim": claim,
        "ours": finite_or_none(ours),
        "interval": finite_or_nones((low, high)),
        "verdict": verdict,
        "unit": "share",
    }


def _of_effect(low: float, high: float, points: str) -> str:
    if math.isnan(low) or low <= 0.0 <= high:
        return f"{CANNOT_TELL}: {points}, which leaves room for no difference at all."
    return f"{'Holds' if low > 0 else 'The opposite holds'} here: {points}."


def _of_no_effect(low: float, high: float, points: str) -> str:
    if low > 0.0:
        return f"Not so here, merging helps: {points}."
    if high <= NEGLIGIBLE:
        return f"Holds here: {points}, so at most {100 * NEGLIGIBLE:.0f} points are to be gained."
    return f"{CANNOT_TELL}: {points}, which leaves room for nothing and for something."


def _of_time(
    claim: str, pairs: Pairs, seconds: Callable[[PaperRow], tuple[float | None, Sequence[float]]]
) -> dict[str, Any]:
    """How many times longer the second of each pair takes than the first; the geometric mean of the pairs."""
    comparable = [(seconds(one), seconds(other)) for one, other in pairs if one.snapshot_id == other.snapshot_id]
    whole = [(one[0], other[0]) for one, other in comparable if one[0] and other[0]]
    if not whole:
        return _not_trained(claim, "times")
    ours = math.exp(np.mean([math.log(other / one) for one, other in whole]))
    of_folds = [np.log(np.array(other[1]) / np.array(one[1])) for one, other in comparable if one[1] and other[1]]
    low, high = _over_folds(np.mean(of_folds, axis=0)) if of_folds else intervals.NOT_KNOWN
    verdict = _of_ratio(ours, low, high)
    return {"claim": claim, "ours": ours, "interval": finite_or_nones((low, high)), "verdict": verdict, "unit": "times"}


def _of_ratio(ours: float, low: float, high: float) -> str:
    if math.isnan(low):
        return f"{CANNOT_TELL}: {ours:.1f} times faster, from one training each; folds give an interval."
    times = f"{ours:.1f} times faster, 95 % from {low:.1f} to {high:.1f} over the folds"
    if low <= 1.0 <= high:
        return f"{CANNOT_TELL}: {times}, which leaves room for no difference at all."
    if high < 1.0:
        return f"The opposite holds here: {times}."
    if high < 3.0:
        return f"Faster here, but less so: {times}."
    return f"Holds here: {times}."


def _over_folds(logs: np.ndarray) -> tuple[float, float]:
    """Student's interval of a mean of logarithms, one a fold, as ratios; not known from a single fold."""
    from scipy import stats

    if len(logs) < 2:
        return intervals.NOT_KNOWN
    half = stats.t.ppf(0.5 + intervals.COVERAGE / 2, len(logs) - 1) * logs.std(ddof=1) / math.sqrt(len(logs))
    return math.exp(logs.mean() - half), math.exp(logs.mean() + half)


def _not_trained(claim: str, unit: str) -> dict[str, Any]:
    verdict = "Cannot tell: the systems it compares are not all trained here on the same labels."
    return {"claim": claim, "ours": None, "interval": None, "verdict": verdict, "unit": unit}


def _training(row: PaperRow) -> tuple[float | None, Sequence[float]]:
    return row.seconds, row.fold_seconds


def _epoch(row: PaperRow) -> tuple[float | None, Sequence[float]]:
    return row.seconds_per_epoch, row.fold_epoch_seconds


def _draws(row: PaperRow) -> np.ndarray:
    if row.test is None:
        raise ValueError(f"{row.key} is not trained")
    return intervals.bootstrap_draws_of_f(row.test.children, row.test.is_accepted, on_grid(row.test.p), 0.10)


def _f10(row: PaperRow) -> float:
    if row.test is None:
        raise ValueError(f"{row.key} is not trained")
    return rejection.f(rejection.curve(row.test.is_accepted, row.test.p, grid="paper"), 0.10)
