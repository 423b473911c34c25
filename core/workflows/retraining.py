"""From the labels that stand to new models: one click, one job, in a worker of the cluster.

Steps: freeze the labels, features of each family, train each network, probabilities, publish; and where judges are
given the most useful recordings first, ask the best new model about those without a label. Each step leaves what it
finished where the next run finds it, so a job that was killed goes on instead of starting over.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.errors import EarshotError
from core.workflows import (
    cluster,
    evaluating,
    extracting,
    jobs,
    parts,
    pooling,
    protocols,
    publishing,
    running,
    snapshots,
    systems,
)
from core.workflows.actor import COMMAND_LINE, Actor
from core.workflows.parts import Part
from core.workflows.publishing import Ready
from core.workflows.running import RunningJob
from core.workflows.systems import System
from db import audit, session
from db import jobs as jobs_table
from db.records import Job, Model, Snapshot

SEED = 2019
LABELS, PROBABILITIES, PUBLISH, POOL = "Labels", "Probabilities", "Publish", "Unlabelled recordings"

# Seconds that a step usually takes, for the time left, until an earlier job has shown better
USUAL_S = {LABELS: 0.5, PROBABILITIES: 2.0, PUBLISH: 0.5, POOL: 10.0, "dnn": 8.0, "rnn": 35.0, "features": 30.0}


def start(
    *, features: Sequence[str] | None = None, networks: Sequence[str] | None = None, actor: Actor = COMMAND_LINE
) -> Job:
    """Queue a retraining and hand it to a worker. While one is queued or running, that one is returned.

    Raises
    ------
    Refused
        A family or a network that is not known, or two that do not go together.
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    wanted = systems.wanted(features, networks)
    jobs.mark_interrupted()
    job_id = secrets.token_hex(6)
    asks = protocols.queue()[1].order == "useful"
    parameters = {"systems": [[one.features, one.kind, one.task] for one in wanted], "seed": SEED, "pool": asks}
    with session.writing() as tx:
        live = jobs_table.live(tx, jobs.RETRAIN)
        if live is None:
            earlier = jobs_table.newest(tx, jobs.RETRAIN, state="succeeded", limit=3)
            steps = _steps(wanted, earlier, asks=asks)
            jobs_table.add(tx, job_id, jobs.RETRAIN, parameters=parameters, steps=steps, account_id=actor.account_id)
            audit.record(tx, actor.account_id, actor.name, "retrain", job_id, {"systems": [one.name for one in wanted]})
    if live is not None:
        return live
    return _hand_over(job_id)


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a retraining that was interrupted, cancelled or failed; finished parts are kept."""
    jobs.queue_again(job_id, actor=actor)
    return _hand_over(job_id)


def wait(job_id: str, on_progress: Callable[[Job], None] | None = None) -> Job:
    """Come back when the job has ended."""
    return jobs.wait(job_id, on_progress)


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
    """What a worker executes; nothing happens when another process has the job, or it has ended."""
    _leave_the_slot()
    job = running.take(job_id)
    if job is None:
        return
    with job:
        _retrain(job, jobs.get(job_id))


def _retrain(job: RunningJob, asked: Job) -> None:
    wanted = [System(*names) for names in asked.parameters["systems"]]
    seed = int(asked.parameters["seed"])
    with job.step(LABELS) as step:
        snapshot = snapshots.freeze(seed=seed)
        step.set(note=f"{len(snapshot.items)} recordings")
    seconds: dict[str, float] = {}
    made: dict[systems.Network, Part] = {}
    for family in dict.fromkeys(system.features for system in wanted):
        of_family = [system for system in wanted if system.features == family]
        seconds[family], done = _train_family(job, family, of_family, snapshot, seed)
        made |= done
    with job.step(PUBLISH):
        ready = [
            Ready(asked, one, tuple(made[n] for n in one.networks), snapshot, seed, seconds[one.features])
            for one in wanted
        ]
        models = [publishing.publish(one) for one in ready]
        parts.prune(list(made.values()))
    job.result = _result(models)
    if asked.parameters.get("pool"):
        with job.step(POOL) as step:
            pooling.ask(job.result["best"], job, step)


def _train_family(
    job: RunningJob, family: str, wanted: Sequence[System], snapshot: Snapshot, seed: int
) -> tuple[float, dict[systems.Network, Part]]:
    """Features and networks of one family: seconds that the features took now, and the finished parts."""
    feature_hash = publishing.family(family).spec_hash
    made = {
        network: parts.part(network, snapshot, feature_hash=feature_hash, seed=seed)
        for network in systems.networks_of(wanted)
    }
    features: list[np.ndarray] = []
    with job.step(_features_step(family)) as step:
        if all(parts.has_probabilities(part) for part in made.values()):
            step.reused("Not needed: every network is there already")
        else:
            extracting.extract_all(family, snapshot.items, job, step)
            features = extracting.load_all(family, snapshot.items)
        taken = step.seconds
    for network, part in made.items():
        with job.step(_training_step(network)) as step:
            if part.is_there:
                step.reused("Trained already from the same labels")
            else:
                parts.train(part, snapshot, features, seed=seed, on_epoch=_told(job, step))
    with job.step(_probabilities_step(family)) as step:
        missing = [part for part in made.values() if not parts.has_probabilities(part)]
        for number, part in enumerate(missing):
            job.check()
            parts.predict(part, features)
            step.advance(number + 1, len(missing))
        if not missing:
            step.reused("Computed already")
    return taken, made


def _told(job: RunningJob, step: running.Step) -> Callable[[int, int], None]:
    def on_epoch(done: int, at_most: int) -> None:
        step.advance(done, at_most, f"epoch {done}, at most {at_most}")
        job.check()

    return on_epoch


def _result(models: Sequence[Model]) -> dict[str, Any]:
    deployed = evaluating.deployed_model_id()
    best = evaluating.best(list(models))
    return {
        "models": [{"id": one.id, "name": one.name, "seconds": round(one.seconds, 2)} for one in models],
        "champion": deployed or (best.id if best else None),
        "best": best.id if best else None,
    }


def _hand_over(job_id: str) -> Job:
    """Give a queued job to the cluster. The key is the job's, so that handing over twice is one run."""
    try:
        cluster.submit(run, job_id, key=f"{jobs.RETRAIN}-{job_id}")
    except EarshotError as error:
        jobs.fail(job_id, str(error))
        raise
    return jobs.get(job_id)


def _leave_the_slot() -> None:
    """Let the worker take other, short tasks while this long one runs: scoring never waits for a training."""
    from distributed import secede

    try:
        secede()
    except (ValueError, KeyError):  # not in a worker: the tests, and whoever runs a job in his own process
        return


def _steps(wanted: Sequence[System], earlier: Sequence[Job], *, asks: bool = False) -> list[dict[str, Any]]:
    taken = {
        step["name"]: step["seconds"]
        for job in reversed(earlier)
        for step in job.steps
        if step["state"] == "done" and not step.get("reused")
    }
    names = [(LABELS, LABELS)]
    for family in dict.fromkeys(system.features for system in wanted):
        names.append((_features_step(family), "features"))
        of_family = [system for system in wanted if system.features == family]
        names += [(_training_step(network), network.kind) for network in systems.networks_of(of_family)]
        names.append((_probabilities_step(family), PROBABILITIES))
    names.append((PUBLISH, PUBLISH))
    names += [(POOL, POOL)] if asks else []
    return [
        {
            "name": name,
            "state": "waiting",
            "done": 0,
            "total": 1,
            "seconds": 0.0,
            "note": "",
            "weight": max(0.1, taken.get(name, USUAL_S[kind])),
        }
        for name, kind in names
    ]


def _features_step(family: str) -> str:
    return f"Features: {family}"


def _training_step(network: systems.Network) -> str:
    return f"Train: {network.name}"


def _probabilities_step(family: str) -> str:
    return f"{PROBABILITIES}: {family}"
