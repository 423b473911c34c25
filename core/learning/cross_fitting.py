"""What a model says of children whom it has not met: the training children in folds, each scored by a twin.

A twin learns from the other folds alone. Its scores of the left-out children are what the model's scores of a new
child will be like, which its scores of children it learnt from are not. From them a calibration is learnt without
spending a single validation or test recording.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.labels import Label
from core.learning import calibration, folds
from core.learning.calibration import Calibration
from core.learning.splits import ChildCounts

Twin = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class CrossFitted:
    """p : np.ndarray [shape=(n, n_classes)] calibrated, by twins; NaN where no twin could be trained."""

    calibration: Calibration
    p: np.ndarray
    n_folds: int


def cross_fit(
    twin: Twin,
    targets: np.ndarray,
    children: Sequence[str],
    labels: Sequence[Label],
    *,
    n_folds: int,
    seed: int,
    on_fold: Callable[[int, int], None],
) -> CrossFitted:
    """Train a twin a fold, and learn from what they score.

    Parameters
    ----------
    twin : given the places to learn from and those to score (both [int]), scores of the latter [shape=(., n_classes)]
    targets : np.ndarray [shape=(n,), int] class numbers, each of them there
    n_folds : at most; there are never more than children. A fold without whose children a class would be gone is left
        out, and where a class is left with no score at all nothing is learnt: `calibration.n` is 0.
    """
    n_classes = int(targets.max()) + 1
    fold_of = _folds(children, labels, n_folds=n_folds, seed=seed)
    there = int(fold_of.max()) + 1
    scores = np.full((len(targets), n_classes), np.nan)
    for fold in range(there):
        others, some = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        if len(np.unique(targets[some])) == n_classes:
            scores[others] = twin(some, others)
        on_fold(fold + 1, there)
    return _learnt(scores, targets, there)


def _learnt(scores: np.ndarray, targets: np.ndarray, n_folds: int) -> CrossFitted:
    n_classes = scores.shape[1]
    known = np.isfinite(scores).all(axis=1)
    if len(np.unique(targets[known])) < n_classes:
        known = np.zeros(len(targets), dtype=bool)
    found = calibration.fit(scores[np.newaxis, known], targets[known])
    p = np.full(scores.shape, np.nan)
    p[known] = found.apply(scores[np.newaxis, known])
    return CrossFitted(found, p, n_folds)


def _folds(children: Sequence[str], labels: Sequence[Label], *, n_folds: int, seed: int) -> np.ndarray:
    """The fold of each recording; with a single child, the one fold 0."""
    names = sorted(set(children))
    if len(names) < 2 or n_folds < 2:
        return np.zeros(len(children), dtype=int)
    counts: dict[str, Counter[tuple[Label, str]]] = {name: Counter() for name in names}
    for child, label in zip(children, labels, strict=True):
        counts[child][label, ""] += 1
    to_place = [ChildCounts(name, label_language_counts=counts[name]) for name in names]
    placed = folds.assign_folds(to_place, n_folds=min(n_folds, len(names)), seed=seed)
    return np.array([placed[child] for child in children])
