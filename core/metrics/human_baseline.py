"""The human baseline: each judge compared with the others, as a point on the axes of a model's curve.

What the others agree on (Accepted or rejected) stands for the truth, and the judge's own label for a decision: the
judge's AM is the share of what the others accept that this judge rejects, the RCC the share of what the others reject
that this judge rejects as well. A recording on which the others differ is left out. With two judges each is
compared with the other, so a judge pays for the other's mistakes too: people are rather better than this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from core.arrays import BoolArray, IntArray
from core.metrics import clustered_shares
from core.metrics.intervals import NOT_KNOWN, Interval


@dataclass(frozen=True)
class MultiplyJudged:
    """A recording: its child, and whether each judge who labelled it accepts it."""

    child: str
    accepted_by: Mapping[str, bool]


@dataclass(frozen=True)
class JudgePoint:
    """A judge against the others. `accepted` and `rejected` count the others' labels; shares are NaN without any."""

    judge: str
    am: float
    rcc: float
    am_interval: Interval
    rcc_interval: Interval
    accepted: int
    rejected: int
    left_out: int


def judge_points(recordings: Sequence[MultiplyJudged]) -> list[JudgePoint]:
    """A point for every judge who has a recording in common with another, those with most first.

    Examples
    --------
    >>> recordings = [MultiplyJudged("ada", {"judge a": True, "judge b": True})] * 3
    >>> recordings += [MultiplyJudged("zoe", {"judge a": False, "judge b": True})]
    >>> [(point.judge, point.am, point.accepted, point.rejected) for point in judge_points(recordings)]
    [('judge a', 0.25, 4, 0), ('judge b', 0.0, 3, 1)]
    """
    judges = sorted(
        {judge for recording in recordings for judge in recording.accepted_by if len(recording.accepted_by) > 1}
    )
    points = [
        _point(judge, [recording for recording in recordings if judge in recording.accepted_by]) for judge in judges
    ]
    return sorted(points, key=lambda point: (-point.accepted - point.rejected, point.judge))


def _point(judge: str, recordings: Sequence[MultiplyJudged]) -> JudgePoint:
    compared, left_out = [], 0
    for recording in recordings:
        others = {accepts for name, accepts in recording.accepted_by.items() if name != judge}
        if len(others) == 1:
            compared.append((recording.child, others.pop(), recording.accepted_by[judge]))
        left_out += len(others) > 1
    children, truth, own = zip(*compared, strict=True) if compared else ((), (), ())
    child_index, _ = clustered_shares.child_indices(np.array(children, dtype=str), len(truth))
    accepted, rejects = np.array(truth, dtype=bool), ~np.array(own, dtype=bool)
    am, am_interval = _share(child_index[accepted], rejects[accepted])
    rcc, rcc_interval = _share(child_index[~accepted], rejects[~accepted])
    n = int(accepted.sum())
    return JudgePoint(judge, am, rcc, am_interval, rcc_interval, n, len(accepted) - n, left_out)


def _share(child_index: IntArray, hits: BoolArray) -> tuple[float, Interval]:
    if not len(child_index):
        return nan, NOT_KNOWN
    shares = clustered_shares.shares_with_intervals(child_index, hits)
    return float(shares.value[0]), (float(shares.low[0]), float(shares.high[0]))
