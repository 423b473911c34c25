"""From an AM target to a threshold: chosen on validation, frozen, and only then looked at on the test children.

Source: section 3.3.2 of the paper; the threshold of f(x) in `rejection`, on the exact grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.metrics import rejection


@dataclass(frozen=True)
class ThresholdChoice:
    """A threshold and what it does: shares between 0 and 1, counts of recordings by the people's label."""

    threshold: float
    rcc: float
    am: float
    accepted: int
    rejected: int


def choose_threshold(is_accepted_val: np.ndarray, p_val: np.ndarray, *, am_target: float) -> ThresholdChoice:
    """The largest threshold that refuses no more than `am_target` of the Accepted validation recordings.

    Parameters
    ----------
    is_accepted_val, p_val : np.ndarray [shape=(n,)], as in `rejection`
    am_target : float in [0, 1]

    Returns
    -------
    The threshold lies in [0, the float after 1]. Without Accepted recordings nothing can be chosen: threshold, RCC and
    AM are NaN. Without Rejected ones only the RCC is.
    """
    point = rejection.point_for_am(rejection.curve(is_accepted_val, p_val), am_target)
    return _choice(is_accepted_val, point)


def figures_at_threshold(is_accepted: np.ndarray, p: np.ndarray, *, threshold: float) -> ThresholdChoice:
    """What a frozen threshold does on other recordings, such as the test children's."""
    rcc, am = rejection.rcc_at(is_accepted, p, threshold), rejection.am_at(is_accepted, p, threshold)
    return _choice(is_accepted, rejection.ThresholdPoint(threshold, rcc, am))


def _choice(is_accepted: np.ndarray, point: rejection.ThresholdPoint) -> ThresholdChoice:
    accepted = int(np.count_nonzero(is_accepted))
    return ThresholdChoice(point.threshold, point.rcc, point.am, accepted, len(is_accepted) - accepted)
