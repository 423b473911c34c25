"""Allocation of whole children to groups (splits or folds), so that each group holds its share of every stratum.

Greedy first, in the order of the children; then children are moved, or swapped, for as long as that lowers the cost.
The cost of a group is the squared distance of each count from what the group should hold, over what it should hold
plus 1 (Pearson's chi-squared), summed over the strata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array, IntArray
from core.domain.labels import Label

GAIN = 1e-3  # smaller ones are rounding
MAX_PASSES = 20
MOST_TO_SWAP = 1000  # with more children than this, moves alone come as near, and pairs are many


@dataclass(frozen=True)
class AllocationProblem:
    """What shall be allocated.

    amounts : [shape=(n_children, n_strata)] recordings of each child; the strata of `splits.count_strata`
    expected : [shape=(n_groups, n_strata)] what each group should hold
    is_allowed : [shape=(n_children, n_groups)] the groups in which a child may stand
    cost_of_lacking : [shape=(n_groups,)] added for a group without Accepted, and again for one without rejected
    has_no_empty_group : whether the last child of a group may not leave it by a move
    """

    amounts: Float64Array
    expected: Float64Array
    is_allowed: BoolArray
    cost_of_lacking: Float64Array
    has_no_empty_group: bool

    def cost(self, counts: Float64Array, group: int | IntArray) -> Float64Array:
        """Cost of a group; counts [shape=(..., n_strata)], the index of one group for all or of each of them."""
        distance = ((counts - self.expected[group]) ** 2 / (self.expected[group] + 1.0)).sum(axis=-1)
        has_accepted, has_rejected = counts[..., 1] > 0, counts[..., 2 : 1 + len(Label)].sum(axis=-1) > 0
        cost: Float64Array = distance + self.cost_of_lacking[group] * (2.0 - has_accepted - has_rejected)
        return cost


def allocate(problem: AllocationProblem, *, fixed: Sequence[int] = ()) -> IntArray:
    """The group of each child [shape=(n_children,)].

    Parameters
    ----------
    fixed : children who count first, and are not moved afterwards
    """
    allocation = _Allocation(problem)
    free = [child for child in range(len(problem.amounts)) if child not in set(fixed)]
    for child in [*fixed, *free]:
        allocation.move(child)
    for _ in range(MAX_PASSES):  # every move and every swap lowers the cost, so this ends by itself, too
        n_moved = sum(allocation.move(child) for child in free)
        if len(free) <= MOST_TO_SWAP:
            n_moved += sum(allocation.swap(child) for child in free)
        if not n_moved:
            break
    return allocation.groups


class _Allocation:
    """The group of each child (-1: none yet), and the counts of each group."""

    def __init__(self, problem: AllocationProblem) -> None:
        self.problem = problem
        self.groups: IntArray = np.full(len(problem.amounts), -1)
        self.counts: Float64Array = np.zeros(problem.expected.shape)

    def move(self, child: int) -> bool:
        """Put a child into the group where it costs least; whether it moved."""
        before, amounts = int(self.groups[child]), self.problem.amounts[child]
        if before >= 0:
            if self.problem.has_no_empty_group and (self.groups == before).sum() == 1:
                return False
            self.counts[before] -= amounts
        all_groups = np.arange(len(self.counts))
        change = self.problem.cost(self.counts + amounts, all_groups) - self.problem.cost(self.counts, all_groups)
        change[~self.problem.is_allowed[child]] = np.inf
        group = int(np.argmin(change))
        if before >= 0 and change[group] >= change[before] - GAIN:
            group = before
        self.groups[child] = group
        self.counts[group] += amounts
        return group != before

    def swap(self, child: int) -> bool:
        """Exchange groups with the child where that lowers the cost most; whether any did."""
        own, others = int(self.groups[child]), self.groups
        cost, is_allowed = self.problem.cost, self.problem.is_allowed
        difference = self.problem.amounts - self.problem.amounts[child]
        change = cost(self.counts[own] + difference, own) - cost(self.counts[own], own)
        change += cost(self.counts[others] - difference, others) - cost(self.counts[others], others)
        is_possible = (others != own) & is_allowed[:, own] & is_allowed[child, others]
        change[~is_possible] = np.inf
        other = int(np.argmin(change))
        if not change[other] < -GAIN:
            return False
        others_group = int(others[other])
        self.counts[own] += difference[other]
        self.counts[others_group] -= difference[other]
        self.groups[child], self.groups[other] = others_group, own
        return True
