"""Cross-validation over children: every child is tested once, by models that never met it.

Folds are alike: of as many recordings, of every label, and of every label in each language, as whole children
allow (Pearson's chi-squared, as in `splits`). Largest children first, each to the fold that it brings nearest to its
share; then children are moved or swapped for as long as that brings the folds nearer to each other.

In the run of one fold its children are the test; of the others a share is taken for validation, the rest trains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.arrays import Float64Array
from core.domain.labels import Split
from core.errors import Refused
from core.learning import splits
from core.learning.allocation import AllocationProblem, allocate
from core.learning.splits import POOL_WITHOUT_TEST, ChildCounts


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
    groups = allocate(_problem(splits.count_strata(ordered), n_folds))
    return {child.pseudonym: int(group) for child, group in zip(ordered, groups, strict=True)}


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


def _problem(amounts: Float64Array, n_folds: int) -> AllocationProblem:
    return AllocationProblem(
        amounts,
        expected=np.tile(amounts.sum(axis=0) / n_folds, (n_folds, 1)),
        is_allowed=np.ones((len(amounts), n_folds), dtype=bool),
        cost_of_lacking=np.zeros(n_folds),
        has_no_empty_group=True,
    )
