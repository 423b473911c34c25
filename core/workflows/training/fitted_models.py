"""Systems on a snapshot: whatever is not trained yet is trained and kept; whatever is, is taken as it stands.

The one way in which anything here comes by a trained system: a retraining, the folds of a cross-validation, a search.
The recordings of the snapshot's test children teach nothing and choose nothing; the trained system only says what it
makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain.snapshots import Snapshot
from core.learning import calibration, tasks
from core.learning.calibration import Calibration
from core.learning.fitting import OnEpoch
from core.learning.tasks import Probabilities
from core.workflows.training import checkpoints, feature_families, model_specs
from core.workflows.training.checkpoints import Checkpoint
from core.workflows.training.model_specs import ClassifierSpec, ModelSpec

FeaturesOf = Callable[[str], Sequence[np.ndarray]]


@dataclass(frozen=True)
class FittedModel:
    """A system whose networks are trained.

    probabilities : of every recording of the snapshot, in the order of its items
    seconds : that training took, whenever it was
    seconds_per_epoch : over all networks; None for systems without epochs
    facts : what each network says of itself, in the order of `system.networks`
    fusion : how a fusion weighs its members; None for other systems
    """

    system: ModelSpec
    parts: tuple[Checkpoint, ...]
    probabilities: Probabilities
    seconds: float
    seconds_per_epoch: float | None
    n_parameters: int
    facts: tuple[dict[str, Any], ...]
    fusion: Calibration | None = None


def ensure_fitted(
    system: ModelSpec,
    snapshot: Snapshot,
    features: FeaturesOf,
    *,
    seed: int,
    on_epoch: OnEpoch | None = None,
) -> FittedModel:
    """Train what is missing of a system, keep it, and say what the system makes of every recording.

    Parameters
    ----------
    features : gives the features of a family in the order of `snapshot.items`; asked only when something is missing
    on_epoch : called with (epochs done, epochs at most) of each network; what it raises ends the training

    Raises
    ------
    Refused
        A class has no training recording, or the features cannot be used.
    """
    made = tuple(checkpoint_of(network, snapshot, seed=seed) for network in system.networks)
    for one in made:
        ensure_checkpoint(one, snapshot, features, seed=seed, on_epoch=on_epoch)
    return assemble_model(system, made, snapshot)


def checkpoint_of(network: ClassifierSpec, snapshot: Snapshot, *, seed: int) -> Checkpoint:
    """Where a network on a snapshot lies, trained already or not."""
    return checkpoints.checkpoint_for(
        network, snapshot, feature_hash=feature_families.family(network.features).spec_hash, seed=seed
    )


def ensure_checkpoint(
    one: Checkpoint, snapshot: Snapshot, features: FeaturesOf, *, seed: int, on_epoch: OnEpoch | None = None
) -> None:
    """Train a network and let it speak, each only where that has not been done."""
    if not one.is_there:
        checkpoints.fit_checkpoint(one, snapshot, features(one.network.features), seed=seed, on_epoch=on_epoch)
    if not checkpoints.has_probabilities(one):
        checkpoints.store_probabilities(one, features(one.network.features))


def assemble_model(system: ModelSpec, made: Sequence[Checkpoint], snapshot: Snapshot) -> FittedModel:
    """A system from its parts, all of them trained and asked."""
    facts = tuple(one.facts for one in made)
    seconds = float(sum(one["course"]["seconds"] for one in facts))
    epochs = sum(one["course"]["epochs"] for one in facts)
    fusion = fit_fusion(made, snapshot) if system.is_fused else None
    return FittedModel(
        system=system,
        parts=tuple(made),
        probabilities=model_specs.combine_probabilities(
            system, [checkpoints.probabilities(one) for one in made], fusion
        ),
        seconds=seconds,
        seconds_per_epoch=seconds / epochs if epochs else None,
        n_parameters=sum(one["n_parameters"] for one in facts),
        facts=facts,
        fusion=fusion,
    )


def fit_fusion(members: Sequence[Checkpoint], snapshot: Snapshot) -> Calibration:
    """The weights of a fusion's members, from what each said of training children whom it had not met.

    Where the children are too few for that, the members weigh the same and `n` is 0.
    """
    said = np.stack([checkpoints.out_of_fold(one) for one in members])
    known = np.isfinite(said).all(axis=(0, 2))
    task = tasks.task("multiclass")
    targets = tasks.targets(task, [item.label for item in snapshot.items])
    if len(np.unique(targets[known])) < task.n_classes:
        known = np.zeros_like(known)
    return calibration.fit(calibration.log_p(said[:, known]), targets[known])
