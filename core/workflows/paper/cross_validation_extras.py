"""What a cross-validation trains beside the tables: doubtful claims once more, and epochs only to time them."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.arrays import FloatArray
from core.domain.snapshots import Snapshot
from core.learning.array_spool import ArraySubset
from core.messages import Message
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.paper import claim_repeats, epoch_times
from core.workflows.paper.cross_validation_plan import CrossValidationParameters
from core.workflows.paper.epoch_times import EpochTime
from core.workflows.paper.paper_report import PaperReport
from core.workflows.paper.paper_rows import Key
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.paper.table_rows import PaperRow
from core.workflows.training import checkpoints
from core.workflows.training.fitted_models import FittedModel, ensure_fitted
from core.workflows.training.model_specs import ModelSpec

Features = Mapping[str, Sequence[FloatArray]]
"""Of every recording of the snapshot, by family."""


@dataclass(frozen=True)
class FinishedCrossValidation:
    """Its labels, its rows, its report, and the specs by the keys of their rows."""

    snapshot: Snapshot
    rows: Sequence[PaperRow]
    report: PaperReport
    specs: Mapping[Key, ModelSpec]


def repeat_claims(
    job: RunningJob,
    step: Step,
    parameters: CrossValidationParameters,
    finished: FinishedCrossValidation,
    features: Features,
) -> PaperReport:
    """The report with what other trainings say of the claims whose opposite seems to hold."""
    report = finished.report
    specs = claim_repeats.compared_specs(finished.rows, finished.specs, claim_repeats.doubted(report.claims))
    if not specs:
        step.reused(Message("No claim seems to be wrong"))
        return report
    repetitions = claim_repeats.repetitions(parameters.seed)
    total, n_done = len(repetitions) * len(specs) * parameters.n_folds, 0

    def fit(spec: ModelSpec, fold: Fold, seed: int) -> FittedModel:
        nonlocal n_done
        note = Message("{system}, fold {fold}", {"system": spec.name, "fold": fold.number + 1})
        step.advance(n_done, total, note)
        of_fold = {family: ArraySubset(arrays, fold.places) for family, arrays in features.items()}
        fitted = ensure_fitted(spec, fold.snapshot, of_fold.__getitem__, seed=seed, on_epoch=lambda *_: job.check())
        checkpoints.prune_unused(fitted.checkpoints)
        n_done += 1
        gc.collect()  # as in the folds themselves
        return fitted

    *others, half = (
        claim_repeats.rows_of_repetition(
            repetition,
            repetition.folds(finished.snapshot, n_folds=parameters.n_folds, language=parameters.language),
            specs,
            fit,
            snapshot_id=finished.snapshot.id,
        )
        for repetition in repetitions
    )
    return replace(report, claims=claim_repeats.with_repeats(report.claims, others, half))


def epoch_times_of(
    job: RunningJob, step: Step, specs: Sequence[ModelSpec], fold: Fold, features: Features, seed: int
) -> list[EpochTime]:
    """Of each family that an RNN reads, an epoch with few steps and with every frame, on one fold."""
    recurrent = [classifier for spec in specs for classifier in spec.classifiers if classifier.kind == "rnn"]
    times = []
    for family in dict.fromkeys(classifier.features for classifier in recurrent):
        step.note(Message("{family}", {"family": family}))
        of_fold, items = ArraySubset(features[family], fold.places), fold.snapshot.items
        times.append(epoch_times.measure(family, of_fold, items, seed=seed, on_epoch=lambda *_: job.check()))
    return times
