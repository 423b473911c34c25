"""Cross-validation of every system of the paper, as one job: each child is tested once, by networks that never met it.

Whatever is trained on a fold is kept like any other part, so a job that was killed goes on where it was. What the
systems said of the recordings they were not shown is pooled into one table at the end.

Every labelled child is tested, also those who stand in train: the figures only report, and nothing is chosen by them.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job
from core.domain.labels import Split
from core.domain.permissions import Permission
from core.domain.snapshots import Snapshot
from core.errors import Refused
from core.learning.array_spool import ArraySubset
from core.metrics import published_results
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_launch, job_status
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.paper import cross_validation_results, module_load_time, paper_comparison, snapshot_folds
from core.workflows.paper.paper_comparison import ALL_LANGUAGES
from core.workflows.paper.snapshot_folds import Fold
from core.workflows.training import checkpoints, feature_extraction, model_specs, snapshots
from core.workflows.training.fitted_models import FittedModel, ensure_fitted
from core.workflows.training.model_folders import round_probabilities
from core.workflows.training.model_specs import PRODUCT, ModelSpec
from db import folds as folds_table
from db import session

SEED = 2019
FOLDS = 5
LABELS, MODULES, TABLES = "Labels", "Modules", "Tables"

# Seconds that a step usually takes, a network and fold, for the time left until an earlier job has shown better
USUAL_S = {"dnn": 6.0, "rnn": 25.0}
USUAL_FEATURES_S, USUAL_MODULE_S, USUAL_TABLES_S = 30.0, 12.0, 10.0


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
        raise Refused(f"{n_folds} folds cannot be made: expected at least 2.")
    chosen = model_specs.requested_specs(features or published_results.FAMILIES, networks or published_results.NETWORKS)
    wanted = [*(one for one in chosen if one != PRODUCT), PRODUCT]
    parameters = {
        "folds": n_folds,
        "seed": SEED,
        "trained_on": language or ALL_LANGUAGES,
        "systems": [[one.features, one.kind, one.task] for one in wanted[:-1]],
    }
    detail = {"folds": n_folds, "systems": [one.name for one in wanted]}
    return job_launch.begin_job(
        job_status.PAPER, run, parameters=parameters, plan=_plan(wanted, n_folds), actor=actor, detail=detail
    )


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a cross-validation that was interrupted, cancelled or failed; finished parts are kept."""
    authorisation.require_first(actor, Permission.CROSS_VALIDATE)
    return job_launch.resume_job(job_id, run, actor=actor)


def run(job_id: str) -> None:
    """What a worker executes."""
    job_launch.run_job(job_id, _cross)


def _cross(job: RunningJob, asked: Job) -> None:
    wanted, seed = _wanted(asked), int(asked.parameters["seed"])
    with job.step(LABELS) as step:
        snapshot = snapshots.freeze(seed=seed)
        trained_on = asked.parameters["trained_on"]
        language = "" if trained_on == ALL_LANGUAGES else trained_on
        made = snapshot_folds.folds_of_snapshot(
            snapshot, n_folds=int(asked.parameters["folds"]), seed=seed, language=language
        )
        with session.writing() as tx:
            folds_table.forget(tx, [job.id])  # of an earlier attempt, perhaps with other labels; the parts are kept
        step.set(note=f"{len(snapshot.items)} recordings in {len(made)} folds")
    features = {family: _features(job, family, snapshot) for family in _families(wanted)}
    with job.step(MODULES):
        modules = [module_load_time.module(family) for family in features if module_load_time.has_module(family)]
    said = {}
    for system in wanted:
        with job.step(system.name) as step:
            said[system.name] = _cross_system(job, step, system, made, features, seed) | _named(system, modules)
    with job.step(TABLES):
        rows = cross_validation_results.rows_of(job.id, snapshot.id, said)
        how = _how(asked, snapshot, said)
        job.result = {
            "paper": paper_comparison.paper_report(rows, snapshot, made=how, modules=modules),
            "systems": said,
        }
        cross_validation_results.forget_older(asked)


def _features(job: RunningJob, family: str, snapshot: Snapshot) -> Sequence[np.ndarray]:
    with job.step(_features_step(family)) as step:
        feature_extraction.extract_all(family, snapshot.items, job, step)
    return feature_extraction.cached_features(family, snapshot.items)


def _cross_system(
    job: RunningJob,
    step: Step,
    system: ModelSpec,
    made: Sequence[Fold],
    features: dict[str, Sequence[np.ndarray]],
    seed: int,
) -> dict[str, Any]:
    """Train and test one system in every fold and keep what it says; what each fold cost."""
    trained = []
    progress = _Progress(job, step, n_folds=len(made), n_networks=len(system.networks))
    for fold in made:
        progress.begin(fold.number)
        of_fold = {family: ArraySubset(every, fold.places) for family, every in features.items()}
        one = ensure_fitted(system, fold.snapshot, of_fold.__getitem__, seed=seed, on_epoch=progress)
        checkpoints.prune_unused(one.parts)
        _keep(job.id, fold, one)
        trained.append(one)
        gc.collect()  # what Keras built holds itself in cycles: left to chance, memory grows with every network
    if not progress.has_trained:
        step.reused("Trained already from the same labels")
    return {
        "seconds": [one.seconds for one in trained],
        "epoch_seconds": [one.seconds_per_epoch for one in trained if one.seconds_per_epoch is not None],
        "n_parameters": trained[0].n_parameters,
        "is_product": system == PRODUCT,
    }


class _Progress:
    """What a training calls after every epoch: it says how far the step is, and ends the training when cancelled."""

    def __init__(self, job: RunningJob, step: Step, *, n_folds: int, n_networks: int) -> None:
        self._job, self._step = job, step
        self._n_folds, self._n_networks = n_folds, n_networks
        self._fold = self._networks_done = self._last = 0
        self.has_trained = False

    def begin(self, fold: int) -> None:
        self._job.check()
        self._fold, self._networks_done, self._last = fold, 0, 0
        self._step.advance(fold, self._n_folds, f"fold {fold + 1} of {self._n_folds}")

    def __call__(self, done: int, at_most: int) -> None:
        self.has_trained = True
        if done <= self._last:  # the next network of the system begins
            self._networks_done = min(self._networks_done + 1, self._n_networks - 1)
        self._last = done
        of_fold = (self._networks_done + done / at_most) / self._n_networks
        note = f"fold {self._fold + 1} of {self._n_folds}, epoch {done}, at most {at_most}"
        self._step.advance(round(self._fold + of_fold, 2), self._n_folds, note)
        self._job.check()


def _keep(job_id: str, fold: Fold, one: FittedModel) -> None:
    said = round_probabilities(one.probabilities)
    tested = [index for index, item in enumerate(fold.snapshot.items) if item.split is Split.TEST]
    columns = [
        [None] * len(tested) if array is None else [float(p) for p in array[tested]]
        for array in (said.p_accepted, said.p_noise, said.p_speechless)
    ]
    ids = [fold.snapshot.items[index].recording_id for index in tested]
    with session.writing() as tx:
        folds_table.keep(tx, job_id, one.system.name, fold.number, list(zip(ids, *columns, strict=True)))


def _named(system: ModelSpec, modules: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Where a system stands in the tables; what a stand-in had a part in bears its name."""
    false = {one["features"] for one in modules if not one["is_genuine"]}
    is_genuine = not any(network.features in false for network in system.networks)
    features = paper_comparison.feature_name(system.features, is_genuine=is_genuine)
    return {"features": features, "network": system.kind, "system": system.task}


def _how(asked: Job, snapshot: Snapshot, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "how": "folds",
        "folds": asked.parameters["folds"],
        "seed": asked.parameters["seed"],
        "trained_on": asked.parameters["trained_on"],
        "job": asked.id,
        "snapshot": snapshot.id,
        "snapshot_hash": snapshot.hash,
        "recordings": len(snapshot.items),
        "children": len({item.child for item in snapshot.items}),
        "training_seconds": sum(sum(one["seconds"]) for one in said.values()),
        "ended_at": session.now().isoformat(timespec="seconds"),
        "versions": checkpoints.versions(),
    }


def _wanted(asked: Job) -> list[ModelSpec]:
    return [*(ModelSpec(*names) for names in asked.parameters["systems"]), PRODUCT]


def _families(wanted: Sequence[ModelSpec]) -> list[str]:
    return list(dict.fromkeys(network.features for system in wanted for network in system.networks))


def _plan(wanted: Sequence[ModelSpec], n_folds: int) -> list[tuple[str, float]]:
    families = _families(wanted)
    n_modules = sum(module_load_time.has_module(family) for family in families)
    return [
        (LABELS, 0.5),
        *((_features_step(family), USUAL_FEATURES_S) for family in families),
        (MODULES, n_modules * USUAL_MODULE_S),
        *((one.name, n_folds * sum(USUAL_S.get(each.kind, 2.0) for each in one.networks)) for one in wanted),
        (TABLES, USUAL_TABLES_S),
    ]


def _features_step(family: str) -> str:
    return f"Features: {family}"
