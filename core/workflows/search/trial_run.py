"""One trial of a search, in a worker: train a network, score it on the validation children, keep the score.

A trial's score lies at `<models>/.parts/<key>/trial.json`, beside where the network itself would lie: the key is that
of `checkpoints`, so the same labels, features, numbers, seed and code find it again, after a kill as well as in a later
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

import numpy as np

from core.arrays import BoolArray, FloatArray
from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot, SnapshotItem
from core.errors import NotFound, Refused
from core.json_values import finite_or_none, finite_or_nones
from core.learning import losses, tasks, training, trial_comparison
from core.learning.array_spool import ArraySubset
from core.learning.fitting import OnEpoch, ShouldPrune
from core.learning.networks import NetworkSpec
from core.learning.trial_comparison import Point, Trial
from core.metrics import rejection
from core.workflows.jobs import job_status, renewed_process
from core.workflows.jobs.running_job import Stopped
from core.workflows.search import trial_json
from core.workflows.training import checkpoints, feature_extraction, fitted_models, shared_folders
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.model_specs import ClassifierSpec
from db import session, snapshots

TRIAL = "trial.json"
CHECK_EVERY_S = 2.0  # whether the search is still wanted


@dataclass(frozen=True)
class TrialRequest:
    """A trial, as a worker gets it.

    bound : lowest loss in the training of what the pair holds; a network much worse than that is pruned
    """

    job_id: str
    snapshot_id: int
    classifier: ClassifierSpec
    point: Point
    seed: int
    bound: float | None


@dataclass(frozen=True)
class TrialData:
    """What all trials of a search share: the recordings that are shown, and their features."""

    snapshot: Snapshot
    items: tuple[SnapshotItem, ...]
    features: Sequence[FloatArray]

    @property
    def is_validation(self) -> BoolArray:
        return np.array([item.split is Split.VALIDATION for item in self.items])


def visible_items(snapshot: Snapshot) -> tuple[SnapshotItem, ...]:
    """The recordings that a search may look at: those of training and of validation children."""
    return tuple(item for item in snapshot.items if item.split is not Split.TEST)


def run_trial(request: TrialRequest) -> Trial:
    """The trial as an earlier search left it, or run now and stored.

    Raises
    ------
    Stopped
        The search was cancelled, or has ended.
    """
    stored = stored_by_an_earlier_run(request)
    if stored is not None:
        return stored
    on_epoch = _while_wanted(request.job_id)
    if request.classifier.kind == "rnn" and renewed_process.is_needed():
        return renewed_process.run_apart(_run, request, on_epoch=on_epoch)
    return _run(request, on_epoch=on_epoch)


def _run(request: TrialRequest, *, on_epoch: OnEpoch) -> Trial:
    classifier = request.classifier
    data = _trial_data(request.job_id, request.snapshot_id, classifier.features)
    spec = classifier.spec
    if not isinstance(spec, NetworkSpec):
        raise Refused(
            "{name} has no epochs: only networks can be searched.",
            name=classifier.name,
        )
    checkpoint = fitted_models.checkpoint_of(classifier, data.snapshot, seed=request.seed)
    should_prune = partial(trial_comparison.should_prune, bound=request.bound, max_epochs=spec.max_epochs)
    started = time.perf_counter()
    trained = training.train(
        data.features,
        [item.label for item in data.items],
        data.is_validation,
        spec=spec,
        task=classifier.task,
        seed=request.seed,
        on_epoch=on_epoch,
        should_prune=should_prune,
    )
    score = _Score() if should_prune(trained.course.validation_loss) else _score(trained, data)
    trial = _trial(request.point, trained, score, seconds=time.perf_counter() - started)
    _keep(checkpoint, trial, trained.course.validation_loss)
    return trial


def _trial(point: Point, trained: training.TrainedNetwork, score: _Score, *, seconds: float) -> Trial:
    finite_losses = [loss for loss in trained.course.validation_loss if math.isfinite(loss)]
    return Trial(
        point=point,
        loss=score.loss,
        f10=score.f10,
        n_parameters=int(trained.model.count_params()),
        seconds=round(seconds, 3),
        epochs=trained.course.epochs,
        best_validation_loss=min(finite_losses, default=None),
        child_losses=score.child_losses,
        child_counts=score.child_counts,
    )


def stored_by_an_earlier_run(request: TrialRequest) -> Trial | None:
    """The trial of a request where its score lies already; None where it is to be run."""
    spec = request.classifier.spec
    if not isinstance(spec, NetworkSpec):
        return None
    snapshot = _trial_data(request.job_id, request.snapshot_id, request.classifier.features).snapshot
    checkpoint = fitted_models.checkpoint_of(request.classifier, snapshot, seed=request.seed)
    should_prune = partial(trial_comparison.should_prune, bound=request.bound, max_epochs=spec.max_epochs)
    return stored_trial(checkpoint, request.point, should_prune)


def stored_trial(checkpoint: Checkpoint, point: Point, should_prune: ShouldPrune) -> Trial | None:
    """A trial of an earlier search; None for one that was pruned by a stricter bound than today's."""
    checkpoints.bring(checkpoint)
    try:
        stored = json.loads((checkpoint.folder / TRIAL).read_text())
    except (OSError, ValueError):
        return None
    validation_loss = [math.nan if loss is None else loss for loss in stored["validation_loss"]]
    if stored["loss"] is None and not should_prune(validation_loss):
        return None
    return trial_json.trial_from_file(stored, point)


def release_trial_data() -> None:
    """Let go of the features of the last search, and of the temporary file that they lie in."""
    _trial_data.cache_clear()


@dataclass(frozen=True)
class _Score:
    """Figures of a network on validation, as in `Trial`; empty for one that was pruned or did not converge."""

    loss: float | None = None
    f10: float | None = None
    child_losses: tuple[float, ...] = ()
    child_counts: tuple[int, ...] = ()


def _score(trained: training.TrainedNetwork, data: TrialData) -> _Score:
    """Figures of a network on the validation recordings that its task knows."""
    is_used = tasks.is_used(tasks.task(trained.task), [item.label for item in data.items])
    indices = [int(index) for index in np.flatnonzero(data.is_validation & is_used)]
    p_accepted = trained.predict(ArraySubset(data.features, indices)).p_accepted
    items = [data.items[index] for index in indices]
    if not items or not np.isfinite(p_accepted).all():
        return _Score()
    is_accepted = np.array([item.label is Label.ACCEPTED for item in items])
    values = losses.cross_entropy(is_accepted, p_accepted)
    child_losses, child_counts = losses.by_child(values, [item.child for item in items])
    f10 = rejection.f(rejection.curve(is_accepted, p_accepted), 0.10)
    return _Score(float(values.mean()), finite_or_none(f10), child_losses, child_counts)


def _keep(checkpoint: Checkpoint, trial: Trial, validation_loss: Sequence[float]) -> None:
    losses_of_epochs = finite_or_nones(validation_loss)
    stored = trial_json.trial_to_file(trial) | {"validation_loss": [*losses_of_epochs]}
    shared_folders.write(checkpoint.folder / TRIAL, json.dumps(stored))
    checkpoints.share(checkpoint)


@lru_cache(maxsize=1)
def _trial_data(job_id: str, snapshot_id: int, family: str) -> TrialData:
    """Shared by the trials of one search, so that a worker reads every recording's features once."""
    with session.reading() as tx:
        snapshot = snapshots.get(tx, snapshot_id)
    if snapshot is None:
        raise NotFound(
            "The snapshot {snapshot_id} of search {job_id} is gone.",
            snapshot_id=snapshot_id,
            job_id=job_id,
        )
    items = visible_items(snapshot)
    return TrialData(snapshot, items, feature_extraction.cached_features(family, items))


def _while_wanted(job_id: str) -> OnEpoch:
    """Ends a training soon after its search was cancelled: a worker's task cannot be ended from outside."""
    checked_at = time.monotonic()

    def on_epoch(done: int, at_most: int) -> None:
        nonlocal checked_at
        if time.monotonic() - checked_at < CHECK_EVERY_S:
            return
        checked_at = time.monotonic()
        job = job_status.get_job(job_id)
        if job.state in ("cancelled", "failed", "succeeded") or job.cancel_requested_at is not None:
            raise Stopped

    return on_epoch
