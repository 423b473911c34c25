"""Fitting a classifier on a snapshot, into its checkpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from core.arrays import FloatArray
from core.domain import live_sampling
from core.domain.labels import Split
from core.domain.snapshots import Snapshot
from core.learning import classifier_kinds
from core.learning.array_spool import ArraySubset, JoinedArrays
from core.learning.classical import TrainedClassical
from core.learning.classifier_kinds import TrainedClassifier
from core.learning.fitting import OnEpoch
from core.learning.linked_children import linked_children_of
from core.workflows.training import shared_folders
from core.workflows.training.checkpoints import FACTS, NETWORK, OUT_OF_FOLD, Checkpoint, named_when_forgotten, share
from core.workflows.training.model_specs import ClassifierSpec


def fit_checkpoint(
    checkpoint: Checkpoint,
    snapshot: Snapshot,
    features: Sequence[FloatArray],
    *,
    copies: Sequence[Sequence[FloatArray]] = (),
    seed: int,
    on_epoch: OnEpoch | None,
) -> None:
    """Train a classifier on train, stop by validation, store it by one rename. Test recordings are never shown to it.

    `copies` are features of the same recordings through other devices, in the same order; those of training recordings
    teach as well.

    The score of a trial that lies in its folder stays there; so does a network that another worker finished meanwhile.

    Raises
    ------
    Conflict
        All checkpoints were removed meanwhile.
    """
    shown = [index for index, item in enumerate(snapshot.items) if item.split is not Split.TEST]
    trained = _trained(checkpoint.classifier, snapshot, features, copies, shown=shown, seed=seed, on_epoch=on_epoch)
    with named_when_forgotten():
        fresh = shared_folders.fresh(checkpoint.folder)
        trained.save(fresh / NETWORK)
        if isinstance(trained, TrainedClassical) and trained.out_of_fold is not None:
            of_every = np.full((len(snapshot.items), trained.out_of_fold.shape[1]), np.nan)
            of_every[shown] = trained.out_of_fold[: len(shown)]
            np.save(fresh / OUT_OF_FOLD, of_every)
        facts = {"name": checkpoint.classifier.name, **trained.as_dict()}
        (fresh / FACTS).write_text(json.dumps(facts))
        shared_folders.put(fresh, checkpoint.folder, mark=FACTS)
        share(checkpoint)


def _trained(
    classifier: ClassifierSpec,
    snapshot: Snapshot,
    features: Sequence[FloatArray],
    copies: Sequence[Sequence[FloatArray]],
    *,
    shown: Sequence[int],
    seed: int,
    on_epoch: OnEpoch | None,
) -> TrainedClassifier:
    """Trained on the items that are shown, then on the copies of those in train."""
    taught = [index for index in shown if snapshot.items[index].split is Split.TRAIN]
    items = [snapshot.items[index] for index in [*shown, *taught * len(copies)]]
    group_of = linked_children_of(items)
    return classifier_kinds.train(
        JoinedArrays([ArraySubset(features, shown), *(ArraySubset(copy, taught) for copy in copies)]),
        [item.label for item in items],
        np.array([item.split is Split.VALIDATION for item in items]),
        children=[group_of[item.child] for item in items],
        spec=classifier.spec,
        task=classifier.task,
        seed=seed,
        on_epoch=on_epoch,
        weights=[live_sampling.training_weight(item.weight) for item in items],
    )
