"""Upper bound of AM: at most how large a share of good readings is refused, with 95 % certainty.

The bound is the exact one-sided bound of Clopper and Pearson (1934): the largest AM under which so few refused
recordings, or fewer, still had a chance of 5 %. Without any refused of n it is 1 - 0.05^(1/n), about 3 / n. Recordings
of one child resemble each other, so n and the refused are both divided by the design effect of `clustered_shares`, and
Student's t stands in for the normal quantile (Korn and Graubard, Confidence intervals for proportions with small
expected number of positive counts estimated from survey data, Survey Methodology 24, 1998): that many recordings of as
many children would tell as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, nan

import numpy as np

from core.arrays import BoolArray, Float64Array, IntArray
from core.errors import Refused
from core.metrics import clustered_shares

CERTAINTY = 0.95
MOST_RECORDINGS = 10_000_000  # more are never judged


@dataclass(frozen=True)
class AmUpperBound:
    """Whether an AM of at most `am_target` can be promised, by `n` Accepted recordings of `n_children` children.

    Attributes
    ----------
    upper : float
        AM is at most this, with 95 % certainty. NaN without Accepted recordings.
    upper_if_alone : float
        The bound if each recording were of another child.
    needed : int | None
        How many Accepted recordings could promise the target if the same share of them were refused; None when no
        number could, because that share is not below the target.
    """

    am_target: float
    n: int
    n_children: int
    refused: int
    design_effect: float
    upper: float
    upper_if_alone: float
    needed: int | None

    @property
    def can_be_kept(self) -> bool:
        return self.upper <= self.am_target


def am_upper_bounds(
    child_index: IntArray, refused: BoolArray, am_targets: Float64Array, *, weights: Float64Array | None = None
) -> list[AmUpperBound]:
    """The bound at each level, beside its AM target.

    Parameters
    ----------
    child_index : [shape=(n,), int]
        The index of the child of each Accepted recording.
    refused : [shape=(n, n_levels), bool]
    am_targets : [shape=(n_levels,), float in [0, 1]]
    weights : what each recording counts [shape=(n,)]; without them 1

    Raises
    ------
    Refused
        A target is no share.

    Examples
    --------
    >>> nothing_refused = np.zeros((40, 1), dtype=bool)
    >>> bound = am_upper_bounds(np.arange(40), nothing_refused, np.array([0.10]))[0]
    >>> bound.can_be_kept, round(bound.upper, 3), bound.needed
    (True, 0.076, 29)
    """
    if not ((am_targets >= 0) & (am_targets <= 1)).all():
        raise Refused(f"{am_targets} holds a target that is no share: expected numbers from 0 to 1.")
    shares = clustered_shares.shares_with_intervals(child_index, refused, weights=weights)
    shrink = _shrink(shares.freedom)
    return [
        _bound(float(target), shares, level, int(refused[:, level].sum()), shrink)
        for level, target in enumerate(am_targets)
    ]


def upper_bound(refused: float, n: float) -> float:
    """The exact one-sided 95 % bound of a share; counts need not be whole. 1 when all are refused, NaN without any.

    Examples
    --------
    >>> round(upper_bound(0, 29), 3)
    0.098
    """
    from scipy.special import betaincinv

    if n <= 0:
        return nan
    return float(betaincinv(refused + 1, n - refused, CERTAINTY)) if n - refused > 1e-9 else 1.0


def recordings_needed(share: float, am_target: float, weight: float = 1.0) -> int | None:
    """The smallest number of Accepted recordings, the same share of them refused, whose bound keeps the target.

    Parameters
    ----------
    weight : what a recording counts: 1 when each is of another child, less where a child has several

    Returns
    -------
    None when no number could, because the share is not below the target, or more than `MOST_RECORDINGS` would be.

    Examples
    --------
    >>> recordings_needed(0.0, 0.10), recordings_needed(0.05, 0.10), recordings_needed(0.10, 0.10)
    (29, 107, None)
    """
    if not share < am_target:
        return None
    few, many = 0, 1
    while upper_bound(share * many * weight, many * weight) > am_target:
        few, many = many, 2 * many
        if many > MOST_RECORDINGS:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        fits = upper_bound(share * middle * weight, middle * weight) <= am_target
        few, many = (few, middle) if fits else (middle, many)
    return many


def recordings_needed_without_refusals(am_target: float) -> int:
    """How many Accepted recordings keep the bound within a target when none of them is refused.

    Examples
    --------
    >>> recordings_needed_without_refusals(0.10)
    29
    """
    if not 0 < am_target < 1:
        raise Refused(f"AM target {am_target!r} cannot be promised by any number: expected a share between 0 and 1.")
    return ceil(float(np.log(1 - CERTAINTY) / np.log(1 - am_target)) - 1e-9)


def _bound(
    target: float, shares: clustered_shares.ClusteredShares, level: int, refused: int, shrink: float
) -> AmUpperBound:
    if not shares.n:
        return AmUpperBound(target, 0, 0, 0, nan, nan, nan, recordings_needed(0.0, target))
    design, share = float(shares.design_effect[level]), float(shares.value[level])
    weight = shrink / design
    upper = upper_bound(share * shares.weight * weight, shares.weight * weight) if weight > 0 else 1.0
    alone = upper_bound(share * shares.n, shares.n)
    # with more recordings come more children: no shrinking then
    enough = recordings_needed(share, target, shares.weight / shares.n / design)
    return AmUpperBound(target, shares.n, shares.n_children, refused, design, upper, alone, enough)


def _shrink(freedom: float) -> float:
    """The factor on n for few children: the square of the normal quantile over Student's."""
    from scipy.stats import norm, t

    if freedom <= 1e-9:
        return 0.0
    student = float(t.ppf(CERTAINTY, freedom))
    return float(norm.ppf(CERTAINTY) / student) ** 2 if student < inf else 0.0
