"""Cross-fitting: the training children in folds, each fold scored by a twin classifier that was not trained on it.

A twin is the same classifier fitted to the other folds alone. Its scores of the left-out children are what the
classifier's scores of a new child will be like, which its scores of children it learnt from are not. From them a
calibration is learnt without spending a single validation or test recording.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Float64Array, IntArray
from core.domain.labels import Label
from core.learning import calibration, folds
from core.learning.calibration import Calibration
from core.learning.splits import ChildCounts

FitAndScore = Callable[[IntArray, IntArray], Float64Array]
"""Indices to learn from and indices to score -> scores of the latter [shape=(n_scored, n_classes)]."""


@dataclass(frozen=True)
class CrossFitted:
    """p : [shape=(n, n_classes)] calibrated, by twins; NaN where no twin could be trained."""

    calibration: Calibration
    p: Float64Array
    n_folds: int


def cross_fit(
    fit_and_score: FitAndScore,
    targets: IntArray,
    children: Sequence[str],
    labels: Sequence[Label],
    *,
    n_folds: int,
    seed: int,
    on_fold: Callable[[int, int], None],
) -> CrossFitted:
    """Train a twin a fold, and learn a calibration from what the twins score.

    Parameters
    ----------
    fit_and_score : trains a twin and scores the recordings it has not met
    targets : [shape=(n,), int] class numbers, at least one recording of each
    n_folds : at most; there are never more than children. A fold without whose children a class would be gone is left
        out, and where a class is left with no score at all nothing is learnt: `calibration.n` is 0.
    on_fold : called with (folds done, folds)
    """
    n_classes = int(targets.max()) + 1
    fold_of = _folds(children, labels, n_folds=n_folds, seed=seed)
    n_used_folds = int(fold_of.max()) + 1
    scores = np.full((len(targets), n_classes), np.nan)
    for fold in range(n_used_folds):
        left_out, learnt_from = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        if len(np.unique(targets[learnt_from])) == n_classes:
            scores[left_out] = fit_and_score(learnt_from, left_out)
        on_fold(fold + 1, n_used_folds)
    return _calibrated(scores, targets, n_used_folds)


def _calibrated(scores: Float64Array, targets: IntArray, n_folds: int) -> CrossFitted:
    n_classes = scores.shape[1]
    is_scored = np.isfinite(scores).all(axis=1)
    if len(np.unique(targets[is_scored])) < n_classes:
        is_scored = np.zeros(len(targets), dtype=bool)
    fitted = calibration.fit(scores[np.newaxis, is_scored], targets[is_scored])
    p = np.full(scores.shape, np.nan)
    p[is_scored] = fitted.apply(scores[np.newaxis, is_scored])
    return CrossFitted(fitted, p, n_folds)


def _folds(children: Sequence[str], labels: Sequence[Label], *, n_folds: int, seed: int) -> IntArray:
    """The fold of each recording [shape=(n,)]; with a single child, the one fold 0."""
    names = sorted(set(children))
    if len(names) < 2 or n_folds < 2:
        return np.zeros(len(children), dtype=int)
    counts: dict[str, Counter[tuple[Label, str]]] = {name: Counter() for name in names}
    for child, label in zip(children, labels, strict=True):
        counts[child][label, ""] += 1
    child_counts = [ChildCounts(name, label_language_counts=counts[name]) for name in names]
    fold_of_child = folds.assign_folds(child_counts, n_folds=min(n_folds, len(names)), seed=seed)
    return np.array([fold_of_child[child] for child in children])
