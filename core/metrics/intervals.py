"""95 % intervals of RCC and AM over children: recordings of one child resemble each other.

A share at a threshold that was fixed beforehand has the interval of `clustered_shares`; f(x), whose threshold is chosen
on the same recordings, that of `bootstrap_intervals`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray
from core.metrics import clustered_shares, rejection

COVERAGE = clustered_shares.COVERAGE

Interval = tuple[float, float]
NOT_KNOWN: Interval = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Intervals:
    """Lower and upper end of the shares at one threshold; NaN where a class is empty."""

    rcc: Interval
    am: Interval


def at_threshold(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    threshold: float,
    *,
    weights: Float64Array | None = None,
) -> Intervals:
    """Intervals of RCC and AM at a threshold that was fixed beforehand.

    Parameters
    ----------
    children : [shape=(n,)]
        Whose recording each is; any values that compare equal for one child.
    is_accepted, p, weights : [shape=(n,)], as in `rejection`
    threshold : float
        NaN (none could be chosen) gives NaN.

    Examples
    --------
    >>> children, is_accepted = np.arange(80), np.arange(80) < 40
    >>> ends = at_threshold(children, is_accepted, np.where(is_accepted, 0.8, 0.2), 0.5)
    >>> [round(end, 2) for end in (*ends.rcc, *ends.am)]
    [0.91, 1.0, 0.0, 0.09]
    """
    truth, probability = rejection.validate(is_accepted, p)
    child_index, _ = clustered_shares.child_indices(children, len(truth))
    if np.isnan(threshold):
        return Intervals(rcc=NOT_KNOWN, am=NOT_KNOWN)
    refused = probability < threshold
    rcc, am = (
        clustered_shares.shares_with_intervals(
            child_index[among], refused[among], weights=None if weights is None else weights[among]
        )
        for among in (~truth, truth)
    )
    return Intervals(*((float(shares.low[0]), float(shares.high[0])) for shares in (rcc, am)))


def percentile_interval(values: Float64Array) -> Interval:
    """The interval that holds the middle 95 % of the draws; draws that are NaN are left out, and NaN when all are.

    Examples
    --------
    >>> [round(end, 3) for end in percentile_interval(np.linspace(0.0, 1.0, 41))]
    [0.025, 0.975]
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return NOT_KNOWN
    outside = 50.0 * (1.0 - COVERAGE)
    low, high = np.percentile(known, [outside, 100.0 - outside])
    return float(low), float(high)
