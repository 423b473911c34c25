"""What may be promised to children: at most how many good readings are asked again, with 95 % certainty.

The bound is the exact one-sided one of Clopper and Pearson (1934): the largest AM under which so few refused ones, or
fewer, still had a chance of 5 %. Without any refused one of n it is 1 - 0.05^(1/n), about 3 / n. Recordings of one
child resemble each other, so n and the refused ones are both divided by the design effect of `clusters`, and Student's
t stands in for the normal quantile (Korn and Graubard, Confidence intervals for proportions with small expected number
of positive counts estimated from survey data, Survey Methodology 24, 1998): that many recordings of as many children
would say as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, nan

import numpy as np

from core.errors import Refused
from core.metrics import clustered_shares

CERTAINTY = 0.95
MOST_RECORDINGS = 10_000_000  # nobody will judge more


@dataclass(frozen=True)
class AmUpperBound:
    """Whether an AM of at most `am_target` can be promised, by `n` Accepted recordings of `n_children` children.

    Attributes
    ----------
    upper : float
        What can be promised: AM is at most this, with 95 % certainty. NaN without Accepted recordings.
    upper_if_alone : float
        What it would be if each recording were of another child.
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


def am_upper_bounds(which: np.ndarray, refused: np.ndarray, am_targets: np.ndarray) -> list[AmUpperBound]:
    """A promise for each level.

    Parameters
    ----------
    which : np.ndarray [shape=(n,), int]
        The number of the child of each Accepted recording.
    refused : np.ndarray [shape=(n, n_levels), bool]
    am_targets : np.ndarray [shape=(n_levels,), float in [0, 1]]
    """
    if not ((am_targets >= 0) & (am_targets <= 1)).all():
        raise Refused(f"{am_targets} holds a target that is no share: expected numbers from 0 to 1.")
    found = clustered_shares.shares_with_intervals(which, refused)
    shrink = _shrink(found.freedom)
    return [
        _promise(float(target), found, level, int(refused[:, level].sum()), shrink)
        for level, target in enumerate(am_targets)
    ]


def upper_bound(refused: float, n: float) -> float:
    """The exact one-sided 95 % bound of a share; counts need not be whole. 1 when all are refused, NaN without any."""
    from scipy.special import betaincinv

    if n <= 0:
        return nan
    return float(betaincinv(refused + 1, n - refused, CERTAINTY)) if n - refused > 1e-9 else 1.0


def recordings_needed(share: float, am_target: float, weight: float = 1.0) -> int | None:
    """The smallest number of Accepted recordings, the same share of them refused, whose bound keeps the target.

    Parameters
    ----------
    weight : what one recording counts: 1 when each is of another child, less where they come in children
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
    """How many Accepted recordings promise a target when not one of them is refused."""
    if not 0 < am_target < 1:
        raise Refused(f"AM target {am_target!r} cannot be promised by any number: expected a share between 0 and 1.")
    return ceil(np.log(1 - CERTAINTY) / np.log(1 - am_target) - 1e-9)


def _promise(
    target: float, found: clustered_shares.ClusteredShares, level: int, refused: int, shrink: float
) -> AmUpperBound:
    if not found.n:
        return AmUpperBound(target, 0, 0, 0, nan, nan, nan, recordings_needed(0.0, target))
    design, share = float(found.design_effect[level]), float(found.value[level])
    weight = shrink / design
    upper = upper_bound(refused * weight, found.n * weight) if weight > 0 else 1.0
    alone = upper_bound(refused, found.n)
    enough = recordings_needed(
        share, target, 1.0 / design
    )  # with more recordings come more children: no shrinking then
    return AmUpperBound(target, found.n, found.n_children, refused, design, upper, alone, enough)


def _shrink(freedom: float) -> float:
    """How much less few children say: the square of the normal quantile over Student's."""
    from scipy.stats import norm, t

    if freedom <= 1e-9:
        return 0.0
    student = float(t.ppf(CERTAINTY, freedom))
    return float(norm.ppf(CERTAINTY) / student) ** 2 if student < inf else 0.0
