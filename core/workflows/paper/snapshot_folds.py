"""Folds of a snapshot: the same recordings and labels, with other children as the test each time.

A fold is a snapshot that is derived and never stored; its hash follows from its list, so its checkpoints are reused.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot, SnapshotItem
from core.errors import Refused
from core.learning import folds
from core.learning.linked_children import linked_children_of
from core.learning.splits import ChildCounts


@dataclass(frozen=True)
class Fold:
    """One fold. `places` are the indices of its items among those of the whole snapshot."""

    number: int
    snapshot: Snapshot
    places: tuple[int, ...]


def folds_of_snapshot(snapshot: Snapshot, *, n_folds: int, seed: int, language: str = "") -> list[Fold]:
    """Every fold of a snapshot. Children who share a sound are tested in the same fold.

    Parameters
    ----------
    language : recordings of other languages teach nothing and are tested all the same; empty: all teach

    Raises
    ------
    Refused
        The children are too few, or a fold has no recording of some class to learn from.
    """
    group_of = linked_children_of(snapshot.items)
    groups = _group_counts(snapshot, group_of)
    placed = folds.assign_folds(groups, n_folds=n_folds, seed=seed)
    folds_of_all = []
    for number in range(n_folds):
        split_of_group = folds.splits_of(groups, placed, number, seed=seed)
        split = {child: split_of_group[group] for child, group in group_of.items()}
        fold = _fold(snapshot, number, split, language)
        _check(fold, language)
        folds_of_all.append(fold)
    return folds_of_all


def halved(fold: Fold, *, seed: int) -> Fold:
    """A fold in which half of the training children teach; the others are left out. Validation and test stay.

    The fold itself where a class would have no recording to learn from.
    """
    children = sorted({item.child for item in fold.snapshot.items if item.split is Split.TRAIN})
    rng = np.random.default_rng([seed, fold.number])
    left_out = {children[index] for index in rng.permutation(len(children))[: len(children) // 2]}
    pairs = zip(fold.snapshot.items, fold.places, strict=True)
    staying = [(item, place) for item, place in pairs if item.child not in left_out or item.split is not Split.TRAIN]
    items = [item for item, _ in staying]
    if len({item.label for item in items if item.split is Split.TRAIN}) < len(Label):
        return fold
    snapshot = replace(fold.snapshot, hash=_hash(items), items=tuple(items))
    return Fold(fold.number, snapshot, tuple(place for _, place in staying))


def _group_counts(snapshot: Snapshot, group_of: Mapping[str, str]) -> list[ChildCounts]:
    """The recordings of every group of children who share a sound, counted as if the group were a child."""
    counts: dict[str, Counter[tuple[Label, str]]] = {}
    for item in snapshot.items:
        counts.setdefault(group_of[item.child], Counter())[item.label, item.language] += 1
    return [ChildCounts(group, label_language_counts=count) for group, count in counts.items()]


def _fold(snapshot: Snapshot, number: int, split: dict[str, Split], language: str) -> Fold:
    items, places = [], []
    for place, item in enumerate(snapshot.items):
        now = replace(item, split=split[item.child])
        if now.split is Split.TEST or language in ("", item.language):
            items.append(now)
            places.append(place)
    return Fold(number, replace(snapshot, hash=_hash(items), items=tuple(items)), tuple(places))


def _hash(items: list[SnapshotItem]) -> str:
    lines = sorted(f"{item.sha256},{item.label},{item.split}" for item in items)
    return hashlib.sha256("\n".join(["fold", *lines]).encode()).hexdigest()


def _check(fold: Fold, language: str) -> None:
    present = {item.label for item in fold.snapshot.items if item.split is Split.TRAIN}
    missing = [label for label in Label if label not in present]
    if missing:
        of_language = f" in {language!r}" if language else ""
        raise Refused(
            "Fold {number} has no recording{of_language} that is {missing} to learn from. Judge more "
            "recordings, of more children, or take fewer folds.",
            number=fold.number + 1,
            of_language=of_language,
            missing=" or ".join(missing),
        )
