"""The human ceiling: each judge held against the others, as a point on the axes of a model's curve.

What the others agree on (Accepted or rejected) stands for the truth, and the judge's own label for a decision: the
judge's AM is the share of what the others accept that this judge rejects, the RCC the share of what the others reject
that this judge rejects as well. A recording on which the others differ says nothing and is left out. With two judges
each is held against the other, so a judge pays for the other's mistakes too: people are rather better than this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from core.metrics import clustered_shares
from core.metrics.intervals import NOT_KNOWN, Interval


@dataclass(frozen=True)
class MultiplyJudged:
    """One recording: whose it is, and whether each judge who heard it accepts it."""

    child: str
    accepted_by: Mapping[str, bool]


@dataclass(frozen=True)
class JudgePoint:
    """One judge against the others. `accepted` and `rejected` count what the others say; shares are NaN without any."""

    judge: str
    am: float
    rcc: float
    am_interval: Interval
    rcc_interval: Interval
    accepted: int
    rejected: int
    left_out: int


def judge_points(recordings: Sequence[MultiplyJudged]) -> list[JudgePoint]:
    """A point for every judge who has a recording in common with somebody, those with most first."""
    judges = sorted({judge for one in recordings for judge in one.accepted_by if len(one.accepted_by) > 1})
    points = [_point(judge, [one for one in recordings if judge in one.accepted_by]) for judge in judges]
    return sorted(points, key=lambda point: (-point.accepted - point.rejected, point.judge))


def _point(judge: str, heard: Sequence[MultiplyJudged]) -> JudgePoint:
    compared, left_out = [], 0
    for one in heard:
        others = {said for name, said in one.accepted_by.items() if name != judge}
        if len(others) == 1:
            compared.append((one.child, others.pop(), one.accepted_by[judge]))
        left_out += len(others) > 1
    children, truth, own = zip(*compared, strict=True) if compared else ((), (), ())
    which, _ = clustered_shares.child_indices(np.array(children, dtype=str), len(truth))
    accepted, rejects = np.array(truth, dtype=bool), ~np.array(own, dtype=bool)
    am, am_interval = _share(which[accepted], rejects[accepted])
    rcc, rcc_interval = _share(which[~accepted], rejects[~accepted])
    n = int(accepted.sum())
    return JudgePoint(judge, am, rcc, am_interval, rcc_interval, n, len(accepted) - n, left_out)


def _share(which: np.ndarray, hits: np.ndarray) -> tuple[float, Interval]:
    if not len(which):
        return nan, NOT_KNOWN
    found = clustered_shares.shares_with_intervals(which, hits)
    return float(found.value[0]), (float(found.low[0]), float(found.high[0]))
