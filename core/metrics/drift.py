"""Drift: means of new recordings against those a model learned from, and how sure their difference is.

Recordings of one child resemble each other, and a child may have old recordings and new ones, so the difference is
computed anew without each child in turn: the delete-a-group jackknife (Shao and Tu, The Jackknife and Bootstrap, 1995,
section 2.3), with Student's t of the children of the smaller side. A share is the mean of noughts and ones. Several
figures are compared together: the intervals are widened by their number (Bonferroni), so that with 95 % certainty no
figure is called changed that is not. A side without recordings, or of one child, gives NaN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, IntArray
from core.errors import Refused

CHANCE = 0.05
LEAST_CHILDREN = 4  # on either side: below, a difference is rather one of the children than of the recordings
SMALL, LARGE = 0.2, 0.5  # standardised: Cohen, Statistical Power Analysis, 1988


@dataclass(frozen=True)
class FeatureShift:
    """A figure of the old recordings and of the new recordings.

    difference : new minus old, from low to high; in units of the figure
    standardised : the difference in deviations of all recordings together
    """

    name: str
    old: float
    new: float
    low: float
    high: float
    standardised: float
    n_old: int
    n_new: int

    @property
    def difference(self) -> float:
        return self.new - self.old

    @property
    def is_known(self) -> bool:
        """Whether both sides have enough recordings and children for an interval."""
        return not isnan(self.low)

    @property
    def is_clear(self) -> bool:
        """Whether it is more than chance, and not small (Cohen)."""
        return bool((self.low > 0 or self.high < 0) and abs(self.standardised) >= SMALL)

    @property
    def is_large(self) -> bool:
        """Whether it is clear, and at least of medium size (Cohen)."""
        return self.is_clear and abs(self.standardised) >= LARGE


def feature_shifts(
    children: AnyArray, is_new: BoolArray, figures: Mapping[str, Float64Array], *, n_figures: int | None = None
) -> list[FeatureShift]:
    """The shift of every figure, in the order of `figures`.

    Parameters
    ----------
    children : [shape=(n,)]
        Whose recording each is.
    is_new : [shape=(n,), bool]
    figures : name -> a number of each recording [shape=(n,)]; NaN where it is not known
    n_figures : how many figures are compared together, others included; these alone when None

    Raises
    ------
    Refused
        The arrays differ in length.

    Examples
    --------
    >>> children = np.repeat(np.arange(12), 2)
    >>> is_new = np.arange(24) >= 12
    >>> level_db = np.where(is_new, -30.0, -20.0) + np.arange(24) % 3
    >>> shift = feature_shifts(children, is_new, {"level_db": level_db})[0]
    >>> shift.difference, shift.is_clear, shift.is_large
    (-10.0, True, True)
    """
    chance = CHANCE / (n_figures or len(figures))
    return [_shift(name, children, is_new, values, chance) for name, values in figures.items()]


def _shift(name: str, children: AnyArray, is_new: BoolArray, values: Float64Array, chance: float) -> FeatureShift:
    children, is_new, values = np.asarray(children), np.asarray(is_new, bool), np.asarray(values, float)
    if not len(children) == len(is_new) == len(values):
        raise Refused(f"{name}: {len(children)} children, {len(values)} values: expected one a recording.")
    known = ~np.isnan(values)
    _, child_index = np.unique(children[known], return_inverse=True)
    counts, sums = _by_child(child_index, is_new[known], values[known])
    return _shift_of(name, counts, sums, values[known].std() if known.any() else nan, chance)


def share_shifts(counts: Float64Array, of_figures: Mapping[str, Float64Array], *, n_figures: int) -> list[FeatureShift]:
    """The shifts of shares, from counts of recordings by child: the same as `feature_shifts` of noughts and ones.

    Parameters
    ----------
    counts : recordings of each child [shape=(n_children, 2)]: old, new
    of_figures : name -> how many of them have it [shape=(n_children, 2)]
    n_figures : how many figures are compared together, others included

    Examples
    --------
    >>> counts = np.array([[10.0, 0.0]] * 6 + [[0.0, 10.0]] * 6)
    >>> refused = np.array([[1.0, 0.0], [2.0, 0.0]] * 3 + [[0.0, 7.0], [0.0, 8.0]] * 3)
    >>> shift = share_shifts(counts, {"refused": refused}, n_figures=1)[0]
    >>> round(shift.difference, 2), shift.is_clear
    (0.6, True)
    """
    shifts = []
    for name, sums in of_figures.items():
        share = float(sums.sum() / counts.sum()) if counts.sum() else nan
        shifts.append(_shift_of(name, counts, sums, float(np.sqrt(share * (1 - share))), CHANCE / n_figures))
    return shifts


def _shift_of(name: str, counts: Float64Array, sums: Float64Array, deviation: float, chance: float) -> FeatureShift:
    """From recordings and sums of each child [shape=(n_children, 2)]."""
    totals = counts.sum(axis=0)
    if not totals.all():
        return FeatureShift(name, *(nan,) * 5, *map(int, totals))
    old, new = sums.sum(axis=0) / totals
    half = _half_width(counts, sums, chance)
    standardised = (new - old) / deviation if deviation > 0 else 0.0
    low, high = new - old - half, new - old + half
    return FeatureShift(name, float(old), float(new), low, high, float(standardised), *map(int, totals))


def _by_child(child_index: IntArray, is_new: BoolArray, values: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Recordings and sums of each child [shape=(n_children, 2)]: old, new."""
    sides = [~is_new, is_new]
    counts = [np.bincount(child_index, weights=side) for side in sides]
    sums = [np.bincount(child_index, weights=side * values) for side in sides]
    return np.stack(counts, axis=1), np.stack(sums, axis=1)


def _half_width(counts: Float64Array, sums: Float64Array, chance: float) -> float:
    """Half of the interval; NaN where a side has too few children."""
    from scipy.stats import t

    smaller = int((counts > 0).sum(axis=0).min())
    left = counts.sum(axis=0) - counts
    if smaller < LEAST_CHILDREN or not left.all():
        return nan
    means = (sums.sum(axis=0) - sums) / left
    without = means[:, 1] - means[:, 0]
    m = len(without)
    error = np.sqrt((m - 1) / m * ((without - without.mean()) ** 2).sum())
    return float(t.ppf(1 - chance / 2, smaller - 1) * error)
