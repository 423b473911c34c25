"""From an AM target to a threshold: chosen on validation, frozen, and only then looked at on the test children.

Source: section 3.3.2 of the paper; the threshold of f(x) in `rejection`, on the exact grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array, FloatArray
from core.metrics import rejection


@dataclass(frozen=True)
class ThresholdChoice:
    """A threshold and what it does: shares between 0 and 1, counts of recordings by the people's label."""

    threshold: float
    rcc: float
    am: float
    accepted: int
    rejected: int


def choose_threshold(
    is_accepted_val: BoolArray, p_val: FloatArray, *, am_target: float, weights: Float64Array | None = None
) -> ThresholdChoice:
    """The largest threshold that refuses no more than `am_target` of the Accepted validation recordings.

    Parameters
    ----------
    is_accepted_val, p_val, weights : [shape=(n,)], as in `rejection`
    am_target : float in [0, 1]

    Returns
    -------
    The threshold lies in [0, the float after 1]. Without Accepted recordings nothing can be chosen: threshold, RCC and
    AM are NaN. Without Rejected recordings only the RCC is.

    Examples
    --------
    >>> is_accepted, p = np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1])
    >>> choose_threshold(is_accepted, p, am_target=0.10)
    ThresholdChoice(threshold=0.4, rcc=0.5, am=0.0, accepted=2, rejected=2)
    """
    point = rejection.point_for_am(rejection.curve(is_accepted_val, p_val, weights=weights), am_target)
    return _choice(is_accepted_val, point)


def choose_thresholds(
    is_accepted_val: BoolArray, p_val: FloatArray, *, am_targets: FloatArray, weights: Float64Array | None = None
) -> Float64Array:
    """The thresholds that `choose_threshold` gives for several targets, at the cost of one [shape=(n_targets,)].

    Parameters
    ----------
    is_accepted_val, p_val, weights : [shape=(n,)], as in `rejection`
    am_targets : [shape=(n_targets,)], each in [0, 1]

    Examples
    --------
    >>> is_accepted, p = np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1])
    >>> choose_thresholds(is_accepted, p, am_targets=np.array([0.10, 0.50])).tolist()
    [0.4, 0.9]
    """
    curve = rejection.curve(is_accepted_val, p_val, weights=weights)
    if np.isnan(curve.am).any():
        return np.full(len(am_targets), np.nan)
    return curve.thresholds[rejection.levels_for_am(curve, am_targets)]


def figures_at_threshold(
    is_accepted: BoolArray, p: FloatArray, *, threshold: float, weights: Float64Array | None = None
) -> ThresholdChoice:
    """RCC and AM of a frozen threshold on other recordings, such as the test children's.

    Examples
    --------
    >>> figures_at_threshold(np.array([True, False]), np.array([0.7, 0.2]), threshold=0.4)
    ThresholdChoice(threshold=0.4, rcc=1.0, am=0.0, accepted=1, rejected=1)
    """
    rcc, am = (share(is_accepted, p, threshold, weights=weights) for share in (rejection.rcc_at, rejection.am_at))
    return _choice(is_accepted, rejection.ThresholdPoint(threshold, rcc, am))


def _choice(is_accepted: BoolArray, point: rejection.ThresholdPoint) -> ThresholdChoice:
    accepted = int(np.count_nonzero(is_accepted))
    return ThresholdChoice(point.threshold, point.rcc, point.am, accepted, len(is_accepted) - accepted)
