"""The largest threshold that keeps an AM target with a certainty, for other children than those it is chosen on.

Thresholds are tested from 0 upwards, in this fixed sequence: is AM above the target? The first that cannot be ruled out
at a level of 1 - certainty ends it (fixed-sequence Learn then Test: Angelopoulos, Bates, Candes, Jordan and Lei, 2021,
section 3.2). Since AM rises with the threshold, only the test of the first threshold above the target can err, so no
correction for many thresholds is needed. A test is an upper bound below the target: a bound that never falls along the
sequence answers every target.

The bound of a threshold is Clopper and Pearson's over children (`child_bound`). `bench/certainty.py` measures how often
the target is exceeded. Recordings that were drawn in class count with weights, one over their chance of being drawn.

Everything is O(n log n) in the Accepted recordings; the order of the recordings never matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray, IntArray
from core.domain.certainty import Certainty
from core.errors import Refused
from core.metrics import child_bound, clustered_shares, operating_point, rejection
from core.metrics.child_bound import ChildMoments

MOST_CHILDREN = 1_000_000  # more are never judged


@dataclass(frozen=True)
class AmBounds:
    """The bound of AM along the thresholds of `rejection.curve`, at one certainty; it never falls.

    Attributes
    ----------
    thresholds, upper : [shape=(n_thresholds,)]
        At threshold 0 nothing is refused, so the bound is 0. It is 1 where AM itself is beyond what was of interest.
    moments : of the children, at each number of refused recordings
    n, n_children : int
        Accepted recordings, and the children they are of.
    """

    certainty: Certainty
    thresholds: Float64Array
    upper: Float64Array
    moments: ChildMoments
    n: int
    n_children: int

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


def am_bounds(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    *,
    certainty: Certainty,
    weights: Float64Array | None = None,
    up_to: float = 1.0,
) -> AmBounds:
    """The bound at every threshold of the exact grid.

    Parameters
    ----------
    children : [shape=(n,)]
        Whose recording each is.
    is_accepted, p : [shape=(n,)], as in `rejection`
        Of the validation children, with an Accepted one among them.
    certainty : one with a margin
    weights : what each recording counts, above 0 [shape=(n,)]; without them 1
    up_to : the highest target of interest. A bound is above AM itself, so where that is beyond it nothing is computed

    Raises
    ------
    Refused
        There is no Accepted recording, or the certainty has no margin.

    Examples
    --------
    >>> p = np.arange(1, 41) / 41
    >>> bounds = am_bounds(np.arange(40), np.ones(40, dtype=bool), p, certainty=Certainty.HIGHEST)
    >>> bounds.upper[:3].round(3).tolist()  # nothing refused for sure, then 0 and 1 of 40
    [0.0, 0.076, 0.117]
    """
    truth, probability = rejection.validate(is_accepted, p)
    child_index, _ = clustered_shares.child_indices(children, len(truth))
    if not truth.any() or not certainty.has_margin:
        raise Refused("A bound of AM needs Accepted recordings and a certainty above 50 %.")
    order = np.argsort(probability[truth], kind="stable")
    accepted_p, child_index = probability[truth][order], child_index[truth][order]
    of_accepted = None if weights is None else weights[truth][order]
    thresholds = np.unique(np.append(probability, (0.0, rejection.REFUSE_ALL)))
    refused, level = np.unique(np.searchsorted(accepted_p, thresholds, side="left"), return_inverse=True)
    moments = child_bound.moments_along(child_index, refused, weights=of_accepted)
    is_within = moments.refused <= up_to * moments.n
    bound = np.ones(len(refused))
    bound[is_within] = child_bound.upper_bounds(moments.at(is_within), certainty)
    along = np.maximum.accumulate(bound)[level]
    along[0] = 0.0  # no p is below 0
    return AmBounds(certainty, thresholds, along, moments, len(accepted_p), len(np.unique(child_index)))


def choose_threshold(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    *,
    am_target: float,
    certainty: Certainty,
    weights: Float64Array | None = None,
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
    chosen = choose_thresholds(
        children, is_accepted, p, am_targets=np.array([am_target]), certainty=certainty, weights=weights
    )
    return float(chosen[0])


def choose_thresholds(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    *,
    am_targets: FloatArray,
    certainty: Certainty,
    weights: Float64Array | None = None,
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
        return operating_point.choose_thresholds(is_accepted, p, am_targets=am_targets, weights=weights)
    up_to = float(am_targets.max(initial=0.0))
    bounds = am_bounds(children, is_accepted, p, certainty=certainty, weights=weights, up_to=up_to)
    return bounds.thresholds[bounds.levels_for_am(am_targets)]


def children_needed(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    *,
    am_target: float,
    certainty: Certainty,
    weights: Float64Array | None = None,
) -> ChildrenNeeded | None:
    """How many validation children could be sure of a target if none of their good readings were refused.

    As many recordings a child, and as alike, as there are now. None where some threshold above 0 is sure already.

    Examples
    --------
    >>> few, p = np.ones(12, dtype=bool), np.arange(1, 13) / 13
    >>> needed = children_needed(np.arange(12), few, p, am_target=0.10, certainty=Certainty.HIGHEST)
    >>> needed.n_children, needed.n_accepted
    (31, 31)
    """
    if not certainty.has_margin:
        return None
    if not np.any(is_accepted):
        return ChildrenNeeded(certainty, am_target, 0, 0, None, None)
    bounds = am_bounds(children, is_accepted, p, certainty=certainty, weights=weights, up_to=am_target)
    if bounds.thresholds[bounds.levels_for_am(np.array([am_target]))][0] > 0:
        return None
    return needed_by(bounds, am_target)


def needed_by(bounds: AmBounds, am_target: float) -> ChildrenNeeded:
    """The same, from the bounds.

    Examples
    --------
    >>> bounds = am_bounds(np.arange(12), np.ones(12, dtype=bool), np.arange(1, 13) / 13, certainty=Certainty.HIGHEST)
    >>> needed_by(bounds, 0.10).n_children
    31
    """
    n_children = _fewest_children(bounds, am_target)
    each = bounds.n / bounds.n_children
    n_accepted = None if n_children is None else int(np.ceil(n_children * each - 1e-9))
    return ChildrenNeeded(bounds.certainty, am_target, bounds.n_children, bounds.n, n_children, n_accepted)


def _fewest_children(bounds: AmBounds, am_target: float) -> int | None:
    """The smallest number of children like these whose bound, with none refused, is within the target."""

    def is_enough(n_children: int) -> bool:
        more = child_bound.nothing_refused(bounds.moments, n_children / bounds.n_children)
        return float(child_bound.upper_bounds(more, bounds.certainty)[0]) <= am_target

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
