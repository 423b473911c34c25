"""The gain to expect of more labels: figures at growing numbers of labels, and a short extrapolation.

The error falls as a power of the number of labels, e(n) = a n^-b with b >= 0 (Cortes, Jackel, Solla, Vapnik and Denker,
Learning curves, NIPS 1993, without the floor, which four points cannot show); the line through the logarithms is fitted
to every draw of children, so the interval is that of other children of the same kind. The extrapolation ends at twice
the labels that were learned from.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from core.arrays import Float64Array, IntArray
from core.domain.verdicts import GainVerdict

FURTHEST = 2.0  # times the labels learned from: as far as from the last point back to the one before
LEAST_ERROR = 0.002  # a draw without a mistake is no proof that there are none
TRIFLE = 0.01  # a gain below this is no reason to label more


@dataclass(frozen=True)
class LearningCurve:
    """f(0.10) of a quick learner at growing numbers of labels.

    sizes : labels learned from [shape=(n_sizes,)], rising
    values : [shape=(n_sizes,)], shares between 0 and 1
    draws : of other children [shape=(n_draws, n_sizes)]
    """

    sizes: IntArray | Float64Array
    values: Float64Array
    draws: Float64Array

    def interval(self) -> tuple[Float64Array, Float64Array]:
        """The 95 % interval at each size: low and high, both [shape=(n_sizes,)]."""
        low, high = np.nanpercentile(self.draws, [2.5, 97.5], axis=0)
        return low, high


@dataclass(frozen=True)
class ExpectedGain:
    """What going from so many labels to so many is likely to bring, as a difference of f(0.10); NaN where unknown."""

    labels_from: int
    labels_to: int
    value: float
    low: float
    high: float

    @property
    def verdict(self) -> GainVerdict:
        """Whether the gain is more than chance, surely a trifle, or neither."""
        if self.low > 0 and self.value >= TRIFLE / 2:
            return GainVerdict.PAYS
        return GainVerdict.SATURATED if self.high < TRIFLE else GainVerdict.UNSURE


def expected_gain(curve: LearningCurve, labels_from: int, labels_to: int) -> ExpectedGain:
    """The gain from `labels_from` labels to `labels_to`, but no further than `FURTHEST` times the labels of the curve.

    NaN with fewer than two sizes or without a draw that is known.

    Examples
    --------
    >>> draws = np.array([[0.4, 0.6, 0.72], [0.5, 0.65, 0.78]])
    >>> curve = LearningCurve(np.array([100, 200, 400]), np.array([0.45, 0.62, 0.75]), draws)
    >>> gain = expected_gain(curve, 400, 2000)
    >>> gain.labels_to, round(gain.value, 2), gain.verdict
    (800, 0.08, <GainVerdict.PAYS: 'pays'>)
    """
    end = int(min(labels_to, FURTHEST * curve.sizes.max(initial=0)))
    known = curve.draws[~np.isnan(curve.draws).any(axis=1)] if curve.draws.size else curve.draws
    if len(curve.sizes) < 2 or not len(known) or end <= labels_from or labels_from <= 0:
        return ExpectedGain(labels_from, end, nan, nan, nan)
    gains = _fall_of_error(curve.sizes, known, labels_from, end)
    low, high = np.percentile(gains, [2.5, 97.5])
    value = _fall_of_error(curve.sizes, curve.values[None, :], labels_from, end)[0]
    return ExpectedGain(labels_from, end, float(value), float(low), float(high))


def _fall_of_error(
    sizes: IntArray | Float64Array, values: Float64Array, labels_from: int, labels_to: int
) -> Float64Array:
    """How far the fitted error of each row falls between the two numbers of labels."""
    x, y = np.log(sizes), np.log(np.maximum(1.0 - values, LEAST_ERROR))
    centred = x - x.mean()
    slope = np.minimum((y @ centred) / (centred @ centred), 0.0)  # more labels do no harm: what rises is noise
    height = y.mean(axis=1) - slope * x.mean()
    first, last = (np.exp(height + slope * np.log(n)) for n in (labels_from, labels_to))
    fall: Float64Array = np.minimum(first, 1.0) - np.minimum(last, 1.0)
    return fall
