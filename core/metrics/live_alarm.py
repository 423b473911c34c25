"""The alarm that AM in class is above its target: valid whenever one looks, and however long.

A judged decision with probability pi of being drawn pays

    z = floor / pi * good * (refused - target),          good, refused in {0, 1}; floor <= pi

so z lies between -target and 1 - target, and whoever bets on it loses on average while AM is at most the target,
whatever the model's p are. The capital of such a bettor, 1 at the beginning, is

    the product over weeks and children of  1 + lambda * (sum of z of this child's first recordings in this week)

of `MOST_OF_A_CHILD` recordings at most, with lambda <= 1 / (target * MOST_OF_A_CHILD), so that it never is negative.
Recordings of one child resemble each other, therefore a child bets once a week. By Ville's inequality (1939) the
capital ever exceeds 1 / level with a chance of at most the level (Waudby-Smith and Ramdas, Estimating means of bounded
random variables by betting, JRSS B 86, 2024). It is averaged over several lambda (the method of mixtures), and over
bettors who begin in the first week, the second and so on, with a share 1 / (k (k + 1)) of the capital for the k-th
(Shin, Ramdas and Rinaldo, E-detectors, NEJSDS 2023): what was good for weeks does not delay what turns bad.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, IntArray
from core.metrics import clustered_shares

MOST_OF_A_CHILD = 3  # recordings of a child in a week that one bet takes
LAMBDAS = 5  # halvings of the largest
LEAST_FACTOR = 1e-12  # the largest lambda loses all when a child's recordings were all of the floor and accepted


@dataclass(frozen=True)
class AlarmEvidence:
    """capital : what the bettors have now, and highest : had at most, 1 at the beginning."""

    capital: float
    highest: float

    def is_raised(self, level: float) -> bool:
        return self.highest >= 1.0 / level


def payoffs(
    is_good: BoolArray, is_refused: BoolArray, probability: Float64Array, floor: Float64Array, *, am_target: float
) -> Float64Array:
    """What each judged decision pays [shape=(n,)], between -am_target and 1 - am_target.

    Examples
    --------
    >>> floor = np.full(3, 0.1)
    >>> is_good, is_refused = np.array([True, True, False]), np.array([True, False, True])
    >>> payoffs(is_good, is_refused, np.array([0.2, 0.1, 0.1]), floor, am_target=0.1).round(2).tolist()
    [0.45, -0.1, 0.0]
    """
    paid: Float64Array = np.minimum(1.0, floor / probability) * is_good * (is_refused - am_target)
    return paid


def evidence(paid: Float64Array, children: AnyArray, weeks: IntArray, *, am_target: float) -> AlarmEvidence:
    """The capital after each week's end, and now.

    Parameters
    ----------
    paid : [shape=(n,)] of `payoffs`, in the order of the decisions
    children, weeks : [shape=(n,)]; weeks count from 1
    am_target : float in (0, 1)

    Examples
    --------
    >>> all_refused = payoffs(np.ones(20), np.ones(20), np.full(20, 0.1), np.full(20, 0.1), am_target=0.1)
    >>> evidence(all_refused, np.arange(20), np.ones(20, dtype=int), am_target=0.1).is_raised(0.05)
    True
    """
    if not len(paid):
        return AlarmEvidence(1.0, 1.0)
    last = int(weeks.max())
    lambdas = np.array([0.5**halving / (am_target * MOST_OF_A_CHILD) for halving in range(LAMBDAS)])
    named = np.asarray(children)
    growth = np.stack([_growth(paid[weeks == week], named[weeks == week], lambdas) for week in range(1, last + 1)])
    begun = np.cumsum(growth[::-1], axis=0)[::-1]  # of a bettor who begins with that week, until now
    first = np.arange(1, last + 1)
    course = []
    for week in range(1, last + 1):
        until = begun[:week] - (begun[week] if week < last else 0.0)
        waiting = 1.0 / (week + 1)
        course.append(waiting + float((np.exp(until).mean(axis=1) / (first[:week] * (first[:week] + 1))).sum()))
    return AlarmEvidence(course[-1], max(course))


def _growth(paid: Float64Array, children: AnyArray, lambdas: Float64Array) -> Float64Array:
    """The logarithm of the factor of one week, at each lambda."""
    child_index, n_children = clustered_shares.child_indices(children, len(paid))
    order = np.argsort(child_index, kind="stable")
    place = np.arange(len(paid)) - np.searchsorted(child_index[order], child_index[order])
    first = order[place < MOST_OF_A_CHILD]
    sums = np.bincount(child_index[first], weights=paid[first], minlength=n_children)
    factors = np.maximum(1.0 + np.outer(sums, lambdas), LEAST_FACTOR)
    grown: Float64Array = np.log(factors).sum(axis=0)
    return grown
