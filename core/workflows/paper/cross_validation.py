"""Cross-validation of every system of the paper, as one job: each child is tested once, by networks that never met it.

Whatever is trained on a fold is a checkpoint like any other, so a job that was killed goes on where it was. The
out-of-fold probabilities are pooled into one table at the end.

Every labelled child is tested, also those who stand in train: the figures only report, and nothing is chosen by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.arrays import FloatArray
from core.audio.features import copies_of
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.catalogue import PAPER_FAMILIES, PAPER_NETWORKS
from core.domain.jobs import Job
from core.domain.permissions import Permission
from core.domain.snapshots import Snapshot
from core.errors import Refused
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_launch, job_status
from core.workflows.jobs.running_job import RunningJob
from core.workflows.paper import (
    claim_repeats,
    cross_validation_extras,
    cross_validation_results,
    module_load_time,
    paper_comparison,
    snapshot_folds,
)
from core.workflows.paper.cross_validation_extras import FinishedCrossValidation
from core.workflows.paper.cross_validation_plan import (
    EPOCHS,
    LABELS,
    MODULES,
    TABLES,
    CrossValidationParameters,
    families_of,
    features_step,
    planned_steps,
    training_step,
)
from core.workflows.paper.cross_validation_results import CrossedModel, CrossValidationResult
from core.workflows.paper.fold_training import train_in_folds
from core.workflows.paper.paper_report import CrossValidationFacts, ModuleReport, Provenance
from core.workflows.paper.paper_rows import ALL_LANGUAGES
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.training import checkpoints, feature_extraction, model_specs, snapshots
from core.workflows.training.fitted_models import FittedModel
from core.workflows.training.model_specs import PRODUCT, ModelSpec
from db import folds as folds_table
from db import session

SEED = 2019
FOLDS = 5


def start(
    *,
    n_folds: int = FOLDS,
    features: Sequence[str] | None = None,
    networks: Sequence[str] | None = None,
    language: str = "",
    actor: Actor = COMMAND_LINE,
) -> Job:
    """Queue a cross-validation and hand it to a worker. While one is queued or running, that one is returned.

    Parameters
    ----------
    features, networks : families and kinds instead of the paper's; the product's own model is always there
    language : of the recordings that teach; empty: all

    Raises
    ------
    Refused
        A name that is not known, or fewer than two folds.
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    authorisation.require_first(actor, Permission.CROSS_VALIDATE)
    if n_folds < 2:
        raise Refused(
            "{n_folds} folds cannot be made: expected at least 2.",
            n_folds=n_folds,
        )
    chosen = model_specs.requested_specs(features or PAPER_FAMILIES, networks or PAPER_NETWORKS)
    parameters = CrossValidationParameters(
        specs=tuple(spec for spec in chosen if spec != PRODUCT),
        n_folds=n_folds,
        seed=SEED,
        trained_on=language or ALL_LANGUAGES,
    )
    return job_launch.begin_job(
        job_status.PAPER,
        run,
        parameters=parameters.as_json(),
        plan=planned_steps(parameters),
        actor=actor,
        detail={"folds": n_folds, "systems": [spec.name for spec in parameters.all_specs]},
    )


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a cross-validation that stopped before its end; what is finished is not computed again."""
    authorisation.require_first(actor, Permission.CROSS_VALIDATE)
    return job_launch.resume_job(job_id, run, actor=actor)


def run(job_id: str) -> None:
    """What a worker executes."""
    job_launch.run_job(job_id, _cross)


def _cross(job: RunningJob, started: Job) -> None:
    parameters = CrossValidationParameters.from_json(started.parameters)
    specs = parameters.all_specs
    snapshot, folds = _folds(job, parameters)
    features: dict[str, Sequence[FloatArray]] = {}
    for family in families_of(specs):
        features |= _features(job, family, snapshot)
    with job.step(MODULES):
        modules = [
            module_load_time.module(family) for family in families_of(specs) if module_load_time.has_module(family)
        ]
    with job.step(EPOCHS) as step:
        epochs = cross_validation_extras.epoch_times_of(job, step, specs, folds[0], features, parameters.seed)
    crossed = {}
    for spec in specs:
        with job.step(training_step(spec)) as step:
            fitted = train_in_folds(job, step, spec, folds, features, parameters.seed)
            crossed[spec.name] = _crossed(spec, fitted, modules)
    with job.step(TABLES):
        rows = cross_validation_results.rows_of(job.id, snapshot.id, crossed)
        provenance = Provenance(parameters.trained_on, _facts(started, parameters, snapshot, crossed))
        report = paper_comparison.paper_report(
            rows, paper_comparison.count_items(snapshot), provenance=provenance, modules=modules
        )
        report = replace(report, epochs=tuple(epochs))
    with job.step(claim_repeats.STEP) as step:
        by_row = zip(crossed.values(), specs, strict=True)
        specs_of_rows = {(row.features, row.network, row.system): spec for row, spec in by_row}
        finished = FinishedCrossValidation(snapshot, rows, report, specs_of_rows)
        report = cross_validation_extras.repeat_claims(job, step, parameters, finished, features)
        job.result = dict(CrossValidationResult(report, crossed).as_json())
        cross_validation_results.forget_older(started)


def _folds(job: RunningJob, parameters: CrossValidationParameters) -> tuple[Snapshot, list[Fold]]:
    with job.step(LABELS) as step:
        snapshot = snapshots.freeze(seed=parameters.seed)
        folds = snapshot_folds.folds_of_snapshot(
            snapshot, n_folds=parameters.n_folds, seed=parameters.seed, language=parameters.language
        )
        with session.writing() as tx:
            # of an earlier attempt, perhaps with other labels; the checkpoints stay
            folds_table.forget(tx, [job.id])
        step.note(Message("{n} recordings in {folds} folds", {"n": len(snapshot.items), "folds": len(folds)}))
    return snapshot, folds


def _features(job: RunningJob, family: str, snapshot: Snapshot) -> dict[str, Sequence[FloatArray]]:
    """Of a family and of its device copies, by name."""
    names = (family, *copies_of(family))
    with job.step(features_step(family)) as step:
        feature_extraction.extract_families(names, snapshot.items, job, step)
    return {name: feature_extraction.cached_features(name, snapshot.items) for name in names}


def _crossed(spec: ModelSpec, every_fit: Sequence[FittedModel], modules: Sequence[ModuleReport]) -> CrossedModel:
    """What the folds cost, and the place in the tables; a model that a stand-in had a part in bears its name."""
    stand_ins = {module.features for module in modules if not module.is_genuine}
    is_genuine = not any(classifier.features in stand_ins for classifier in spec.classifiers)
    return CrossedModel(
        features=paper_comparison.feature_name(spec.features, is_genuine=is_genuine),
        network=spec.kind,
        system=spec.task,
        seconds=tuple(fitted.seconds for fitted in every_fit),
        epoch_seconds=tuple(fitted.seconds_per_epoch for fitted in every_fit if fitted.seconds_per_epoch is not None),
        n_parameters=every_fit[0].n_parameters,
        is_product=spec == PRODUCT,
    )


def _facts(
    started: Job, parameters: CrossValidationParameters, snapshot: Snapshot, crossed: Mapping[str, CrossedModel]
) -> CrossValidationFacts:
    return CrossValidationFacts(
        folds=parameters.n_folds,
        seed=parameters.seed,
        job=started.id,
        snapshot=snapshot.id,
        snapshot_hash=snapshot.hash,
        recordings=len(snapshot.items),
        children=len({item.child for item in snapshot.items}),
        training_seconds=sum(sum(model.seconds) for model in crossed.values()),
        ended_at=session.now().isoformat(timespec="seconds"),
        versions=checkpoints.versions(),
    )
