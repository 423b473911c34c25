"""Operating curves for the browser: small, precomputed, exact where it matters.

Two shapes: `CurveData` is a curve as a chart draws it; `Ladder` answers every AM target while it is being dragged. The
threshold of a rung is the one that the validation children give for its target; what it then does is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain.labels import Label, Split
from core.metrics import am_bound, clustered_shares, rejection
from core.metrics.am_bound import AmUpperBound
from core.workflows.evaluation import predictions
from core.workflows.evaluation.predictions import SplitPredictions
from db import session

MAX_POINTS = 400
STEP = 0.005
AM_MAX = 0.40
TARGETS = tuple(round(STEP * k, 3) for k in range(round(AM_MAX / STEP) + 1))

Interval = tuple[float, float]


@dataclass(frozen=True)
class CurveData:
    """An operating curve as a chart draws it: at most about 400 points, both ends and the maximum of g among them.

    The lists run with rising thresholds. `accepted_refused` and `rejected_caught` are counts of recordings out of
    `accepted` and `rejected`. `maximum` is t_m with its RCC and AM; `note` names an empty class, in words.
    """

    thresholds: list[float]
    rcc: list[float]
    am: list[float]
    accepted_refused: list[int]
    rejected_caught: list[int]
    accepted: int
    rejected: int
    maximum: rejection.ThresholdPoint
    note: str


@dataclass(frozen=True)
class ThresholdFigures:
    """What one threshold does in one split: shares and 95 % intervals (None where a class is empty), counts."""

    rcc: float | None
    am: float | None
    rcc_interval: Interval | None
    am_interval: Interval | None
    refused: dict[Label, int]

    @property
    def rejected_caught(self) -> int:
        return sum(n for label, n in self.refused.items() if label.is_rejected)


@dataclass(frozen=True)
class SweepPoint:
    """One AM target, the threshold that validation gives for it, and what it does in both splits.

    promise : of the test children; None without Accepted recordings among them.
    """

    am_target: float
    threshold: float
    validation: ThresholdFigures
    test: ThresholdFigures
    promise: AmUpperBound | None


@dataclass(frozen=True)
class ThresholdSweep:
    """Every AM target that can be dragged to, rising; no rungs where validation has no Accepted recording.

    `totals` counts the recordings of each split by label, `n_children` whose they are; `note` says what is missing.
    """

    rungs: tuple[SweepPoint, ...]
    totals: dict[Split, dict[Label, int]]
    n_children: dict[Split, int]
    note: str

    def at(self, am_target: float) -> SweepPoint:
        """The rung nearest to a target."""
        return self.rungs[min(max(round(am_target / STEP), 0), len(self.rungs) - 1)]

    def keeps(self, am: float) -> SweepPoint | None:
        """The highest rung at which an AM of at most `am` can be promised."""
        able = [rung for rung in self.rungs if rung.promise and rung.promise.upper <= am]
        return able[-1] if able else None


def curve_points(model_id: str, split: Split | str) -> CurveData:
    """The operating curve of one model in one split, thinned for a chart."""
    with session.reading() as tx:
        return predictions.cached(
            tx,
            model_id,
            ("curve", Split(split)),
            lambda: thin_curve(predictions.predictions_of_split(tx, model_id, Split(split))),
        )


def thin_curve(there: SplitPredictions) -> CurveData:
    """The operating curve of some recordings, thinned for a chart."""
    curve = rejection.curve(there.is_accepted, there.p)
    keep = _thinned(curve)
    accepted = int(there.is_accepted.sum())
    thresholds, rcc, am = curve.thresholds[keep], curve.rcc[keep], curve.am[keep]
    return CurveData(
        thresholds=thresholds.tolist(),
        rcc=rcc.tolist(),
        am=am.tolist(),
        accepted_refused=_below(there.p[there.is_accepted], thresholds),
        rejected_caught=_below(there.p[~there.is_accepted], thresholds),
        accepted=accepted,
        rejected=len(there.p) - accepted,
        maximum=rejection.maximum(curve),
        note=curve.note,
    )


def sweep_thresholds(model_id: str) -> ThresholdSweep:
    """What every AM target does to the test children, with intervals, and what it can promise."""
    with session.reading() as tx:
        return predictions.cached(tx, model_id, "ladder", lambda: _ladder(tx, model_id))


def _ladder(tx: Any, model_id: str) -> ThresholdSweep:
    splits = {split: predictions.predictions_of_split(tx, model_id, split) for split in (Split.VALIDATION, Split.TEST)}
    curve = rejection.curve(splits[Split.VALIDATION].is_accepted, splits[Split.VALIDATION].p)
    totals = {
        split: {label: int((there.labels == str(label)).sum()) for label in Label} for split, there in splits.items()
    }
    n_children = {split: len(np.unique(there.children)) for split, there in splits.items()}
    if np.isnan(curve.am).any():
        return ThresholdSweep((), totals, n_children, curve.note)
    targets = np.array(TARGETS)
    thresholds = curve.thresholds[np.searchsorted(curve.am, targets, side="right") - 1]
    validation, test = (_at(there, thresholds) for there in splits.values())
    promised = _promises(splits[Split.TEST], thresholds, targets)
    rungs = [
        SweepPoint(*one)
        for one in zip(TARGETS, (float(threshold) for threshold in thresholds), validation, test, promised, strict=True)
    ]
    return ThresholdSweep(tuple(rungs), totals, n_children, curve.note)


def _at(there: SplitPredictions, thresholds: np.ndarray) -> list[ThresholdFigures]:
    which, _ = clustered_shares.child_indices(there.children, len(there.p))
    of_class = {}
    for name, among in (("am", there.is_accepted), ("rcc", ~there.is_accepted)):
        of_class[name] = (
            clustered_shares.shares_with_intervals(which[among], there.p[among][:, None] < thresholds)
            if among.any()
            else None
        )
    refused = {label: _below(there.p[there.labels == str(label)], thresholds) for label in Label}
    rcc, am = of_class["rcc"], of_class["am"]
    return [
        ThresholdFigures(
            rcc=_level(rcc, level),
            am=_level(am, level),
            rcc_interval=_ends(rcc, level),
            am_interval=_ends(am, level),
            refused={label: counts[level] for label, counts in refused.items()},
        )
        for level in range(len(thresholds))
    ]


def _level(found: clustered_shares.ClusteredShares | None, level: int) -> float | None:
    return None if found is None else float(found.value[level])


def _ends(found: clustered_shares.ClusteredShares | None, level: int) -> Interval | None:
    return None if found is None else (float(found.low[level]), float(found.high[level]))


def _promises(there: SplitPredictions, thresholds: np.ndarray, targets: np.ndarray) -> list[AmUpperBound | None]:
    good = there.is_accepted
    if not good.any():
        return [None] * len(targets)
    which, _ = clustered_shares.child_indices(there.children, len(there.p))
    return list(am_bound.am_upper_bounds(which[good], there.p[good][:, None] < thresholds, targets))


def _thinned(curve: rejection.OperatingCurve) -> np.ndarray:
    """Indices of at most MAX_POINTS points, evenly spaced along the curve; the ends and the top of g always."""
    last = len(curve.thresholds) - 1
    if last < MAX_POINTS:
        return np.arange(last + 1)
    way = np.nan_to_num(curve.rcc) + np.nan_to_num(curve.am)
    even = np.searchsorted(way, np.linspace(0.0, way[-1], MAX_POINTS - 3))
    height = rejection.g(curve)
    top = 0 if np.isnan(height).any() else int(np.argmax(height))
    return np.unique(np.concatenate([np.minimum(even, last), [0, top, last]]))


def _below(p: np.ndarray, thresholds: np.ndarray) -> list[int]:
    """How many p lie below each threshold."""
    return [int(n) for n in np.searchsorted(np.sort(p), thresholds, side="left")]
