"""Claims whose opposite seems to hold, tried once more before it is said.

One cross-validation is one seed and one way to divide the children; and a difference that few recordings make can turn
with more of them. So the systems that such a claim compares are trained again with two other seeds, each on its own
folds, and with half of the training children. What is trained is a checkpoint like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Float64Array, StringArray
from core.domain.labels import Split
from core.domain.snapshots import Snapshot
from core.domain.verdicts import PaperClaim
from core.workflows.evaluation.predictions import SplitPredictions
from core.workflows.paper import claims, snapshot_folds, table_rows
from core.workflows.paper.claim_results import ClaimRepeats, ClaimResult
from core.workflows.paper.paper_rows import Key
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.paper.table_rows import PaperRow
from core.workflows.training.fitted_models import FittedModel
from core.workflows.training.model_folders import round_probabilities
from core.workflows.training.model_specs import ModelSpec

STEP = "Claims once more"

FitFold = Callable[[ModelSpec, Fold, int], FittedModel]
"""Trains one system in one fold with a seed."""


@dataclass(frozen=True)
class Repetition:
    """One more cross-validation of the systems that claims compare."""

    seed: int
    is_half: bool

    def folds(self, snapshot: Snapshot, *, n_folds: int, language: str) -> list[Fold]:
        every_fold = snapshot_folds.folds_of_snapshot(snapshot, n_folds=n_folds, seed=self.seed, language=language)
        return [snapshot_folds.halved(fold, seed=self.seed) for fold in every_fold] if self.is_half else every_fold


def repetitions(seed: int) -> tuple[Repetition, ...]:
    """Two with other seeds, and one with half of the training children."""
    return Repetition(seed + 1, is_half=False), Repetition(seed + 2, is_half=False), Repetition(seed, is_half=True)


def doubted(results: Sequence[ClaimResult]) -> list[PaperClaim]:
    """The claims whose opposite seems to hold."""
    return [result.claim for result in results if result.seems_opposite]


def compared_specs(
    rows: Sequence[PaperRow], specs: Mapping[Key, ModelSpec], doubtful: Collection[PaperClaim]
) -> dict[Key, ModelSpec]:
    """Of `specs`, by the keys of their rows, those that doubtful claims compare."""
    trained = {row.key: row for row in rows if row.test is not None}
    keys = {key for claim in doubtful for key in claims.compared_keys(trained, claim)}
    return {key: spec for key, spec in specs.items() if key in keys}


def rows_of_repetition(
    repetition: Repetition, folds: Sequence[Fold], specs: Mapping[Key, ModelSpec], fit: FitFold, *, snapshot_id: int
) -> list[PaperRow]:
    """The rows of some systems, single and merged, with the pooled p of children that the networks never met."""
    single = {}
    for key, spec in specs.items():
        tests = [_tested(fold, fit(spec, fold, repetition.seed)) for fold in folds]
        children, labels, p = (np.concatenate(columns) for columns in zip(*tests, strict=True))
        test = SplitPredictions(np.unique(children, return_inverse=True)[1], labels, p)
        single[key] = PaperRow(*key, snapshot_id=snapshot_id, test=test)
    return [row for row in table_rows.every_row(single) if row.test is not None]


def with_repeats(
    results: Sequence[ClaimResult], others: Sequence[Sequence[PaperRow]], half: Sequence[PaperRow]
) -> tuple[ClaimResult, ...]:
    """Claims with what the repetitions say of those that are doubtful."""
    doubtful = doubted(results)
    of_others = [_differences(rows, doubtful) for rows in others]
    of_half = _differences(half, doubtful)
    return tuple(
        replace(result, repeats=ClaimRepeats(tuple(each[result.claim] for each in of_others), of_half[result.claim]))
        if result.claim in doubtful and all(result.claim in each for each in (*of_others, of_half))
        else result
        for result in results
    )


def _differences(rows: Sequence[PaperRow], doubtful: Collection[PaperClaim]) -> dict[PaperClaim, float]:
    return claims.differences({row.key: row for row in rows}, doubtful)


def _tested(fold: Fold, fitted: FittedModel) -> tuple[StringArray, StringArray, Float64Array]:
    """Children, labels and p of the fold's test recordings."""
    items = fold.snapshot.items
    is_tested = np.array([item.split is Split.TEST for item in items])
    p = round_probabilities(fitted.probabilities).p_accepted
    children, labels = (np.array([getattr(item, name) for item in items], dtype=str) for name in ("child", "label"))
    return children[is_tested], labels[is_tested], p[is_tested]
