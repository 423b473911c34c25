"""A model's operating curve in a split, thinned for a chart and exact where it matters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Float64Array, IntArray
from core.domain.labels import BinaryLabel, Split
from core.metrics import rejection
from core.workflows.evaluation import predictions
from core.workflows.evaluation.predictions import SplitPredictions
from db import session

MAX_POINTS = 400


@dataclass(frozen=True)
class CurveData:
    """An operating curve as a chart draws it: at most about 400 points, both ends and the maximum of g among them.

    thresholds, rcc, am : beside each other, with rising thresholds
    accepted_refused, rejected_caught : counts of recordings out of `accepted` and `rejected`
    maximum : t_m with its RCC and AM
    empty_classes : those without recordings
    """

    thresholds: list[float]
    rcc: list[float]
    am: list[float]
    accepted_refused: list[int]
    rejected_caught: list[int]
    accepted: int
    rejected: int
    maximum: rejection.ThresholdPoint
    empty_classes: tuple[BinaryLabel, ...]

    def points(self) -> list[tuple[float, float]]:
        """(AM, RCC) along the curve; none where a class is empty."""
        return [] if self.empty_classes else list(zip(self.am, self.rcc, strict=True))


def curve_points(model_id: str, split: Split) -> CurveData:
    """The operating curve of a model in a split, thinned for a chart."""
    with session.reading() as tx:
        return predictions.cached(
            tx, model_id, ("curve", split), lambda: thin_curve(predictions.predictions_of_split(tx, model_id, split))
        )


def thin_curve(rows: SplitPredictions) -> CurveData:
    """The operating curve of these recordings, thinned for a chart."""
    curve = rejection.curve(rows.is_accepted, rows.p, weights=rows.weights)
    places = _thinned(curve)
    accepted = int(rows.is_accepted.sum())
    thresholds = curve.thresholds[places]
    return CurveData(
        thresholds=thresholds.tolist(),
        rcc=curve.rcc[places].tolist(),
        am=curve.am[places].tolist(),
        accepted_refused=count_below(rows.p[rows.is_accepted], thresholds),
        rejected_caught=count_below(rows.p[~rows.is_accepted], thresholds),
        accepted=accepted,
        rejected=len(rows.p) - accepted,
        maximum=rejection.maximum(curve),
        empty_classes=curve.empty_classes,
    )


def count_below(p: Float64Array, thresholds: Float64Array) -> list[int]:
    """How many p lie below each threshold."""
    return [int(n) for n in np.searchsorted(np.sort(p), thresholds, side="left")]


def _thinned(curve: rejection.OperatingCurve) -> IntArray:
    """Indices of at most MAX_POINTS points, evenly spaced along the curve; the ends and the top of g always."""
    last = len(curve.thresholds) - 1
    if last < MAX_POINTS:
        return np.arange(last + 1)
    distance = np.nan_to_num(curve.rcc) + np.nan_to_num(curve.am)
    even = np.searchsorted(distance, np.linspace(0.0, distance[-1], MAX_POINTS - 3))
    height = rejection.g(curve)
    top = 0 if np.isnan(height).any() else int(np.argmax(height))
    return np.unique(np.concatenate([np.minimum(even, last), [0, top, last]]))
