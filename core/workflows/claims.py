"""What the paper concludes, held against the systems that are trained here.

Each claim is a mean difference of f(0.10) over every pair of systems it is about, on the test children, with a 95 %
interval by drawing children: the same draw for both of a pair. An interval that holds 0 decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.measuring import intervals, rejection
from core.measuring.published import MERGED, SINGLE
from core.workflows.decisions import Decisions


@dataclass(frozen=True)
class Row:
    """One system on the test children; `test` is None where it is not trained."""

    features: str
    network: str
    system: str
    snapshot_id: int | None = None
    test: Decisions | None = None
    seconds: float | None = None
    seconds_per_epoch: float | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.features, self.network, self.system


Rows = dict[tuple[str, str, str], Row]
Pairs = list[tuple[Row, Row]]


def judged(rows: Rows) -> list[dict[str, Any]]:
    """What the paper concludes, each as a mean difference of f(0.10) over all pairs that are trained here."""
    claims: list[tuple[str, Callable[[Rows], Pairs]]] = [
        ("VGGish features do better than MFCC, network for network", lambda r: _across(r, 0, "vggish", "mfcc")),
        ("On MFCC, RNNs do better than DNNs", lambda r: _across(r, 1, "rnn", "dnn", among=(0, "mfcc"))),
        (
            "On VGGish features, RNNs do a little better than DNNs",
            lambda r: _across(r, 1, "rnn", "dnn", among=(0, "vggish")),
        ),
        ("On MFCC, merged models do better than single ones", lambda r: _merged_against_single(r, "mfcc")),
        ("On VGGish features, merging does not help", lambda r: _merged_against_single(r, "vggish")),
        ("A DNN on VGGish features does better than an RNN on MFCC", _transfer_dnn_against_mfcc_rnn),
    ]
    return [_verdict(claim, pairs(rows), is_of_no_effect="does not help" in claim) for claim, pairs in claims]


def _across(rows: Rows, place: int, one: str, other: str, *, among: tuple[int, str] | None = None) -> Pairs:
    """Pairs of rows that differ only in one place of their key: `one` there against `other`."""
    pairs = []
    for key, row in rows.items():
        twin = rows.get((*key[:place], other, *key[place + 1 :]))  # type: ignore[arg-type]
        if key[place] == one and twin and (among is None or key[among[0]] == among[1]):
            pairs.append((row, twin))
    return pairs


def _merged_against_single(rows: Rows, features: str) -> Pairs:
    return [
        (row, rows[features, row.network, single])
        for key, row in rows.items()
        if key[0] == features and key[2] in MERGED
        for single in SINGLE
    ]


def _transfer_dnn_against_mfcc_rnn(rows: Rows) -> Pairs:
    twins = [(rows.get(("vggish", "dnn", task)), rows.get(("mfcc", "rnn", task))) for task in (*SINGLE, *MERGED)]
    return [(one, other) for one, other in twins if one and other]


def _verdict(claim: str, pairs: Pairs, *, is_of_no_effect: bool) -> dict[str, Any]:
    comparable = [(one, other) for one, other in pairs if one.snapshot_id == other.snapshot_id]
    if not comparable:
        verdict = "Cannot tell: the systems it compares are not all trained here on the same labels."
        return {"claim": claim, "ours": None, "interval": None, "verdict": verdict}
    draws = np.mean([_draws(one) - _draws(other) for one, other in comparable], axis=0)
    ours = float(np.mean([_f10(one) - _f10(other) for one, other in comparable]))
    low, high = intervals.of_draws(draws)
    points = f"{100 * ours:+.1f} points of f(0.10), 95 % from {100 * low:+.1f} to {100 * high:+.1f}"
    if math.isnan(low) or low <= 0.0 <= high:
        verdict = f"Cannot tell: {points}, which leaves room for no difference at all."
    elif is_of_no_effect:
        verdict = f"Not so here, merging {'helps' if low > 0 else 'harms'}: {points}."
    else:
        verdict = f"{'Holds' if low > 0 else 'The opposite holds'} here: {points}."
    return {"claim": claim, "ours": known(ours), "interval": pair((low, high)), "verdict": verdict}


def _draws(row: Row) -> np.ndarray:
    test = _test(row)
    return intervals.draws_of_f(test.children, test.is_accepted, test.p, 0.10)


def _f10(row: Row) -> float:
    test = _test(row)
    return rejection.f(rejection.curve(test.is_accepted, test.p), 0.10)


def _test(row: Row) -> Decisions:
    if row.test is None:
        raise ValueError(f"{row.key} is not trained")
    return row.test


def known(value: float) -> float | None:
    """JSON has no NaN."""
    return None if math.isnan(value) else value


def pair(interval: tuple[float, float]) -> list[float | None]:
    return [known(end) for end in interval]
