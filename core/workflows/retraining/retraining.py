"""From the labels that stand to new models: one click, one job, in a worker of the cluster.

Steps: freeze the labels, features of each family, train each classifier and predict with it, publish, compare the new
models with the one in force; where judges get the most useful recordings first, predict those without a label with the
best new model; and estimate whether more labels would pay. Each step stores what it finished where the next run reads
it, so a job that was killed goes on instead of starting over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from core.audio.features import copies_of
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.catalogue import NETWORK_NAMES
from core.domain.jobs import Job
from core.domain.json_types import JsonObject
from core.domain.models import Model
from core.domain.permissions import Permission
from core.domain.selection import QueueOrder
from core.domain.snapshots import Snapshot
from core.domain.webhooks import WebhookEvent
from core.learning.fitting import OnEpoch
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.annotation import protocols
from core.workflows.deployment import promotion_gate
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import job_launch, job_status
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.retraining import (
    disagreed_predictions,
    learning_curve,
    publication,
    refresh_set,
    retraining_steps,
    unlabelled_predictions,
)
from core.workflows.retraining.model_cards import TrainingResult
from core.workflows.retraining.retraining_job import PublishedModel, RetrainingParameters, RetrainingResult
from core.workflows.training import (
    checkpoints,
    feature_extraction,
    fitted_models,
    lost_files,
    model_specs,
    snapshots,
)
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.model_specs import ClassifierSpec, ModelSpec
from core.workflows.webhooks import events
from db import session

SEED = 2019
LABELS, PUBLISH, POOL = "Labels", "Publish", "Unlabelled recordings"

# Seconds that a step usually takes, for the time left, until an earlier job has shown better
USUAL_S = {LABELS: 0.5, PUBLISH: 2.0, POOL: 10.0}


def start(
    *,
    features: Sequence[str] | None = None,
    networks: Sequence[str] | None = None,
    changes: Sequence[tuple[str, float]] = (),
    systems: Sequence[ModelSpec] | None = None,
    without_lost: bool = False,
    actor: Actor = COMMAND_LINE,
) -> Job:
    """Queue a retraining and hand it to a worker. While one is queued or running, that one is returned.

    Parameters
    ----------
    changes : numbers of every network that are not the recommended ones, as (name, value); what a search chose
    systems : exactly these, instead of what features and networks name. Without either: what `refresh_set` has chosen
    without_lost : go on without recordings whose bytes are lost; else they stop the training, and are named

    Raises
    ------
    Refused
        A family or a network that is not known, or two that do not go together.
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    authorisation.require_first(actor, Permission.RETRAIN)
    requested = systems
    if not requested:
        is_wished = features or networks
        requested = model_specs.requested_specs(features, networks) if is_wished else refresh_set.specs_in_force()
    specs = tuple(replace(spec, changes=tuple(changes)) for spec in requested)
    parameters = RetrainingParameters(
        specs, SEED, predicts_unlabelled=protocols.queue()[1].order is QueueOrder.UNCERTAINTY, without_lost=without_lost
    )
    return job_launch.begin_job(
        job_status.RETRAIN,
        run,
        parameters=parameters.as_json(),
        plan=_plan(parameters),
        actor=actor,
        detail={"systems": [spec.name for spec in specs]},
    )


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a retraining that was interrupted, cancelled or failed; what is finished is not computed again."""
    authorisation.require_first(actor, Permission.RETRAIN)
    return job_launch.resume_job(job_id, run, actor=actor)


def wait(job_id: str, on_progress: Callable[[Job], None] | None = None) -> Job:
    """Come back when the job has ended."""
    return job_status.wait_for_job(job_id, on_progress)


def as_json(job: Job) -> JsonObject:
    """What programs read of a retraining that has ended."""
    result = RetrainingResult.from_json(job.result).as_json()
    report: JsonObject = {
        "job": job.id,
        "state": job.state.value,
        "models": result["models"],
        "champion": result["champion"],
    }
    return report | ({"error": job.error} if job.error else {})


def run(job_id: str) -> None:
    """What a worker executes."""
    job_launch.run_job(job_id, _retrain)


def _retrain(job: RunningJob, started: Job) -> None:
    parameters = RetrainingParameters.from_json(started.parameters)
    with job.step(LABELS) as step:
        lost = frozenset(lost_files.lost_labelled()) if parameters.without_lost else frozenset()
        snapshot = snapshots.freeze(seed=parameters.seed, without_lost=bool(lost))
        step.note(_of_recordings(len(snapshot.items), lost))
    training = _Training(started, snapshot, parameters.seed)
    for family, classifiers in retraining_steps.by_family(parameters.specs).items():
        _train_family(job, family, classifiers, training)
    with job.step(PUBLISH):
        models = [publication.publish(training.result_of(spec)) for spec in parameters.specs]
        checkpoints.prune_unused(list(training.checkpoints.values()))
        disagreed_predictions.predict_disagreed(models)
    result = _result(models)
    job.result = dict(result.as_json())
    with session.writing() as tx:
        events.announce(tx, WebhookEvent.RETRAINED, {"job": started.id, "models": [model.id for model in models]})
    with job.step(promotion_gate.STEP) as step:
        promotion_gate.after_training(models, job, step)
    if parameters.predicts_unlabelled and result.best is not None:
        with job.step(POOL) as step:
            unlabelled_predictions.predict_unlabelled(result.best, job, step)
    with job.step(learning_curve.STEP) as step:
        learning_curve.after_training(job, step)


@dataclass
class _Training:
    """A retraining as it goes: the checkpoints that are ready, and the seconds that each family's features took."""

    job: Job
    snapshot: Snapshot
    seed: int
    checkpoints: dict[ClassifierSpec, Checkpoint] = field(default_factory=dict)
    feature_seconds: dict[str, float] = field(default_factory=dict)

    def result_of(self, spec: ModelSpec) -> TrainingResult:
        """A model whose classifiers are all trained."""
        of_model = [self.checkpoints[classifier] for classifier in spec.classifiers]
        fitted = fitted_models.assemble_model(spec, of_model, self.snapshot)
        seconds = sum(self.feature_seconds[family] for family in spec.families)
        return TrainingResult(self.job, fitted, self.snapshot, self.seed, seconds)


def _train_family(job: RunningJob, family: str, classifiers: Sequence[ClassifierSpec], training: _Training) -> None:
    """Features and classifiers of one family.

    With the product's own, whose copies teach as well, come the signal dynamics that the learning curve, slices by
    loudness and the comparison of new recordings read from the cache.
    """
    snapshot, seed = training.snapshot, training.seed
    taught = (family, *copies_of(family))
    of_family = {each: fitted_models.checkpoint_of(each, snapshot, seed=seed) for each in classifiers}
    with job.step(retraining_steps.features_step(family)) as step:
        if all(checkpoints.has_probabilities(checkpoint) for checkpoint in of_family.values()):
            step.reused(Message("Not needed: every network is there already"))
        else:
            names = (*taught, *([learning_curve.FAMILY] if copies_of(family) else []))
            feature_extraction.extract_families(names, snapshot.items, job, step)
        training.feature_seconds[family] = step.seconds
    features = {name: feature_extraction.cached_features(name, snapshot.items) for name in taught}
    for classifier, checkpoint in of_family.items():
        with job.step(retraining_steps.training_step(classifier)) as step:
            if checkpoints.has_probabilities(checkpoint):
                step.reused(Message("Trained already from the same labels"))
            on_epoch = _progress(job, step, classifier)
            fitted_models.ensure_checkpoint(checkpoint, snapshot, features.__getitem__, seed=seed, on_epoch=on_epoch)
    training.checkpoints |= of_family


def _of_recordings(n_recordings: int, lost: Collection[int]) -> Message:
    """lost : recordings without files, which are left out"""
    if not lost:
        return Message("{n} recordings", {"n": n_recordings})
    values = {"n": n_recordings, "files": lost_files.names_of(sorted(lost))}
    return Message("{n} recordings; left out, because their files are lost: {files}", values)


def _progress(job: RunningJob, step: Step, classifier: ClassifierSpec) -> OnEpoch:
    """Shows a training's epochs, or folds where the kind has no epochs, and ends it when the job is cancelled."""
    has_epochs = classifier.kind in NETWORK_NAMES

    def on_epoch(done: int, at_most: int) -> None:
        of_epochs = Message("epoch {epoch}, at most {most}", {"epoch": done, "most": at_most})
        of_folds = Message("{done} of {n}", {"done": done, "n": at_most})
        step.advance(done, at_most, of_epochs if has_epochs else of_folds)
        job.check()

    return on_epoch


def _result(models: Sequence[Model]) -> RetrainingResult:
    best = model_evaluation.best_model(list(models))
    best_id = best.id if best else None
    published = tuple(PublishedModel(model.id, model.name, round(model.seconds, 2)) for model in models)
    return RetrainingResult(published, model_evaluation.deployed_model_id() or best_id, best_id)


def _plan(parameters: RetrainingParameters) -> job_launch.Plan:
    plan: list[tuple[str | Message, float]] = [(LABELS, USUAL_S[LABELS])]
    plan += retraining_steps.of_specs(parameters.specs)
    plan += [(PUBLISH, USUAL_S[PUBLISH]), (promotion_gate.STEP, promotion_gate.USUAL_S)]
    plan += [(POOL, USUAL_S[POOL])] if parameters.predicts_unlabelled else []
    return [*plan, (learning_curve.STEP, learning_curve.USUAL_S)]
