"""Splits: the children for training, for validation and for testing. A child stands in one split and never moves.

Recordings of one child resemble each other, so the split is by child: a model tested on a voice that it learned from
looks better than it is. The test and the validation share keep the class and language distribution of the whole, as
the paper's test set does (Table 1), as well as whole children allow.

How: children who stand already stay. The others go, largest first, each to the split that it brings nearest to its
share of everything; then children are moved, or swapped, for as long as that brings the three nearer. Near is measured
by the squared distance of each count from what the split should hold, over what it should hold (Pearson's
chi-squared), summed over all recordings, each label, and each label in each language. A split without Accepted or
without Rejected is worse than any distance: nothing can be measured on it. With too few children for three such
splits, train comes first, then validation (a threshold needs both), then test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from core.arrays import BoolArray, Float64Array, IntArray
from core.domain.labels import Label, Split
from core.errors import Refused

SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)
POOL_WITHOUT_TEST = "train"  # of a manifest: this child is not for testing
# What a split costs that lacks Accepted or Rejected: more than any distance, and in the order of need
COST_OF_LACKING = np.array([1e12, 1e11, 1e10])
GAIN = 1e-3  # smaller ones are rounding
MAX_PASSES = 20
MOST_TO_SWAP = 1000  # with more children than this, moves alone come as near, and pairs are many


@dataclass(frozen=True)
class ChildCounts:
    """A child, and how many recordings it has.

    pool : of the manifest, where it names one
    split : where the child stands already
    label_language_counts : recordings by (label, language); a child without any is drawn by chance
    """

    pseudonym: str
    pool: str | None = None
    split: Split | None = None
    label_language_counts: Mapping[tuple[Label, str], int] = field(default_factory=dict)


def assign_splits(
    children: Sequence[ChildCounts], *, seed: int, test_share: float = 0.10, validation_share: float = 0.15
) -> dict[str, Split]:
    """A split for every child.

    Parameters
    ----------
    children : every child of the corpus, those who stand already included: they count towards their split
    seed : int
        Decides between equals. The order of `children` decides nothing.
    test_share, validation_share : float in [0, 1)
        Shares of the recordings; the rest trains.

    Returns
    -------
    Standing splits unchanged; a child of pool "train" never newly in test.

    Raises
    ------
    Refused
        When the shares leave nothing for training, or a pseudonym comes twice.
    """
    _check(children, test_share, validation_share)
    ordered = order_children(children, seed=seed)
    counted = [child for child in ordered if _size(child) or child.split]
    shares = np.array([1.0 - test_share - validation_share, validation_share, test_share])
    chosen = dict(zip([child.pseudonym for child in counted], _place(counted, shares), strict=True))
    for child in ordered:
        if child.pseudonym not in chosen:
            chosen[child.pseudonym] = _drawn(child, shares, seed)
    return {child.pseudonym: chosen[child.pseudonym] for child in children}


def order_children(children: Sequence[ChildCounts], *, seed: int) -> list[ChildCounts]:
    """Largest first; equals by a chance that only the seed and the pseudonym decide."""
    return sorted(children, key=lambda child: (-_size(child), _chance(seed, child.pseudonym)))


def count_strata(children: Sequence[ChildCounts]) -> Float64Array:
    """Recordings of each child: all, by label, by label and language [shape=(n_children, n_strata)]."""
    languages = sorted({language for child in children for _, language in child.label_language_counts})
    by_both = np.zeros((len(children), len(Label), len(languages)))
    for row, child in enumerate(children):
        for (label, language), count in child.label_language_counts.items():
            by_both[row, list(Label).index(Label(label)), languages.index(language)] += count
    by_label = by_both.sum(axis=2)
    all_recordings = by_label.sum(axis=1, keepdims=True)
    return np.concatenate(
        [all_recordings, by_label, by_both.reshape(len(children), len(Label) * len(languages))], axis=1
    )


class _Allocation:
    """Who stands where, the counts of each split beside what they should be, and what the difference costs.

    amounts [shape=(n_children, n_strata)], may_stand [shape=(n_children, 3), bool], shares [shape=(3,)]
    """

    def __init__(self, amounts: Float64Array, may_stand: BoolArray, shares: Float64Array) -> None:
        self.amounts, self.may_stand = amounts, may_stand
        self.places: IntArray = np.full(len(amounts), -1)
        self.counts = np.zeros((len(SPLITS), amounts.shape[1]))
        self.expected = np.outer(shares, amounts.sum(axis=0))
        self.lacking = COST_OF_LACKING * (shares > 0)

    def cost(self, counts: Float64Array, place: int | IntArray) -> Float64Array:
        """Cost of one split; counts [shape=(..., n_strata)], place a split's number for all or for each of them."""
        distance = ((counts - self.expected[place]) ** 2 / (self.expected[place] + 1.0)).sum(axis=-1)
        has_accepted, has_rejected = counts[..., 1] > 0, counts[..., 2 : 1 + len(Label)].sum(axis=-1) > 0
        cost: Float64Array = distance + self.lacking[place] * (2.0 - has_accepted - has_rejected)
        return cost

    def put(self, child: int) -> bool:
        """Stand a child where it costs least; whether it moved."""
        before, amounts = int(self.places[child]), self.amounts[child]
        if before >= 0:
            self.counts[before] -= amounts
        all_splits = np.arange(len(SPLITS))
        change = self.cost(self.counts + amounts, all_splits) - self.cost(self.counts, all_splits)
        change[~self.may_stand[child]] = np.inf
        place = int(np.argmin(change))
        if before >= 0 and change[place] >= change[before] - GAIN:
            place = before
        self.places[child] = place
        self.counts[place] += amounts
        return place != before

    def swap(self, child: int) -> bool:
        """Exchange splits with the child where that lowers the cost most; whether any did."""
        own, others = int(self.places[child]), self.places
        difference = self.amounts - self.amounts[child]
        change = self.cost(self.counts[own] + difference, own) - self.cost(self.counts[own], own)
        change += self.cost(self.counts[others] - difference, others) - self.cost(self.counts[others], others)
        is_possible = (others != own) & self.may_stand[:, own] & self.may_stand[child, others]
        change[~is_possible] = np.inf
        other = int(np.argmin(change))
        if not change[other] < -GAIN:
            return False
        self.counts[own] += difference[other]
        self.counts[others[other]] -= difference[other]
        self.places[child], self.places[other] = int(others[other]), own
        return True


def _place(children: list[ChildCounts], shares: Float64Array) -> list[Split]:
    """The splits of children with recordings, in their order: greedy, then moves and swaps while they help."""
    may_stand = np.zeros((len(children), len(SPLITS)), dtype=bool)
    for index, child in enumerate(children):
        may_stand[index, _allowed(child, shares)] = True
    allocation = _Allocation(count_strata(children), may_stand, shares)
    standing = [index for index, child in enumerate(children) if child.split]
    free = [index for index, child in enumerate(children) if not child.split]
    for index in standing + free:
        allocation.put(index)
    for _ in range(MAX_PASSES):  # every move and every swap lowers the cost, so this ends by itself, too
        n_moved = sum(allocation.put(index) for index in free)
        if len(free) <= MOST_TO_SWAP:
            n_moved += sum(allocation.swap(index) for index in free)
        if not n_moved:
            break
    return [SPLITS[place] for place in allocation.places]


def _allowed(child: ChildCounts, shares: Float64Array) -> list[int]:
    if child.split:
        return [SPLITS.index(child.split)]
    return [
        index
        for index, split in enumerate(SPLITS)
        if shares[index] > 0 and not (split is Split.TEST and child.pool == POOL_WITHOUT_TEST)
    ]


def _drawn(child: ChildCounts, shares: Float64Array, seed: int) -> Split:
    """A split by chance, in proportion to the shares, for a child without recordings."""
    allowed = _allowed(child, shares)
    bounds = np.cumsum(shares[allowed]) / shares[allowed].sum()
    chance = int.from_bytes(_chance(seed, child.pseudonym), "big") / 2**64
    return SPLITS[allowed[min(int(np.searchsorted(bounds, chance, side="right")), len(allowed) - 1)]]


def _chance(seed: int, pseudonym: str) -> bytes:
    return blake2b(f"{seed}:{pseudonym}".encode(), digest_size=8).digest()


def _size(child: ChildCounts) -> int:
    return sum(child.label_language_counts.values())


def _check(children: Sequence[ChildCounts], test_share: float, validation_share: float) -> None:
    if test_share < 0 or validation_share < 0 or test_share + validation_share >= 1:
        raise Refused(
            f"Shares of {test_share} for test and {validation_share} for validation cannot be used: "
            "expected two numbers from 0 that add up to less than 1."
        )
    names = [child.pseudonym for child in children]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(f"Child {twice!r} is named twice: expected each child once.")
