"""Cross-validation over children: every child is tested once, by models that never met it.

Folds are alike: of as many recordings, of every label, and of every label in each language, as whole children
allow (Pearson's chi-squared, as in `splits`). Largest children first, each to the fold that it brings nearest to its
share; then children are moved or swapped for as long as that brings the folds nearer to each other.

In the run of one fold its children are the test; of the others a share is taken for validation, the rest trains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Float64Array, IntArray
from core.domain.labels import Split
from core.errors import Refused
from core.learning import splits
from core.learning.splits import GAIN, MAX_PASSES, MOST_TO_SWAP, POOL_WITHOUT_TEST, ChildCounts


def assign_folds(children: Sequence[ChildCounts], *, n_folds: int, seed: int) -> dict[str, int]:
    """A fold from 0 for every child, whatever split it stands in.

    Parameters
    ----------
    n_folds : int >= 2
    seed : int
        Decides between equals. The order of `children` decides nothing.

    Raises
    ------
    Refused
        Fewer than two folds, or fewer children than folds.
    """
    if not 2 <= n_folds <= len(children):
        raise Refused(
            f"{n_folds} folds over {len(children)} children cannot be made: expected at least 2, and a child for each."
        )
    ordered = splits.order_children(children, seed=seed)
    places = _place(splits.count_strata(ordered), n_folds)
    return {child.pseudonym: int(place) for child, place in zip(ordered, places, strict=True)}


def splits_of(
    children: Sequence[ChildCounts], folds: Mapping[str, int], fold: int, *, seed: int, validation_share: float = 0.15
) -> dict[str, Split]:
    """The split of every child in the run of one fold: its children test, the others train or validate."""
    n_folds = max(folds.values()) + 1
    standing = [
        replace(child, pool=POOL_WITHOUT_TEST, split=Split.TEST if folds[child.pseudonym] == fold else None)
        for child in children
    ]
    return splits.assign_splits(standing, seed=seed, test_share=1.0 / n_folds, validation_share=validation_share)


@dataclass
class _Allocation:
    """The fold of each child [shape=(n_children,)], and the counts of each fold [shape=(n_folds, n_strata)].

    amounts [shape=(n_children, n_strata)], expected : of each fold [shape=(n_strata,)]
    """

    amounts: Float64Array
    places: IntArray
    counts: Float64Array
    expected: Float64Array

    def cost(self, counts: Float64Array) -> Float64Array:
        """Of one fold; counts [shape=(..., n_strata)]."""
        cost: Float64Array = ((counts - self.expected) ** 2 / (self.expected + 1.0)).sum(axis=-1)
        return cost

    def move(self, child: int) -> bool:
        """Put a child into the fold where it costs least; whether it moved. The last child of a fold stays."""
        before = int(self.places[child])
        if before >= 0:
            if (self.places == before).sum() == 1:
                return False
            self.counts[before] -= self.amounts[child]
        change = self.cost(self.counts + self.amounts[child]) - self.cost(self.counts)
        place = int(np.argmin(change))
        if before >= 0 and change[place] >= change[before] - GAIN:
            place = before
        self.places[child] = place
        self.counts[place] += self.amounts[child]
        return place != before

    def swap(self, child: int) -> bool:
        """Exchange folds with the child where that lowers the cost most; whether any did."""
        own, difference = int(self.places[child]), self.amounts - self.amounts[child]
        change = self.cost(self.counts[own] + difference) - self.cost(self.counts[own])
        change += self.cost(self.counts[self.places] - difference) - self.cost(self.counts[self.places])
        change[self.places == own] = np.inf
        other = int(np.argmin(change))
        if not change[other] < -GAIN:
            return False
        others_fold = int(self.places[other])
        self.counts[own] += difference[other]
        self.counts[others_fold] -= difference[other]
        self.places[child], self.places[other] = others_fold, own
        return True


def _place(amounts: Float64Array, n_folds: int) -> IntArray:
    """The fold of each child [shape=(n_children,)]; amounts [shape=(n_children, n_strata)], largest child first."""
    expected = amounts.sum(axis=0) / n_folds
    allocation = _Allocation(amounts, np.full(len(amounts), -1), np.zeros((n_folds, amounts.shape[1])), expected)
    for child in range(len(amounts)):
        allocation.move(child)
    for _ in range(MAX_PASSES):  # every move and every swap lowers the cost, so this ends by itself, too
        n_moved = sum(allocation.move(child) for child in range(len(amounts)))
        if len(amounts) <= MOST_TO_SWAP:
            n_moved += sum(allocation.swap(child) for child in range(len(amounts)))
        if not n_moved:
            break
    return allocation.places
