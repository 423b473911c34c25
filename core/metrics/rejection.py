"""RCC and AM: what a threshold on p(Accepted) catches, and what it costs.

Conventions
-----------
is_accepted : [shape=(n,), bool]
    The people's label: True for Accepted, False for Rejected (Noise or Speechless).
p : [shape=(n,), float in [0, 1]]
    A model's probability of Accepted. A recording is accepted when ``p >= t`` and refused when ``p < t``.

RCC(t) is the share of Rejected with ``p < t`` (Rejected Correctly Classified), AM(t) the share of Accepted with
``p < t`` (Accepted Misclassified), g(t) = RCC(t) - AM(t), and f(x) the RCC at the largest t with AM(t) <= x.
All of them are shares between 0 and 1. Recordings count alike, or with weights (`core.domain.live_sampling`).

Two grids of thresholds: ``paper`` is 0 to 1 in steps of 0.01; ``exact`` is every distinct p, with 0 in front (nothing
is refused) and the float after 1 behind (everything is refused). RCC and AM only change just above a p, and ``p < t``
leaves the p itself out, so no threshold whatever does better than the best of the exact grid.

An empty class gives NaN for its share and for everything computed from it (`OperatingCurve.empty_classes` names it). A
threshold that is NaN (none could be chosen) gives NaN shares. The order of the recordings never matters, and equal p
always fall on the same side.

Source: sections 3.3.1 and 3.3.2 of the paper, equations (1) and (2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.arrays import BoolArray, Float64Array, FloatArray, IntArray
from core.domain.labels import BinaryLabel
from core.errors import Refused

Grid = Literal["exact", "paper"]

REFUSE_ALL = float(np.nextafter(1.0, 2.0))
PAPER_GRID = np.arange(101) / 100.0


@dataclass(frozen=True)
class OperatingCurve:
    """RCC and AM at rising thresholds; all three [shape=(n_thresholds,)], float64."""

    thresholds: Float64Array
    rcc: Float64Array
    am: Float64Array

    @property
    def empty_classes(self) -> tuple[BinaryLabel, ...]:
        """The classes without recordings."""
        shares = {BinaryLabel.ACCEPTED: self.am, BinaryLabel.REJECTED: self.rcc}
        return tuple(label for label, values in shares.items() if np.isnan(values).all())


@dataclass(frozen=True)
class ThresholdPoint:
    """One threshold with its two shares; NaN where a class is empty."""

    threshold: float
    rcc: float
    am: float


def validate(is_accepted: BoolArray, p: FloatArray) -> tuple[BoolArray, Float64Array]:
    """Both as flat arrays of one length, bool and float64.

    Raises
    ------
    Refused
        When the lengths differ, or a p is not a number between 0 and 1.
    """
    truth, probability = np.asarray(is_accepted, dtype=bool), np.asarray(p, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != probability.shape:
        raise Refused(f"{truth.shape} labels for {probability.shape} probabilities: expected one of each a recording.")
    outside = ~((probability >= 0.0) & (probability <= 1.0))
    if outside.any():
        raise Refused(f"p(Accepted)={probability[outside][0]!r} is no probability: expected a number from 0 to 1.")
    return truth, probability


def curve(
    is_accepted: BoolArray, p: FloatArray, *, grid: Grid = "exact", weights: Float64Array | None = None
) -> OperatingCurve:
    """RCC and AM at every threshold of a grid, in O(n log n).

    Parameters
    ----------
    weights : what each recording counts, above 0 [shape=(n,)]; without them 1
    grid : "exact" (every distinct p, 0, and the float after 1) or "paper" (0, 0.01, ... 1)

    Examples
    --------
    >>> is_accepted = np.array([True, True, False, False])
    >>> exact = curve(is_accepted, np.array([0.9, 0.4, 0.6, 0.1]))
    >>> exact.thresholds.round(2).tolist()
    [0.0, 0.1, 0.4, 0.6, 0.9, 1.0]
    >>> exact.rcc.tolist(), exact.am.tolist()
    ([0.0, 0.0, 0.5, 0.5, 1.0, 1.0], [0.0, 0.0, 0.0, 0.5, 0.5, 1.0])
    """
    truth, probability = validate(is_accepted, p)
    if grid not in ("exact", "paper"):
        raise Refused(f"Grid {grid!r} is not known: expected 'exact' or 'paper'.")
    thresholds = PAPER_GRID.copy() if grid == "paper" else np.unique(np.append(probability, (0.0, REFUSE_ALL)))
    return OperatingCurve(
        thresholds,
        rcc=_share_below(probability, thresholds, among=~truth, weights=weights),
        am=_share_below(probability, thresholds, among=truth, weights=weights),
    )


def rcc_at(is_accepted: BoolArray, p: FloatArray, t: float, *, weights: Float64Array | None = None) -> float:
    """Share of Rejected with ``p < t``; NaN without Rejected.

    Examples
    --------
    >>> rcc_at(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1]), 0.5)
    0.5
    """
    truth, probability = validate(is_accepted, p)
    return float(_share_below(probability, np.array([t]), among=~truth, weights=weights)[0])


def am_at(is_accepted: BoolArray, p: FloatArray, t: float, *, weights: Float64Array | None = None) -> float:
    """Share of Accepted with ``p < t``; NaN without Accepted.

    Examples
    --------
    >>> am_at(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1]), 0.5)
    0.5
    >>> am_at(np.array([False]), np.array([0.6]), 0.5)
    nan
    """
    truth, probability = validate(is_accepted, p)
    return float(_share_below(probability, np.array([t]), among=truth, weights=weights)[0])


def g(curve: OperatingCurve) -> Float64Array:
    """RCC - AM at every threshold [shape=(n_thresholds,)]; equation (1).

    Examples
    --------
    >>> g(OperatingCurve(np.array([0.0, 0.5]), rcc=np.array([0.0, 0.75]), am=np.array([0.0, 0.25]))).tolist()
    [0.0, 0.5]
    """
    difference: Float64Array = curve.rcc - curve.am
    return difference


def maximum(curve: OperatingCurve) -> ThresholdPoint:
    """Where g is largest: t_m, f(AM_m) and AM_m; the smallest such t. NaN when either class is empty.

    Examples
    --------
    >>> maximum(curve(np.array([True, True, False, False]), np.array([0.9, 0.7, 0.6, 0.1])))
    ThresholdPoint(threshold=0.7, rcc=1.0, am=0.0)
    """
    height = g(curve)
    if np.isnan(height).any():
        return ThresholdPoint(float("nan"), float("nan"), float("nan"))
    # Equal heights may differ in the last digit: 0.9 - 0.2 against 0.8 - 0.1
    return _point(curve, int(np.flatnonzero(height >= height.max() - 1e-12)[0]))


def point_for_am(curve: OperatingCurve, x: float) -> ThresholdPoint:
    """The largest threshold with AM(t) <= x.

    Parameters
    ----------
    x : float in [0, 1]

    Returns
    -------
    All NaN without Accepted recordings; without Rejected recordings only the RCC is NaN.

    Examples
    --------
    >>> exact = curve(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1]))
    >>> point_for_am(exact, 0.10)
    ThresholdPoint(threshold=0.4, rcc=0.5, am=0.0)
    """
    if not 0.0 <= x <= 1.0:
        raise Refused(f"AM target {x!r} cannot be used: expected a share from 0 to 1, such as 0.10.")
    if np.isnan(curve.am).any():
        return ThresholdPoint(float("nan"), float("nan"), float("nan"))
    return _point(curve, int(levels_for_am(curve, np.array([x]))[0]))


def levels_for_am(curve: OperatingCurve, am_targets: FloatArray) -> IntArray:
    """The place on a curve of the largest threshold with AM(t) <= each target [shape=(n_targets,)].

    AM rises with the threshold and is 0 at t = 0, so there is a threshold for every target from 0 to 1. The curve must
    have Accepted recordings.

    Examples
    --------
    >>> exact = curve(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1]))
    >>> exact.thresholds[levels_for_am(exact, np.array([0.1, 0.5]))].tolist()
    [0.4, 0.9]
    """
    return np.searchsorted(curve.am, am_targets, side="right") - 1


def f(curve: OperatingCurve, x: float) -> float:
    """RCC at the largest threshold with AM(t) <= x; NaN when either class is empty. Equation (2).

    Examples
    --------
    >>> f(curve(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1])), 0.5)
    1.0
    """
    return point_for_am(curve, x).rcc


def _share_below(
    p: Float64Array, thresholds: Float64Array, *, among: BoolArray, weights: Float64Array | None
) -> Float64Array:
    if not among.any():
        return np.full(len(thresholds), np.nan)
    order = np.argsort(p[among], kind="stable")
    below = np.searchsorted(p[among][order], thresholds, side="left")
    weight = np.append(0.0, np.cumsum(np.ones(len(order)) if weights is None else weights[among][order]))
    return np.where(np.isnan(thresholds), np.nan, weight[below] / weight[-1])


def _point(curve: OperatingCurve, index: int) -> ThresholdPoint:
    return ThresholdPoint(float(curve.thresholds[index]), float(curve.rcc[index]), float(curve.am[index]))
