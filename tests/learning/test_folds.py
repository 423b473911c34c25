from __future__ import annotations

import numpy as np
import pytest

from core.domain.labels import Label, Split
from core.errors import Refused
from core.learning import folds
from core.learning.splits import ChildCounts


def some_children(n: int = 40, *, seed: int = 0) -> list[ChildCounts]:
    rng = np.random.default_rng(seed)
    return [
        ChildCounts(
            f"child-{number}",
            split=Split.TEST if number % 7 == 0 else None,
            label_language_counts={(label, ("en", "fr")[number % 2]): int(rng.integers(0, 9)) for label in Label},
        )
        for number in range(n)
    ]


def test_every_child_stands_in_one_fold_and_is_tested_there_alone() -> None:
    children = some_children()
    placed = folds.assign_folds(children, n_folds=5, seed=1)
    tested = [folds.splits_of(children, placed, fold, seed=1) for fold in range(5)]
    for child in children:
        roles = [splits[child.pseudonym] for splits in tested]
        assert roles.count(Split.TEST) == 1
        assert roles[placed[child.pseudonym]] is Split.TEST


def test_each_run_trains_and_validates_on_the_others() -> None:
    children = some_children()
    placed = folds.assign_folds(children, n_folds=5, seed=1)
    sizes = {child.pseudonym: sum(child.label_language_counts.values()) for child in children}
    for fold in range(5):
        splits = folds.splits_of(children, placed, fold, seed=1)
        share = {split: sum(sizes[name] for name, assigned in splits.items() if assigned is split) for split in Split}
        assert share[Split.VALIDATION] / sum(share.values()) == pytest.approx(0.15, abs=0.05)


def test_folds_are_alike_by_class_and_language() -> None:
    children = some_children(60)
    placed = folds.assign_folds(children, n_folds=4, seed=0)
    for label in Label:
        for language in ("en", "fr"):
            held = np.zeros(4)
            for child in children:
                held[placed[child.pseudonym]] += child.label_language_counts.get((label, language), 0)
            assert np.ptp(held) <= 0.2 * held.mean()


def test_the_order_of_the_children_decides_nothing_and_the_seed_does() -> None:
    children = some_children()
    placed = folds.assign_folds(children, n_folds=3, seed=1)
    assert folds.assign_folds(children[::-1], n_folds=3, seed=1) == placed
    equals = [ChildCounts(f"child-{number}", label_language_counts={(Label.NOISE, "fr"): 3}) for number in range(9)]
    assert folds.assign_folds(equals, n_folds=3, seed=1) != folds.assign_folds(equals, n_folds=3, seed=2)


@pytest.mark.parametrize("n_folds", [0, 1, 4])
def test_folds_that_cannot_be_made_are_refused(n_folds: int) -> None:
    with pytest.raises(Refused, match=f"{n_folds} folds over 3 children"):
        folds.assign_folds(some_children(3), n_folds=n_folds, seed=0)
