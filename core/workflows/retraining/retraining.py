"""From the labels that stand to new models: one click, one job, in a worker of the cluster.

Steps: freeze the labels, features of each family, train each network and let it speak, publish, hold the new models
against the one in force; where judges are given the most useful recordings first, ask the best new model about those
without a label; and look whether more labels would pay. Each step leaves what it finished where the next run finds it,
so a job that was killed goes on instead of starting over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job
from core.domain.models import Model
from core.domain.permissions import Permission
from core.domain.snapshots import Snapshot
from core.learning import networks as of_networks
from core.workflows.accounts import authorisation
from core.workflows.annotation import protocols
from core.workflows.deployment import promotion_gate
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import job_launch, job_status, running_job
from core.workflows.jobs.running_job import RunningJob
from core.workflows.retraining import learning_curve, publication, unlabelled_predictions
from core.workflows.retraining.model_cards import TrainingResult
from core.workflows.training import (
    checkpoints,
    feature_extraction,
    fitted_models,
    model_specs,
    snapshots,
)
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.model_specs import ClassifierSpec, ModelSpec

SEED = 2019
LABELS, PUBLISH, POOL = "Labels", "Publish", "Unlabelled recordings"

# Seconds that a step usually takes, for the time left, until an earlier job has shown better
USUAL_S = {LABELS: 0.5, PUBLISH: 2.0, POOL: 10.0, "features": 30.0}
USUAL_S |= {"svm": 2.0, "boosting": 6.0, "dnn": 10.0, "rnn": 37.0}


def start(
    *,
    features: Sequence[str] | None = None,
    networks: Sequence[str] | None = None,
    changes: Sequence[tuple[str, float]] = (),
    systems: Sequence[ModelSpec] | None = None,
    actor: Actor = COMMAND_LINE,
) -> Job:
    """Queue a retraining and hand it to a worker. While one is queued or running, that one is returned.

    Parameters
    ----------
    changes : numbers of every network that are not the recommended ones, as (name, value); what a search chose
    systems : exactly these, instead of what features and networks name.

    Raises
    ------
    Refused
        A family or a network that is not known, or two that do not go together.
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    authorisation.require_first(actor, Permission.RETRAIN)
    wanted = [
        replace(one, changes=tuple(changes)) for one in systems or model_specs.requested_specs(features, networks)
    ]
    asks = protocols.queue()[1].order == "useful"
    return job_launch.begin_job(
        job_status.RETRAIN,
        run,
        parameters={
            "systems": [[one.features, one.kind, one.task] for one in wanted],
            "changes": [list(one) for one in changes],
            "seed": SEED,
            "pool": asks,
        },
        plan=_plan(wanted, asks=asks),
        actor=actor,
        detail={"systems": [one.name for one in wanted]},
    )


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a retraining that was interrupted, cancelled or failed; finished parts are kept."""
    authorisation.require_first(actor, Permission.RETRAIN)
    return job_launch.resume_job(job_id, run, actor=actor)


def wait(job_id: str, on_progress: Callable[[Job], None] | None = None) -> Job:
    """Come back when the job has ended."""
    return job_status.wait_for_job(job_id, on_progress)


def as_json(job: Job) -> dict[str, Any]:
    """What programs read of a retraining that has ended."""
    return {
        "job": job.id,
        "state": job.state,
        "models": job.result.get("models", []),
        "champion": job.result.get("champion"),
        **({"error": job.error} if job.error else {}),
    }


def run(job_id: str) -> None:
    """What a worker executes."""
    job_launch.run_job(job_id, _retrain)


def _retrain(job: RunningJob, asked: Job) -> None:
    changes = tuple(asked.parameters.get("changes", ()))
    wanted = [ModelSpec(features, kind, task, changes) for features, kind, task in asked.parameters["systems"]]
    seed = int(asked.parameters["seed"])
    with job.step(LABELS) as step:
        snapshot = snapshots.freeze(seed=seed)
        step.set(note=f"{len(snapshot.items)} recordings")
    seconds: dict[str, float] = {}
    made: dict[ClassifierSpec, Checkpoint] = {}
    for family, of_family in _by_family(wanted).items():
        here = {network: fitted_models.checkpoint_of(network, snapshot, seed=seed) for network in of_family}
        seconds[family] = _train_family(job, family, here, snapshot, seed)
        made |= here
    with job.step(PUBLISH):
        models = [publication.publish(_ready(asked, one, made, snapshot, seed, seconds)) for one in wanted]
        checkpoints.prune_unused(list(made.values()))
    job.result = _result(models)
    with job.step(promotion_gate.STEP) as step:
        promotion_gate.after_training(models, job, step)
    if asked.parameters.get("pool"):
        with job.step(POOL) as step:
            unlabelled_predictions.predict_unlabelled(job.result["best"], job, step)
    with job.step(learning_curve.STEP) as step:
        learning_curve.after_training(job, step)


def _train_family(
    job: RunningJob, family: str, made: dict[ClassifierSpec, Checkpoint], snapshot: Snapshot, seed: int
) -> float:
    """Features and networks of one family; the seconds that the features took now."""
    with job.step(_features_step(family)) as step:
        if all(checkpoints.has_probabilities(part) for part in made.values()):
            step.reused("Not needed: every network is there already")
        else:
            feature_extraction.extract_all(family, snapshot.items, job, step)
        taken = step.seconds
    features = feature_extraction.cached_features(family, snapshot.items)
    for network, part in made.items():
        with job.step(_training_step(network)) as step:
            if checkpoints.has_probabilities(part):
                step.reused("Trained already from the same labels")
            told = _told(job, step, network)
            fitted_models.ensure_checkpoint(part, snapshot, lambda _: features, seed=seed, on_epoch=told)
    return taken


def _ready(
    asked: Job,
    system: ModelSpec,
    made: dict[ClassifierSpec, Checkpoint],
    snapshot: Snapshot,
    seed: int,
    seconds: dict[str, float],
) -> TrainingResult:
    trained = fitted_models.assemble_model(system, [made[network] for network in system.networks], snapshot)
    return TrainingResult(asked, trained, snapshot, seed, sum(seconds[family] for family in system.families))


def _by_family(wanted: Sequence[ModelSpec]) -> dict[str, list[ClassifierSpec]]:
    found: dict[str, list[ClassifierSpec]] = {}
    for network in model_specs.classifiers_of(wanted):
        found.setdefault(network.features, []).append(network)
    return found


def _told(job: RunningJob, step: running_job.Step, network: ClassifierSpec) -> Callable[[int, int], None]:
    unit = "epoch" if network.kind in of_networks.KINDS else "fold"

    def on_epoch(done: int, at_most: int) -> None:
        step.advance(done, at_most, f"{unit} {done}, at most {at_most}" if unit == "epoch" else f"{done} of {at_most}")
        job.check()

    return on_epoch


def _result(models: Sequence[Model]) -> dict[str, Any]:
    deployed = model_evaluation.deployed_model_id()
    best = model_evaluation.best_model(list(models))
    return {
        "models": [{"id": one.id, "name": one.name, "seconds": round(one.seconds, 2)} for one in models],
        "champion": deployed or (best.id if best else None),
        "best": best.id if best else None,
    }


def _plan(wanted: Sequence[ModelSpec], *, asks: bool = False) -> list[tuple[str, float]]:
    names = [(LABELS, LABELS)]
    for family, of_family in _by_family(wanted).items():
        names.append((_features_step(family), "features"))
        names += [(_training_step(network), network.kind) for network in of_family]
    plan = [(name, USUAL_S[kind]) for name, kind in [*names, (PUBLISH, PUBLISH)]]
    plan.append((promotion_gate.STEP, promotion_gate.USUAL_S))
    plan += [(POOL, USUAL_S[POOL])] if asks else []
    return [*plan, (learning_curve.STEP, learning_curve.USUAL_S)]


def _features_step(family: str) -> str:
    return f"Features: {family}"


def _training_step(network: ClassifierSpec) -> str:
    return f"Train: {network.name}"
