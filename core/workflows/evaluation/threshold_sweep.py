"""Every AM target that can be dragged to, computed beforehand for the browser.

The threshold of a target is the one that the validation children give for it; what it then does is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array
from core.domain.certainty import Certainty
from core.domain.labels import BinaryLabel, Label, Split
from core.metrics import certain_threshold, clustered_shares, rejection
from core.metrics.am_bound import AmUpperBound
from core.metrics.certain_threshold import ChildrenNeeded
from core.metrics.clustered_shares import ClusteredShares
from core.metrics.intervals import Interval
from core.workflows.evaluation import am_promises, predictions, threshold_choice
from core.workflows.evaluation.operating_curves import count_below
from core.workflows.evaluation.predictions import SplitPredictions
from db import session

STEP = 0.005
AM_MAX = 0.40
TARGETS = tuple(round(STEP * k, 3) for k in range(round(AM_MAX / STEP) + 1))


@dataclass(frozen=True)
class ThresholdFigures:
    """What a threshold does in a split: shares with 95 % intervals, None where a class is empty; counts by label."""

    rcc: float | None
    am: float | None
    rcc_interval: Interval | None
    am_interval: Interval | None
    refused: dict[Label, int]

    @property
    def rejected_caught(self) -> int:
        """Recordings of Noise or Speechless that are refused."""
        return sum(n for label, n in self.refused.items() if label.is_rejected)


@dataclass(frozen=True)
class SweepPoint:
    """An AM target, the threshold that validation gives for it, and what that does in both splits.

    promise : of the test children; None without Accepted recordings among them
    certainty : with which the threshold keeps the target
    needed : what validation would take, where no threshold above 0 is sure; else None
    """

    am_target: float
    threshold: float
    validation: ThresholdFigures
    test: ThresholdFigures
    promise: AmUpperBound | None
    certainty: Certainty = Certainty.EVEN
    needed: ChildrenNeeded | None = None


@dataclass(frozen=True)
class ThresholdSweep:
    """Every AM target that can be dragged to, rising; no points where validation has no Accepted recording.

    totals : recordings of each split by label
    n_children : children of each split
    empty_classes : those without recordings in validation
    """

    points: tuple[SweepPoint, ...]
    totals: dict[Split, dict[Label, int]]
    n_children: dict[Split, int]
    empty_classes: tuple[BinaryLabel, ...]

    def at(self, am_target: float) -> SweepPoint:
        """The point nearest to a target."""
        return self.points[min(max(round(am_target / STEP), 0), len(self.points) - 1)]

    def highest_promised(self, am: float) -> SweepPoint | None:
        """The point with the highest target at which an AM of at most `am` can be promised."""
        promised = [point for point in self.points if point.promise and point.promise.upper <= am]
        return promised[-1] if promised else None


def sweep_thresholds(model_id: str, *, certainty: Certainty = Certainty.EVEN) -> ThresholdSweep:
    """The figures of every AM target in both splits at a certainty, with intervals and the bound of AM."""
    with session.reading() as tx:
        frozen = threshold_choice.frozen_threshold(tx, model_id, certainty=certainty)
        return predictions.cached(
            tx,
            model_id,
            ("sweep", certainty, frozen),
            lambda: sweep(
                predictions.predictions_of_split(tx, model_id, Split.VALIDATION),
                predictions.predictions_of_split(tx, model_id, Split.TEST),
                certainty=certainty,
                frozen=frozen,
            ),
        )


def sweep(
    validation: SplitPredictions,
    test: SplitPredictions,
    *,
    certainty: Certainty = Certainty.EVEN,
    frozen: tuple[float, float] | None = None,
) -> ThresholdSweep:
    """The same, of predictions; `frozen` is the target in force with its threshold, which is not chosen anew."""
    splits = {Split.VALIDATION: validation, Split.TEST: test}
    totals = {split: _count_by_label(rows) for split, rows in splits.items()}
    n_children = {split: len(np.unique(rows.children)) for split, rows in splits.items()}
    empty_classes = rejection.curve(validation.is_accepted, validation.p).empty_classes
    if not validation.is_accepted.any():
        return ThresholdSweep((), totals, n_children, empty_classes)
    targets = np.array(TARGETS)
    thresholds = threshold_choice.thresholds_for(validation, targets, certainty)
    if frozen is not None and frozen[0] in TARGETS:
        thresholds[TARGETS.index(frozen[0])] = frozen[1]
    validation_figures, test_figures = _figures_at(validation, thresholds), _figures_at(test, thresholds)
    promises, needed = _promises(test, thresholds, targets), _needed(validation, thresholds, certainty)
    points = (
        SweepPoint(
            am_target,
            float(thresholds[place]),
            validation_figures[place],
            test_figures[place],
            promises[place],
            certainty,
            needed[place],
        )
        for place, am_target in enumerate(TARGETS)
    )
    return ThresholdSweep(tuple(points), totals, n_children, empty_classes)


def _figures_at(rows: SplitPredictions, thresholds: Float64Array) -> list[ThresholdFigures]:
    child_index, _ = clustered_shares.child_indices(rows.children, len(rows.p))

    def shares_below(among: BoolArray) -> ClusteredShares | None:
        if not among.any():
            return None
        weights = None if rows.weights is None else rows.weights[among]
        return clustered_shares.shares_with_intervals(
            child_index[among], rows.p[among][:, None] < thresholds, weights=weights
        )

    rcc, am = shares_below(~rows.is_accepted), shares_below(rows.is_accepted)
    refused = {label: count_below(rows.p[rows.labels == str(label)], thresholds) for label in Label}
    return [
        ThresholdFigures(
            rcc=_value(rcc, level),
            am=_value(am, level),
            rcc_interval=_interval(rcc, level),
            am_interval=_interval(am, level),
            refused={label: counts[level] for label, counts in refused.items()},
        )
        for level in range(len(thresholds))
    ]


def _value(shares: ClusteredShares | None, level: int) -> float | None:
    return None if shares is None else float(shares.value[level])


def _interval(shares: ClusteredShares | None, level: int) -> Interval | None:
    return None if shares is None else (float(shares.low[level]), float(shares.high[level]))


def _promises(rows: SplitPredictions, thresholds: Float64Array, targets: Float64Array) -> list[AmUpperBound | None]:
    if not rows.is_accepted.any():
        return [None] * len(targets)
    return list(am_promises.promises(rows, thresholds, targets))


def _needed(
    validation: SplitPredictions, thresholds: Float64Array, certainty: Certainty
) -> list[ChildrenNeeded | None]:
    """What validation would take at each target, where its threshold is not sure."""
    is_sure = [certain_threshold.is_sure(threshold, certainty) for threshold in thresholds.tolist()]
    if all(is_sure):
        return [None] * len(is_sure)
    bounds = certain_threshold.am_bounds(
        validation.children,
        validation.is_accepted,
        validation.p,
        certainty=certainty,
        weights=validation.weights,
        up_to=0.0,
    )
    return [
        None if sure else certain_threshold.needed_by(bounds, am_target)
        for am_target, sure in zip(TARGETS, is_sure, strict=True)
    ]


def _count_by_label(rows: SplitPredictions) -> dict[Label, int]:
    return {label: int((rows.labels == str(label)).sum()) for label in Label}
