"""The largest threshold that keeps an AM target with a certainty, for other children than those it is chosen on.

Thresholds are tested from 0 upwards, in this fixed sequence: is AM above the target? The first that cannot be ruled out
at a level of 1 - certainty ends it (fixed-sequence Learn then Test: Angelopoulos, Bates, Candes, Jordan and Lei, 2021,
section 3.2). Since AM rises with the threshold, only the test of the first threshold above the target can err, so no
correction for many thresholds is needed. A test is an upper bound below the target: a bound that never falls along the
sequence answers every target.

The bound of a threshold is Clopper and Pearson's exact one over children, as in `am_bound`: refused and recordings are
divided by the design effect, and Student's t stands in for the normal quantile. A threshold that refuses few by luck
also shows too little likeness among the recordings of one child. So its design effect is at least the mean of the
thresholds that refuse up to `AHEAD` more, and unequal children count as fewer of equal size (Kish, 1965).

A kind of child that is refused again and again may be missing from validation altogether, and then no threshold shows
any likeness: of m children, one as rare as some 1 / m. So the likeness of the recordings of a child counts as at least
`RARE` * log(0.2 / (1 - certainty)) / m, m being Kish's number: nothing at 80 %, where such children do not break the
promise, and the more the surer it is to be. It is felt where children are few and have several readings each; from some
hundreds on, or with one reading a child, it is nothing. Without likeness the bound is the exact binomial one or a
higher one. `bench/certainty.py` measures how often the target is exceeded.

Everything is O(n log n) in the Accepted recordings; the order of the recordings never matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, log

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray, IntArray
from core.domain.certainty import Certainty
from core.errors import Refused
from core.metrics import clustered_shares, operating_point, rejection

AHEAD = 0.15  # of AM
RARE = 2.5  # chosen in the worlds of bench/certainty.py where few, unequal and very alike children get all refusals
FORGIVEN = 0.2  # chance of breaking the promise up to which what is hidden needs no margin
MOST_CHILDREN = 1_000_000  # more are never judged


@dataclass(frozen=True)
class AmBounds:
    """The bound of AM along the thresholds of `rejection.curve`, at one certainty; it never falls.

    Attributes
    ----------
    thresholds, upper : [shape=(n_thresholds,)]
        At threshold 0 nothing is refused, so the bound is 0.
    n, n_children : int
        Accepted recordings, and the children they are of.
    equal_children : float
        Kish's effective number: so many children with equally many recordings would tell as much.
    design_effect : float
        As seen at the lowest threshold; `least_design_effect` may be more.
    """

    certainty: Certainty
    thresholds: Float64Array
    upper: Float64Array
    n: int
    n_children: int
    equal_children: float
    design_effect: float

    def levels_for_am(self, am_targets: FloatArray) -> IntArray:
        """The place of the largest threshold whose bound is within each target [shape=(n_targets,)]."""
        return np.searchsorted(self.upper, am_targets, side="right") - 1


@dataclass(frozen=True)
class ChildrenNeeded:
    """What validation would take to be sure of a target.

    n_children, n_accepted : children with a good reading in validation, and these readings; None when no number could
    """

    certainty: Certainty
    am_target: float
    has_children: int
    has_accepted: int
    n_children: int | None
    n_accepted: int | None


def am_bounds(children: AnyArray, is_accepted: BoolArray, p: FloatArray, *, certainty: Certainty) -> AmBounds:
    """The bound at every threshold of the exact grid.

    Parameters
    ----------
    children : [shape=(n,)]
        Whose recording each is.
    is_accepted, p : [shape=(n,)], as in `rejection`
        Of the validation children, with an Accepted one among them.
    certainty : one with a margin

    Raises
    ------
    Refused
        There is no Accepted recording, or the certainty has no margin.

    Examples
    --------
    >>> p = np.arange(1, 41) / 41
    >>> bounds = am_bounds(np.arange(40), np.ones(40, dtype=bool), p, certainty=Certainty.HIGHEST)
    >>> bounds.upper[:3].round(3).tolist()  # nothing refused for sure, then 0 and 1 of 40
    [0.0, 0.077, 0.119]
    """
    truth, probability = rejection.validate(is_accepted, p)
    child_index, _ = clustered_shares.child_indices(children, len(truth))
    if not truth.any() or not certainty.has_margin:
        raise Refused("A bound of AM needs Accepted recordings and a certainty above 50 %.")
    order = np.argsort(probability[truth], kind="stable")
    accepted_p, child_index = probability[truth][order], child_index[truth][order]
    thresholds = np.unique(np.append(probability, (0.0, rejection.REFUSE_ALL)))
    refused, level = np.unique(np.searchsorted(accepted_p, thresholds, side="left"), return_inverse=True)
    sizes = np.bincount(child_index)
    equal_children = float(sizes.sum() ** 2 / (sizes.astype(float) ** 2).sum())
    seen = _with_those_ahead(refused / len(accepted_p), _design_effects(child_index, refused))
    design = np.maximum(seen, least_design_effect(len(accepted_p), equal_children, certainty))
    upper = _upper_bounds(refused, design, len(accepted_p), equal_children, certainty)
    along = np.maximum.accumulate(upper)[level]
    along[0] = 0.0  # no p is below 0
    n_children = int((sizes > 0).sum())
    return AmBounds(certainty, thresholds, along, len(accepted_p), n_children, equal_children, float(seen[0]))


def choose_threshold(
    children: AnyArray, is_accepted: BoolArray, p: FloatArray, *, am_target: float, certainty: Certainty
) -> float:
    """The largest threshold that keeps a target with a certainty.

    Returns
    -------
    0, at which nothing is refused, where no other can be sure. NaN without Accepted recordings.

    Examples
    --------
    >>> is_accepted, p = np.ones(200, dtype=bool), np.arange(200) / 200
    >>> [choose_threshold(np.arange(200), is_accepted, p, am_target=0.1, certainty=each) for each in Certainty]
    [0.1, 0.075, 0.07, 0.06]
    """
    targets = np.array([am_target])
    return float(choose_thresholds(children, is_accepted, p, am_targets=targets, certainty=certainty)[0])


def choose_thresholds(
    children: AnyArray, is_accepted: BoolArray, p: FloatArray, *, am_targets: FloatArray, certainty: Certainty
) -> Float64Array:
    """The thresholds that `choose_threshold` gives for several targets, at the cost of one [shape=(n_targets,)].

    Examples
    --------
    >>> is_accepted, p, targets = np.ones(200, dtype=bool), np.arange(200) / 200, np.array([0.05, 0.1])
    >>> choose_thresholds(np.arange(200), is_accepted, p, am_targets=targets, certainty=Certainty.HIGHEST).tolist()
    [0.02, 0.06]
    """
    outside = ~((am_targets >= 0.0) & (am_targets <= 1.0))
    if outside.any():
        raise Refused(f"AM target {float(am_targets[outside][0])!r} cannot be used: expected a share from 0 to 1.")
    if not certainty.has_margin or not np.any(is_accepted):
        return operating_point.choose_thresholds(is_accepted, p, am_targets=am_targets)
    bounds = am_bounds(children, is_accepted, p, certainty=certainty)
    return bounds.thresholds[bounds.levels_for_am(am_targets)]


def children_needed(
    children: AnyArray, is_accepted: BoolArray, p: FloatArray, *, am_target: float, certainty: Certainty
) -> ChildrenNeeded | None:
    """How many validation children could be sure of a target if none of their good readings were refused.

    As many recordings a child, and as alike, as there are now. None where some threshold above 0 is sure already.

    Examples
    --------
    >>> few, p = np.ones(12, dtype=bool), np.arange(1, 13) / 13
    >>> needed = children_needed(np.arange(12), few, p, am_target=0.10, certainty=Certainty.HIGHEST)
    >>> needed.n_children, needed.n_accepted
    (33, 33)
    """
    if not certainty.has_margin:
        return None
    if not np.any(is_accepted):
        return ChildrenNeeded(certainty, am_target, 0, 0, None, None)
    bounds = am_bounds(children, is_accepted, p, certainty=certainty)
    if bounds.thresholds[bounds.levels_for_am(np.array([am_target]))][0] > 0:
        return None
    return needed_by(bounds, am_target)


def needed_by(bounds: AmBounds, am_target: float) -> ChildrenNeeded:
    """The same, from the bounds.

    Examples
    --------
    >>> bounds = am_bounds(np.arange(12), np.ones(12, dtype=bool), np.arange(1, 13) / 13, certainty=Certainty.HIGHEST)
    >>> needed_by(bounds, 0.10).n_children
    33
    """
    n_children = _fewest_children(bounds, am_target)
    each = bounds.n / bounds.n_children
    n_accepted = None if n_children is None else int(np.ceil(n_children * each - 1e-9))
    return ChildrenNeeded(bounds.certainty, am_target, bounds.n_children, bounds.n, n_children, n_accepted)


def least_design_effect(n: float, equal_children: float, certainty: Certainty) -> float:
    """What so few children may hide: the design effect of the likeness that a rare kind of child would bring.

    Examples
    --------
    >>> [round(least_design_effect(200, 20, each), 2) for each in (Certainty.MOST, Certainty.HIGH, Certainty.HIGHEST)]
    [1.0, 1.78, 2.56]
    >>> least_design_effect(20, 20, Certainty.HIGHEST)
    1.0
    """
    likeness = min(1.0, RARE * log(FORGIVEN / (1.0 - certainty.value)) / equal_children)
    return 1.0 + max(n / equal_children - 1.0, 0.0) * max(likeness, 0.0)


def _design_effects(child_index: IntArray, refused: IntArray) -> Float64Array:
    """The design effect of `clustered_shares` after the first so many recordings of those sorted by p.

    With h refused of a child's s, v the share and w the jackknife's weight, the variance between children is the sum of
    w^2 (h - v s)^2: its terms grow recording by recording.
    """
    n, sizes = len(child_index), np.bincount(child_index).astype(float)
    m = int((sizes > 0).sum())
    weight = 1.0 / np.maximum(1.0 - sizes / n, clustered_shares.LEAST_LEFT) ** 2
    earlier = _earlier_of_child(child_index)
    squares = np.append(0.0, np.cumsum(weight[child_index] * (2 * earlier + 1)))[refused]
    products = np.append(0.0, np.cumsum(weight[child_index] * sizes[child_index]))[refused]
    share = refused / n
    between = (m - 1) / m * (squares - 2 * share * products + share**2 * float((weight * sizes**2).sum())) / n**2
    alone = share * (1.0 - share) / n
    ratio: Float64Array = np.divide(between, alone, out=np.ones_like(share), where=alone > 0)
    return ratio


def _earlier_of_child(child_index: IntArray) -> IntArray:
    """How many recordings of the same child stand before each [shape=(n,)]."""
    by_child = np.argsort(child_index, kind="stable")
    counts = np.bincount(child_index)
    earlier = np.empty(len(child_index), dtype=np.int64)
    earlier[by_child] = np.arange(len(child_index)) - np.repeat(np.cumsum(counts) - counts, counts)
    return earlier


def _with_those_ahead(share: Float64Array, design: Float64Array) -> Float64Array:
    """At least the mean design effect of the levels above 0 that refuse up to `AHEAD` more; at least 1."""
    counted = share > 0
    sums, counts = (np.append(0.0, np.cumsum(values)) for values in (np.where(counted, design, 0.0), counted))
    begins = np.arange(len(share))
    ends = np.maximum(np.searchsorted(share, share + AHEAD, side="right"), np.minimum(begins + 2, len(share)))
    n_ahead = counts[ends] - counts[begins]
    mean = np.divide(sums[ends] - sums[begins], n_ahead, out=np.ones_like(share), where=n_ahead > 0)
    design_ahead: Float64Array = np.maximum(np.maximum(design, mean), 1.0)
    return design_ahead


def _upper_bounds(
    refused: IntArray, design: Float64Array, n: int, equal_children: float, certainty: Certainty
) -> Float64Array:
    weight = _shrink(equal_children - 1.0, certainty) / design
    return _exact_bound(refused * weight, n * weight, certainty)


def _exact_bound(refused: Float64Array, n: Float64Array, certainty: Certainty) -> Float64Array:
    """Clopper and Pearson's bound of a share, counts not necessarily whole; 1 when all are refused or n is 0."""
    from scipy.special import betaincinv

    left = n - refused
    bound: Float64Array = betaincinv(refused + 1.0, np.maximum(left, 1e-9), certainty.value)
    return np.where(left > 1e-9, bound, 1.0)


def _shrink(freedom: float, certainty: Certainty) -> float:
    """The factor on n for few children: the square of the normal quantile over Student's; 0 for a single child."""
    from scipy.stats import norm, t

    if freedom <= 1e-9:
        return 0.0
    return float(norm.ppf(certainty.value) / t.ppf(certainty.value, freedom)) ** 2


def _fewest_children(bounds: AmBounds, am_target: float) -> int | None:
    """The smallest number of children like these whose bound, with none refused, is within the target."""
    each, alike = bounds.n / bounds.n_children, bounds.equal_children / bounds.n_children

    def is_enough(n_children: int) -> bool:
        equal = alike * n_children
        hidden = least_design_effect(n_children * each, equal, bounds.certainty)
        weight = _shrink(equal - 1.0, bounds.certainty) / max(bounds.design_effect, hidden)
        n = np.array([n_children * each * weight])
        return float(_exact_bound(np.zeros(1), n, bounds.certainty)[0]) <= am_target

    few, many = 0, 1
    while not is_enough(many):
        few, many = many, 2 * many
        if many > MOST_CHILDREN:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if is_enough(middle) else (middle, many)
    return many


def is_sure(threshold: float, certainty: Certainty) -> bool:
    """Whether a chosen threshold may refuse anything with its certainty.

    Examples
    --------
    >>> is_sure(0.0, Certainty.HIGHEST), is_sure(0.3, Certainty.HIGHEST)
    (False, True)
    """
    return not isnan(threshold) and (threshold > 0 or not certainty.has_margin)
