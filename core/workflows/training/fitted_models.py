"""Fitted models on a snapshot: classifiers without a checkpoint are trained and stored, the others are loaded.

The one way in which a retraining, the folds of a cross-validation and a search come by a fitted model. The recordings
of the snapshot's test children teach nothing and choose nothing; the fitted model only predicts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audio.features import copies_of
from core.domain.catalogue import MULTICLASS
from core.domain.snapshots import Snapshot
from core.learning import calibration, tasks
from core.learning.calibration import Calibration
from core.learning.fitting import OnEpoch
from core.learning.tasks import Probabilities
from core.workflows.jobs import renewed_process
from core.workflows.training import checkpoint_fitting, checkpoints, feature_extraction, feature_families, model_specs
from core.workflows.training.checkpoints import Checkpoint, CheckpointFacts
from core.workflows.training.model_folders import FeaturesOf
from core.workflows.training.model_specs import ClassifierSpec, ModelSpec


@dataclass(frozen=True)
class FittedModel:
    """A model whose classifiers are trained.

    checkpoints, facts : of its classifiers, in the order of `spec.classifiers`
    probabilities : of every recording of the snapshot, in the order of its items
    seconds : that training took, whenever it was
    seconds_per_epoch : over all classifiers; None for models without epochs
    fusion : how a fusion weighs its members; None for other models
    """

    spec: ModelSpec
    checkpoints: tuple[Checkpoint, ...]
    probabilities: Probabilities
    seconds: float
    seconds_per_epoch: float | None
    n_parameters: int
    facts: tuple[CheckpointFacts, ...]
    fusion: Calibration | None = None


def ensure_fitted(
    spec: ModelSpec,
    snapshot: Snapshot,
    features: FeaturesOf,
    *,
    seed: int,
    on_epoch: OnEpoch | None = None,
) -> FittedModel:
    """Train what is missing of a model, store it, and predict every recording.

    Parameters
    ----------
    features : gives the features of a family, and of its device copies, in the order of `snapshot.items`; called only
        when something is missing
    on_epoch : called with (epochs done, epochs at most) of each classifier; what it raises ends the training

    Raises
    ------
    Refused
        A class has no training recording, or the features cannot be used.
    """
    of_model = tuple(checkpoint_of(classifier, snapshot, seed=seed) for classifier in spec.classifiers)
    for checkpoint in of_model:
        ensure_checkpoint(checkpoint, snapshot, features, seed=seed, on_epoch=on_epoch)
    return assemble_model(spec, of_model, snapshot)


def checkpoint_of(classifier: ClassifierSpec, snapshot: Snapshot, *, seed: int) -> Checkpoint:
    """The checkpoint of a classifier on a snapshot, trained already or not."""
    feature_hash = feature_families.family(classifier.features).spec_hash
    return checkpoints.checkpoint_for(classifier, snapshot, feature_hash=feature_hash, seed=seed)


def ensure_checkpoint(
    checkpoint: Checkpoint, snapshot: Snapshot, features: FeaturesOf, *, seed: int, on_epoch: OnEpoch | None = None
) -> None:
    """Train a classifier and predict with it, each only where that has not been done.

    A recurrent network keeps memory for good: in a worker it is trained by a process that is renewed.
    """
    is_leaking = checkpoint.classifier.kind == "rnn" and not checkpoints.has_probabilities(checkpoint)
    if is_leaking and renewed_process.is_needed():
        renewed_process.run_apart(_ensure_from_cache, checkpoint, snapshot, seed, on_epoch=on_epoch)
        return
    _ensure(checkpoint, snapshot, features, seed=seed, on_epoch=on_epoch)


def _ensure_from_cache(
    checkpoint: Checkpoint, snapshot: Snapshot, seed: int, *, on_epoch: OnEpoch | None = None
) -> None:
    """The same in another process, which reads the features by itself; they are in the cache."""
    features = feature_extraction.cached_features(checkpoint.classifier.features, snapshot.items)
    _ensure(checkpoint, snapshot, lambda _: features, seed=seed, on_epoch=on_epoch)


def _ensure(
    checkpoint: Checkpoint, snapshot: Snapshot, features: FeaturesOf, *, seed: int, on_epoch: OnEpoch | None
) -> None:
    family = checkpoint.classifier.features
    if not checkpoint.is_there:
        copies = [features(name) for name in copies_of(family)]
        checkpoint_fitting.fit_checkpoint(
            checkpoint, snapshot, features(family), copies=copies, seed=seed, on_epoch=on_epoch
        )
    if not checkpoints.has_probabilities(checkpoint):
        checkpoints.store_probabilities(checkpoint, features(family))


def assemble_model(spec: ModelSpec, of_model: Sequence[Checkpoint], snapshot: Snapshot) -> FittedModel:
    """A model from its checkpoints, all of them trained and with their probabilities."""
    facts = tuple(checkpoint.facts for checkpoint in of_model)
    seconds, epochs = sum(each.seconds for each in facts), sum(each.epochs for each in facts)
    fusion = fit_fusion(of_model, snapshot) if spec.is_fused else None
    of_classifiers = [checkpoints.probabilities(checkpoint) for checkpoint in of_model]
    return FittedModel(
        spec=spec,
        checkpoints=tuple(of_model),
        probabilities=model_specs.combine_probabilities(spec, of_classifiers, fusion),
        seconds=seconds,
        seconds_per_epoch=seconds / epochs if epochs else None,
        n_parameters=sum(each.n_parameters for each in facts),
        facts=facts,
        fusion=fusion,
    )


def fit_fusion(members: Sequence[Checkpoint], snapshot: Snapshot) -> Calibration:
    """The weights of a fusion's members, from the p of training children by classifiers that had not met them.

    Where the children are too few for that, the members weigh the same and `n` is 0.
    """
    p = np.stack([checkpoints.out_of_fold(member) for member in members])
    is_known = np.isfinite(p).all(axis=(0, 2))
    task = tasks.task(MULTICLASS)
    targets = tasks.targets(task, [item.label for item in snapshot.items])
    if len(np.unique(targets[is_known])) < task.n_classes:
        is_known = np.zeros_like(is_known)
    return calibration.fit(calibration.log_p(p[:, is_known]), targets[is_known])
