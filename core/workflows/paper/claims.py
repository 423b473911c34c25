"""What the paper concludes, evaluated on the systems that are trained here.

A claim about figures is a mean difference of f(0.10) over every pair of systems it is about, with a 95 % interval by
drawing children: the same draw for both of a pair. A claim about time is a ratio of seconds, with a 95 % interval over
the folds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.arrays import Float64Array
from core.domain.catalogue import MERGED_SYSTEMS, PAPER_FAMILIES, SINGLE_SYSTEMS, without_stand_in
from core.domain.verdicts import PaperClaim
from core.metrics import bootstrap_intervals, intervals, published_results, rejection
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.paper.claim_results import ClaimResult, stand_in_replaces_vggish
from core.workflows.paper.paper_rows import Key
from core.workflows.paper.table_rows import PaperRow, on_grid

Rows = Mapping[Key, PaperRow]
Pairs = list[tuple[PaperRow, PaperRow]]
Seconds = Callable[[PaperRow], tuple[float | None, Sequence[float]]]


def evaluate_claims(trained: Rows) -> list[ClaimResult]:
    """Each claim of the paper with what becomes of it here; `trained` are the rows with predictions."""
    rows, has_stand_in = _under_published_names(trained)
    of_mfcc, of_vggish = ({key: row for key, row in rows.items() if key[0] == family} for family in PAPER_FAMILIES)
    features = _pairs_across(rows, 0, "vggish", "mfcc")
    draws = {key: _draws(row) for key, row in (of_mfcc | of_vggish).items()}
    pairs_of = _pairs_by_claim(rows)
    singles = [(vggish, mfcc) for vggish, mfcc in features if vggish.system in SINGLE_SYSTEMS]
    of_rnns = [(vggish, mfcc) for vggish, mfcc in singles if vggish.network == "rnn"]
    results = [_difference(claim, pairs, draws) for claim, pairs in pairs_of.items()]
    results.append(_ratio(PaperClaim.TRAINS_FASTER_ON_VGGISH, singles, _training_seconds))
    results.append(_ratio(PaperClaim.RNN_EPOCH_FASTER_ON_VGGISH, of_rnns, _epoch_seconds))
    return [replace(result, is_stand_in=has_stand_in and result.claim.is_about_vggish) for result in results]


def differences(trained: Rows, wanted: Collection[PaperClaim]) -> dict[PaperClaim, float]:
    """The mean difference of f(0.10) of claims about figures; of those whose systems are all among `trained`."""
    rows, _ = _under_published_names(trained)
    pairs_of = {claim: _on_the_same_labels(pairs) for claim, pairs in _pairs_by_claim(rows).items() if claim in wanted}
    return {
        claim: float(np.mean([_f10(first) - _f10(second) for first, second in pairs]))
        for claim, pairs in pairs_of.items()
        if pairs
    }


def compared_keys(trained: Rows, claim: PaperClaim) -> set[Key]:
    """The rows that a claim about figures compares, as `trained` calls them; merged ones by what they are merged of."""
    rows, has_stand_in = _under_published_names(trained)
    names = {without_stand_in(row.features): row.features for row in trained.values()} if has_stand_in else {}
    compared = {row.key for pair in _pairs_by_claim(rows)[claim] for row in pair}
    return {
        (names.get(features, features), network, single)
        for features, network, system in compared
        for single in (SINGLE_SYSTEMS if system in MERGED_SYSTEMS else (system,))
    }


def _pairs_by_claim(rows: Rows) -> dict[PaperClaim, Pairs]:
    """The pairs of systems that each claim about figures compares."""
    of_mfcc, of_vggish = ({key: row for key, row in rows.items() if key[0] == family} for family in PAPER_FAMILIES)
    return {
        PaperClaim.VGGISH_BEATS_MFCC: _pairs_across(rows, 0, "vggish", "mfcc"),
        PaperClaim.VGGISH_DNN_BEATS_MFCC_RNN: _vggish_dnn_and_mfcc_rnn(rows),
        PaperClaim.RNN_BEATS_DNN_ON_MFCC: _pairs_across(of_mfcc, 1, "rnn", "dnn"),
        PaperClaim.RNN_BEATS_DNN_ON_VGGISH: _pairs_across(of_vggish, 1, "rnn", "dnn"),
        PaperClaim.MERGING_HELPS_ON_MFCC: _merged_and_single(of_mfcc),
        PaperClaim.MERGING_IS_NO_HELP_ON_VGGISH: _merged_and_single(of_vggish),
    }


def _under_published_names(trained: Rows) -> tuple[Rows, bool]:
    """Rows under the paper's names: a stand-in takes its module's place where that is not trained; whether one does."""
    if not stand_in_replaces_vggish([row.features for row in trained.values()]):
        return trained, False
    renamed = [replace(row, features=without_stand_in(row.features)) for row in trained.values()]
    return {row.key: row for row in renamed}, True


def _pairs_across(rows: Rows, place: int, first: str, second: str) -> Pairs:
    """Pairs of rows that differ only in one place of their key: `first` there against `second`."""
    pairs = []
    for key, row in rows.items():
        features, network, system = (second if index == place else name for index, name in enumerate(key))
        twin = rows.get((features, network, system))
        if key[place] == first and twin:
            pairs.append((row, twin))
    return pairs


def _merged_and_single(rows: Rows) -> Pairs:
    return [
        (row, rows[key[0], key[1], single])
        for key, row in rows.items()
        if key[2] in MERGED_SYSTEMS
        for single in SINGLE_SYSTEMS
        if (key[0], key[1], single) in rows
    ]


def _vggish_dnn_and_mfcc_rnn(rows: Rows) -> Pairs:
    pairs = [
        (rows.get(("vggish", "dnn", system)), rows.get(("mfcc", "rnn", system))) for system in published_results.SYSTEMS
    ]
    return [(vggish, mfcc) for vggish, mfcc in pairs if vggish and mfcc]


def _difference(claim: PaperClaim, pairs: Pairs, draws: Mapping[Key, Float64Array]) -> ClaimResult:
    """The mean difference of f(0.10), first minus second of each pair."""
    comparable = _on_the_same_labels(pairs)
    if not comparable:
        return ClaimResult(claim, is_trained=False)
    value = float(np.mean([_f10(first) - _f10(second) for first, second in comparable]))
    drawn = np.mean([draws[first.key] - draws[second.key] for first, second in comparable], axis=0)
    return ClaimResult(claim, *_known(value, intervals.percentile_interval(drawn)))


def _ratio(claim: PaperClaim, pairs: Pairs, seconds: Seconds) -> ClaimResult:
    """How many times longer the second of each pair takes than the first; the geometric mean of the pairs."""
    timed = [(seconds(first), seconds(second)) for first, second in _on_the_same_labels(pairs)]
    whole = [math.log(second[0] / first[0]) for first, second in timed if first[0] and second[0]]
    if not whole:
        return ClaimResult(claim, is_trained=False)
    of_folds = [np.log(np.array(second[1]) / np.array(first[1])) for first, second in timed if first[1] and second[1]]
    interval = _over_folds(np.mean(of_folds, axis=0)) if of_folds else intervals.NOT_KNOWN
    return ClaimResult(claim, *_known(math.exp(np.mean(whole)), interval))


def _on_the_same_labels(pairs: Pairs) -> Pairs:
    return [(first, second) for first, second in pairs if first.snapshot_id == second.snapshot_id]


def _known(value: float, interval: tuple[float, float]) -> tuple[float | None, tuple[float, float] | None]:
    """None for what is not a number."""
    return None if math.isnan(value) else value, None if any(map(math.isnan, interval)) else interval


def _over_folds(logs: Float64Array) -> tuple[float, float]:
    """Student's interval of a mean of logarithms [shape=(n_folds,)] as ratios; not known from a single fold."""
    from scipy import stats

    if len(logs) < 2:
        return intervals.NOT_KNOWN
    half = stats.t.ppf(0.5 + intervals.COVERAGE / 2, len(logs) - 1) * logs.std(ddof=1) / math.sqrt(len(logs))
    return math.exp(logs.mean() - half), math.exp(logs.mean() + half)


def _training_seconds(row: PaperRow) -> tuple[float | None, Sequence[float]]:
    return row.seconds, row.fold_seconds


def _epoch_seconds(row: PaperRow) -> tuple[float | None, Sequence[float]]:
    return row.seconds_per_epoch, row.fold_epoch_seconds


def _draws(row: PaperRow) -> Float64Array:
    test = _test(row)
    return bootstrap_intervals.bootstrap_draws_of_f(test.children, test.is_accepted, on_grid(test.p), 0.10)


def _f10(row: PaperRow) -> float:
    test = _test(row)
    return rejection.f(rejection.curve(test.is_accepted, test.p, grid="paper"), 0.10)


def _test(row: PaperRow) -> SplitPredictions:
    if row.test is None:
        raise ValueError(f"{row.key} is not trained")
    return row.test
