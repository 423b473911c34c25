"""One trial of a search, in a worker: train a network, score it on the validation children, keep the score.

A trial's score lies at `<models>/.parts/<key>/trial.json`, beside where the network itself would lie: the key is that
of `parts`, so the same labels, features, numbers, seed and code find it again, after a kill as well as in a later
search. The network is not kept; what a search chooses is trained once more by a retraining.

Nothing here opens a test child's recording: only training and validation recordings are asked for.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot, SnapshotItem
from core.errors import NotFound
from core.json_values import finite_or_none, finite_or_nones
from core.learning import grid, losses, tasks, training
from core.learning.array_spool import ArraySubset
from core.learning.fitting import ShouldPrune
from core.learning.grid import Point, Trial
from core.learning.tasks import Probabilities
from core.metrics import rejection
from core.workflows.jobs import job_status
from core.workflows.jobs.running_job import Stopped
from core.workflows.search import search_results
from core.workflows.training import feature_extraction, fitted_models, shared_folders
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.model_specs import ClassifierSpec
from db import session, snapshots

TRIAL = "trial.json"
ASK_EVERY_S = 2.0  # whether the search is still wanted


@dataclass(frozen=True)
class TrialRequest:
    """What a worker is told of a trial.

    bound : lowest loss in the training of what the pair holds; a network much worse than that is given up
    """

    job_id: str
    snapshot_id: int
    network: ClassifierSpec
    point: Point
    seed: int
    bound: float | None


@dataclass(frozen=True)
class TrialData:
    """What every trial of a search stands on: the recordings that are shown, and where their features come from."""

    snapshot: Snapshot
    items: tuple[SnapshotItem, ...]
    features: Sequence[np.ndarray]

    @property
    def is_validation(self) -> np.ndarray:
        return np.array([item.split is Split.VALIDATION for item in self.items])


def visible_items(snapshot: Snapshot) -> tuple[SnapshotItem, ...]:
    """The recordings that a search may look at: those of training and of validation children."""
    return tuple(item for item in snapshot.items if item.split is not Split.TEST)


def run_trial(ask: TrialRequest) -> Trial:
    """The trial as it was made before, or made now and kept.

    Raises
    ------
    Stopped
        The search was cancelled, or has ended.
    """
    ground = _ground(ask.job_id, ask.snapshot_id, ask.network.features)
    part = fitted_models.checkpoint_of(ask.network, ground.snapshot, seed=ask.seed)
    should_prune = partial(grid.should_prune, bound=ask.bound, max_epochs=ask.network.spec.max_epochs)
    known = stored_trial(part, ask.point, should_prune)
    if known is not None:
        return known
    started = time.perf_counter()
    trained = training.train(
        ground.features,
        [item.label for item in ground.items],
        ground.is_validation,
        spec=ask.network.spec,
        task=ask.network.task,
        seed=ask.seed,
        on_epoch=_while_wanted(ask.job_id),
        should_prune=should_prune,
    )
    validation_loss = trained.course.validation_loss
    score = {} if should_prune(validation_loss) else _score(trained, ground)
    trial = Trial(
        point=ask.point,
        loss=score.get("loss"),
        f10=score.get("f10"),
        n_parameters=int(trained.model.count_params()),
        seconds=round(time.perf_counter() - started, 3),
        epochs=trained.course.epochs,
        best_validation_loss=min((loss for loss in validation_loss if math.isfinite(loss)), default=None),
        child_losses=score.get("child_losses", ()),
        child_counts=score.get("child_counts", ()),
    )
    _keep(part, trial, validation_loss)
    return trial


def stored_trial(part: Checkpoint, point: Point, should_prune: ShouldPrune) -> Trial | None:
    """A trial that was made before; None for one that was given up by a stricter measure than today's."""
    try:
        said = json.loads((part.folder / TRIAL).read_text())
    except (OSError, ValueError):
        return None
    validation_loss = [math.nan if loss is None else loss for loss in said.pop("validation_loss")]
    if said["loss"] is None and not should_prune(validation_loss):
        return None
    return search_results.trial_from_file(said, point)


def release_trial_data() -> None:
    """Let go of the features of the last search, and of the temporary file that they lie in."""
    _ground.cache_clear()


def _score(trained: training.TrainedNetwork, ground: TrialData) -> dict[str, Any]:
    """Figures of a network on the validation recordings that its task knows."""
    is_used = tasks.is_used(tasks.task(trained.task), [item.label for item in ground.items])
    which = [int(index) for index in np.flatnonzero(ground.is_validation & is_used)]
    said: Probabilities = trained.predict(ArraySubset(ground.features, which))
    items = [ground.items[index] for index in which]
    if not items or not np.isfinite(said.p_accepted).all():
        return {}
    is_accepted = np.array([item.label is Label.ACCEPTED for item in items])
    values = losses.cross_entropy(is_accepted, said.p_accepted)
    child_losses, child_counts = losses.by_child(values, [item.child for item in items])
    f10 = rejection.f(rejection.curve(is_accepted, said.p_accepted), 0.10)
    return {
        "loss": float(values.mean()),
        "f10": finite_or_none(f10),
        "child_losses": child_losses,
        "child_counts": child_counts,
    }


def _keep(part: Checkpoint, trial: Trial, validation_loss: Sequence[float]) -> None:
    losses_of_epochs = finite_or_nones(validation_loss)
    stored = search_results.trial_to_file(trial) | {"validation_loss": losses_of_epochs}
    shared_folders.write(part.folder / TRIAL, json.dumps(stored))


@lru_cache(maxsize=1)
def _ground(job_id: str, snapshot_id: int, family: str) -> TrialData:
    """Kept from trial to trial of one search, so that a worker reads every recording's features once."""
    with session.reading() as tx:
        snapshot = snapshots.get(tx, snapshot_id)
    if snapshot is None:
        raise NotFound(f"The snapshot {snapshot_id} of search {job_id} is gone.")
    items = visible_items(snapshot)
    return TrialData(snapshot, items, feature_extraction.cached_features(family, items))


def _while_wanted(job_id: str) -> training.OnEpoch:
    """Ends a training soon after its search was cancelled: a worker's task cannot be ended from outside."""
    asked = time.monotonic()

    def on_epoch(done: int, at_most: int) -> None:
        nonlocal asked
        if time.monotonic() - asked < ASK_EVERY_S:
            return
        asked = time.monotonic()
        job = job_status.get_job(job_id)
        if job.state in ("cancelled", "failed", "succeeded") or job.cancel_requested_at is not None:
            raise Stopped

    return on_epoch
