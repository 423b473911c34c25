"""Training of the classifiers without epochs (`classical`), with a calibration across the training children."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array, FloatArray, IntArray
from core.domain.labels import Label
from core.errors import Refused
from core.learning import cross_fitting, inputs, scorers, tasks
from core.learning.array_spool import ArraySubset
from core.learning.classical import PREPARATION_SPEC, ClassicalSpec, ClassicalTraining, TrainedClassical, prepared_rows
from core.learning.fitting import OnEpoch
from core.learning.inputs import Preparation
from core.learning.scorers import Scorer


@dataclass(frozen=True)
class _Examples:
    """Features of recordings, and the class number of each [shape=(n,)]; weights None: all weigh the same."""

    features: Sequence[FloatArray]
    targets: IntArray
    weights: Float64Array | None

    def subset(self, indices: IntArray) -> _Examples:
        weights = None if self.weights is None else self.weights[indices]
        return _Examples(ArraySubset(self.features, list(indices)), self.targets[indices], weights)


def train(
    features: Sequence[FloatArray],
    labels: Sequence[Label],
    is_validation: BoolArray,
    *,
    children: Sequence[str],
    spec: ClassicalSpec,
    task: str,
    seed: int,
    on_epoch: OnEpoch | None = None,
    weights: Sequence[float] | None = None,
) -> TrainedClassical:
    """Train a classifier on the recordings that are not for validation, and its calibration across their children.

    Parameters
    ----------
    features, labels, is_validation : as for a network (`training.train`)
    children : the child of each recording, or its group where children share a sound (`linked_children`)
    weights : how much each recording counts in the fit; the calibration takes them as they are
    on_epoch : called with (folds done, folds at most), the fit to all of them counted as a fold; what it raises comes
        out of this function

    Raises
    ------
    Refused
        When the task's classes are not all among the training recordings, or the features cannot be used.
    """
    if not len(features) == len(labels) == len(is_validation) == len(children):
        raise Refused(f"{len(features)} features, {len(labels)} labels, {len(children)} children: expected as many.")
    known_task = tasks.task(task)
    start = time.perf_counter()
    used = _drawn(np.flatnonzero(tasks.is_used(known_task, labels) & ~is_validation), spec.most, seed)
    used_labels = [labels[index] for index in used]
    tasks.check_classes(known_task, used_labels)
    used_weights = np.array([1.0 if weights is None else weights[index] for index in used])
    is_weighted = bool((used_weights != 1.0).any())
    examples = _Examples(
        ArraySubset(features, used), tasks.targets(known_task, used_labels), used_weights if is_weighted else None
    )
    report = on_epoch or (lambda done, at_most: None)
    cross_fitted = cross_fitting.cross_fit(
        lambda learnt_from, left_out: _twin_scores(examples, learnt_from, left_out, spec, seed),
        examples.targets,
        [children[index] for index in used],
        used_labels,
        n_folds=spec.folds,
        seed=seed,
        on_fold=lambda done, at_most: report(done, at_most + 1),
    )
    preparation, scorer = _fit(examples, spec, seed)
    report(cross_fitted.n_folds + 1, cross_fitted.n_folds + 1)
    out_of_fold = np.full((len(labels), known_task.n_classes), np.nan)
    out_of_fold[used] = cross_fitted.p
    course = ClassicalTraining(time.perf_counter() - start, cross_fitted.n_folds, len(used))
    return TrainedClassical(spec, task, seed, preparation, scorer, cross_fitted.calibration, course, out_of_fold)


def _fit(examples: _Examples, spec: ClassicalSpec, seed: int) -> tuple[Preparation, Scorer]:
    preparation = inputs.fit_preparation(examples.features, PREPARATION_SPEC)
    rows = prepared_rows(examples.features, preparation)
    if spec.kind == "svm":
        return preparation, scorers.fit_support_vectors(rows, examples.targets, c=spec.c, weights=examples.weights)
    return preparation, scorers.fit_trees(
        rows,
        examples.targets,
        seed=seed,
        weights=examples.weights,
        n_estimators=spec.rounds,
        learning_rate=spec.learning_rate,
        max_depth=spec.depth,
        min_samples_leaf=spec.leaf,
        subsample=spec.subsample,
        max_features=spec.columns,
    )


def _twin_scores(
    examples: _Examples, learnt_from: IntArray, left_out: IntArray, spec: ClassicalSpec, seed: int
) -> Float64Array:
    """Scores of the left-out recordings by a twin; its preparation, too, is learnt from the others alone."""
    preparation, scorer = _fit(examples.subset(learnt_from), spec, seed)
    return scorer.score(prepared_rows(examples.subset(left_out).features, preparation))


def _drawn(indices: IntArray, most: int, seed: int) -> list[int]:
    """At most so many of the indices, by chance, in their order."""
    if len(indices) > most:
        indices = np.sort(np.random.default_rng(seed).choice(indices, most, replace=False))
    return [int(index) for index in indices]
