"""Splits: the children for training, for validation and for testing. A child stands in one split and never moves.

Recordings of one child resemble each other, so the split is by child: a model tested on a voice that it learned from
looks better than it is. The test and the validation share keep the class and language distribution of the whole, as
the paper's test set does (Table 1), as well as whole children allow.

Children who stand already stay. The others go, largest first, each to the split that it brings nearest to its share of
everything; then `allocation` moves and swaps children for as long as that brings the three nearer, in all recordings,
each label, and each label in each language. A split without Accepted or without Rejected is worse than any distance:
nothing can be measured on it. With too few children for three such splits, train comes first, then validation (a
threshold needs both), then test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from core.arrays import Float64Array
from core.domain.labels import Label, Split
from core.errors import Refused
from core.learning.allocation import AllocationProblem, allocate

SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)
POOL_WITHOUT_TEST = "train"  # of a manifest: this child is not for testing
# What a split costs that lacks Accepted or Rejected: more than any distance, and in the order of need
COST_OF_LACKING = np.array([1e12, 1e11, 1e10])


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


def _place(children: list[ChildCounts], shares: Float64Array) -> list[Split]:
    """The splits of children with recordings, in their order."""
    is_allowed = np.zeros((len(children), len(SPLITS)), dtype=bool)
    for index, child in enumerate(children):
        is_allowed[index, _allowed(child, shares)] = True
    amounts = count_strata(children)
    problem = AllocationProblem(
        amounts,
        expected=np.outer(shares, amounts.sum(axis=0)),
        is_allowed=is_allowed,
        cost_of_lacking=COST_OF_LACKING * (shares > 0),
        has_no_empty_group=False,
    )
    groups = allocate(problem, fixed=[index for index, child in enumerate(children) if child.split])
    return [SPLITS[group] for group in groups]


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
