"""Training one model in every fold of a cross-validation, and storing what it predicts of the children of each."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from core.arrays import FloatArray
from core.domain.labels import Split
from core.learning.array_spool import ArraySubset
from core.messages import Message
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.training import checkpoints
from core.workflows.training.fitted_models import FittedModel, ensure_fitted
from core.workflows.training.model_folders import round_probabilities
from core.workflows.training.model_specs import ModelSpec
from core.workflows.training.probability_rows import probability_rows
from db import folds as folds_table
from db import session


class FoldProgress:
    """Called after every epoch: shows how far the step is, and ends the training when the job is cancelled."""

    def __init__(self, job: RunningJob, step: Step, *, n_folds: int, n_classifiers: int) -> None:
        self._job, self._step = job, step
        self._n_folds, self._n_classifiers = n_folds, n_classifiers
        self._fold = self._classifiers_done = self._last = 0
        self.has_trained = False

    def begin(self, fold: int) -> None:
        self._job.check()
        self._fold, self._classifiers_done, self._last = fold, 0, 0
        note = Message("fold {fold} of {folds}", {"fold": fold + 1, "folds": self._n_folds})
        self._step.advance(fold, self._n_folds, note)

    def __call__(self, done: int, at_most: int) -> None:
        self.has_trained = True
        if done <= self._last:  # the next classifier of the model begins
            self._classifiers_done = min(self._classifiers_done + 1, self._n_classifiers - 1)
        self._last = done
        of_fold = (self._classifiers_done + done / at_most) / self._n_classifiers
        place = {"fold": self._fold + 1, "folds": self._n_folds, "epoch": done, "most": at_most}
        note = Message("fold {fold} of {folds}, epoch {epoch}, at most {most}", place)
        self._step.advance(round(self._fold + of_fold, 2), self._n_folds, note)
        self._job.check()


def train_in_folds(
    job: RunningJob,
    step: Step,
    spec: ModelSpec,
    folds: Sequence[Fold],
    features: dict[str, Sequence[FloatArray]],
    seed: int,
) -> list[FittedModel]:
    """Train one model in every fold and store its predictions of the fold's children."""
    every_fit = []
    progress = FoldProgress(job, step, n_folds=len(folds), n_classifiers=len(spec.classifiers))
    for fold in folds:
        progress.begin(fold.number)
        of_fold = {family: ArraySubset(arrays, fold.places) for family, arrays in features.items()}
        fitted = ensure_fitted(spec, fold.snapshot, of_fold.__getitem__, seed=seed, on_epoch=progress)
        checkpoints.prune_unused(fitted.checkpoints)
        _store(job.id, fold, fitted)
        every_fit.append(fitted)
        gc.collect()  # what Keras builds refers to itself in cycles: left to chance, memory grows with every network
    if not progress.has_trained:
        step.reused(Message("Trained already from the same labels"))
    return every_fit


def _store(job_id: str, fold: Fold, fitted: FittedModel) -> None:
    """The probabilities of the fold's test children."""
    items = fold.snapshot.items
    every_row = probability_rows([item.recording_id for item in items], round_probabilities(fitted.probabilities))
    tested = [row for row, item in zip(every_row, items, strict=True) if item.split is Split.TEST]
    with session.writing() as tx:
        folds_table.store(tx, job_id, fitted.spec.name, fold.number, tested)
