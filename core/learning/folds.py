"""Cross-validation over children: every child is tested once, by networks that never met it.

Folds are made alike: of as many recordings, of every label, and of every label in each language, as whole children
allow (Pearson's chi-squared, as in `splits`). Largest children first, each to the fold that it brings nearest to its
share; then children are moved or swapped for as long as that brings the folds nearer to each other.

In the run of one fold its children are the test; of the others a share is taken for validation, the rest trains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

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
    ordered = splits.in_order(children, seed=seed)
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


def _place(amounts: np.ndarray, n_folds: int) -> np.ndarray:
    """The fold of each child [shape=(n_children,)]; amounts [shape=(n_children, n_strata)], largest child first."""
    expected = amounts.sum(axis=0) / n_folds
    places, counts = np.full(len(amounts), -1), np.zeros((n_folds, amounts.shape[1]))
    for child in range(len(amounts)):
        _move(child, amounts, places, counts, expected)
    for _ in range(MAX_PASSES):  # every move and every swap lowers the cost, so this ends by itself, too
        n_moved = sum(_move(child, amounts, places, counts, expected) for child in range(len(amounts)))
        if len(amounts) <= MOST_TO_SWAP:
            n_moved += sum(_swap(child, amounts, places, counts, expected) for child in range(len(amounts)))
        if not n_moved:
            break
    return places


def _cost(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return ((counts - expected) ** 2 / (expected + 1.0)).sum(axis=-1)


def _move(child: int, amounts: np.ndarray, places: np.ndarray, counts: np.ndarray, expected: np.ndarray) -> bool:
    """Put a child into the fold where it costs least; whether it moved. The last child of a fold stays."""
    before = int(places[child])
    if before >= 0:
        if (places == before).sum() == 1:
            return False
        counts[before] -= amounts[child]
    change = _cost(counts + amounts[child], expected) - _cost(counts, expected)
    place = int(np.argmin(change))
    if before >= 0 and change[place] >= change[before] - GAIN:
        place = before
    places[child] = place
    counts[place] += amounts[child]
    return place != before


def _swap(child: int, amounts: np.ndarray, places: np.ndarray, counts: np.ndarray, expected: np.ndarray) -> bool:
    """Change places with the child that gains most by it; whether one did."""
    here, difference = int(places[child]), amounts - amounts[child]
    change = _cost(counts[here] + difference, expected) - _cost(counts[here], expected)
    change += _cost(counts[places] - difference, expected) - _cost(counts[places], expected)
    change[places == here] = np.inf
    other = int(np.argmin(change))
    if not change[other] < -GAIN:
        return False
    there = int(places[other])
    counts[here] += difference[other]
    counts[there] -= difference[other]
    places[child], places[other] = there, here
    return True
