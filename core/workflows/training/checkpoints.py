"""Checkpoints: fitted classifiers, stored as soon as they are finished, so that none is trained twice.

A checkpoint lies at `<models>/.parts/<key>/`: the classifier, what it says of every recording of its snapshot, what its
twins said of training children whom they had not met (where it was trained in folds), and `part.json`.
Its key is a hash of everything that decides the result: snapshot, features, network, task, seed, the version of the
code that trains its kind, and the versions of what computes. The same key is the same network.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import platform
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

import core
from core.arrays import Float64Array, FloatArray
from core.config import settings
from core.domain.json_types import JsonObject, number_of, object_of, text_of
from core.domain.snapshots import Snapshot
from core.errors import Conflict
from core.learning import classifier_kinds
from core.learning.tasks import Probabilities
from core.workflows.training import shared_folders, stored_folders
from core.workflows.training.model_specs import ClassifierSpec

KEEP_DAYS, SECONDS_A_DAY = 30.0, 86_400
NETWORK, PROBABILITIES, OUT_OF_FOLD, FACTS = "network", "probabilities.npz", "out_of_fold.npy", "part.json"
COMPUTED_BY = ("tensorflow", "keras", "scikit-learn", "scipy", "numpy")


@dataclass(frozen=True)
class CheckpointFacts:
    """Facts of a trained classifier.

    n_calibration : recordings that its p are calibrated on; 0 where it is not calibrated, or they were too few
    document : all of it, as its file and the model card have it
    """

    name: str
    seconds: float
    epochs: int
    n_parameters: int
    n_calibration: int
    document: JsonObject

    @staticmethod
    def from_json(document: JsonObject) -> CheckpointFacts:
        course, calibration = object_of(document.get("course")), object_of(document.get("calibration"))
        return CheckpointFacts(
            name=text_of(document.get("name")),
            seconds=number_of(course.get("seconds"), 0.0),
            epochs=int(number_of(course.get("epochs"), 0)),
            n_parameters=int(number_of(document.get("n_parameters"), 0)),
            n_calibration=int(number_of(calibration.get("n"), 0)),
            document=document,
        )


@dataclass(frozen=True)
class Checkpoint:
    """A fitted classifier on a snapshot: its key, and its folder."""

    classifier: ClassifierSpec
    key: str

    @property
    def folder(self) -> Path:
        return settings().models / ".parts" / self.key

    @property
    def is_there(self) -> bool:
        bring(self)
        return (self.folder / FACTS).is_file()

    @property
    def facts(self) -> CheckpointFacts:
        """The facts that were stored with the classifier."""
        with named_when_forgotten():
            return CheckpointFacts.from_json(json.loads((self.folder / FACTS).read_text()))


def checkpoint_for(classifier: ClassifierSpec, snapshot: Snapshot, *, feature_hash: str, seed: int) -> Checkpoint:
    """The checkpoint of a classifier on a snapshot, trained already or not."""
    decisive = {
        "snapshot": snapshot.hash,
        "features": [classifier.features, feature_hash],
        "network": dataclasses.asdict(classifier.spec),
        "task": classifier.task,
        "seed": seed,
        "code": classifier_kinds.TRAINING_VERSIONS[classifier.kind],
        "versions": [version(name) for name in COMPUTED_BY],
    }
    return Checkpoint(classifier, hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:24])


def bring(checkpoint: Checkpoint) -> None:
    """What other machines stored of a checkpoint, to this one."""
    stored_folders.bring(checkpoint.folder, _stored_name(checkpoint.key), mark=FACTS)


def share(checkpoint: Checkpoint) -> None:
    """What this machine has of a checkpoint, to all."""
    stored_folders.put(checkpoint.folder, _stored_name(checkpoint.key))


def _stored_name(key: str) -> str:
    return f"{stored_folders.CHECKPOINTS}/{key}"


def has_probabilities(checkpoint: Checkpoint) -> bool:
    bring(checkpoint)
    return (checkpoint.folder / PROBABILITIES).is_file()


def store_probabilities(checkpoint: Checkpoint, features: Sequence[FloatArray]) -> None:
    """Store the probabilities of every recording of the snapshot, in the order of its items."""
    predicted = classifier_kinds.load(checkpoint.folder / NETWORK).predict(features)
    arrays = {name: array for name, array in dataclasses.asdict(predicted).items() if array is not None}
    fresh = checkpoint.folder / f".{uuid.uuid4().hex}.npz"
    with named_when_forgotten():
        np.savez(fresh, **arrays)
        fresh.replace(checkpoint.folder / PROBABILITIES)
        share(checkpoint)


def probabilities(checkpoint: Checkpoint) -> Probabilities:
    with named_when_forgotten(), np.load(checkpoint.folder / PROBABILITIES) as arrays:
        return Probabilities(**{name: arrays[name] for name in arrays.files})


def out_of_fold(checkpoint: Checkpoint) -> Float64Array:
    """p of each class [shape=(n_items, n_classes)] by twins that had not met the child; NaN where there is none."""
    with named_when_forgotten():
        return np.asarray(np.load(checkpoint.folder / OUT_OF_FOLD, allow_pickle=False))


def copy_network(checkpoint: Checkpoint, folder: Path) -> None:
    """The fitted classifier of a checkpoint, to `folder`, which is not there yet."""
    with named_when_forgotten():
        shutil.copytree(checkpoint.folder / NETWORK, folder)


def prune_unused(in_use: Sequence[Checkpoint]) -> None:
    """Remove checkpoints that were not used for a month."""
    for checkpoint in in_use:
        with contextlib.suppress(FileNotFoundError):  # removed by another process
            os.utime(checkpoint.folder)
    too_old = time.time() - KEEP_DAYS * SECONDS_A_DAY
    for other in shared_folders.entries(settings().models / ".parts"):
        at = shared_folders.modified_at(other)
        if at is not None and at < too_old:
            with contextlib.suppress(OSError):  # not ours to remove: no reason to fail a job
                shared_folders.remove(other)
                stored_folders.remove(_stored_name(other.name))
    forget_removed()


def delete_all() -> None:
    """Forget every checkpoint: they hold what networks made of all recordings, and no name to find one child's by."""
    stored_folders.remove_all(stored_folders.CHECKPOINTS)
    shared_folders.remove(settings().models / ".parts")
    for left in settings().models.glob(".parts.*"):  # of a process that was killed here
        shutil.rmtree(left, ignore_errors=True)


def forget_removed() -> None:
    """Remove from this machine what the storage of all machines does not hold any more."""
    stored_folders.forget_removed(settings().models / ".parts", stored_folders.CHECKPOINTS)


@contextlib.contextmanager
def named_when_forgotten() -> Iterator[None]:
    """Say what became of a checkpoint that is removed while it is worked with."""
    try:
        yield
    except FileNotFoundError as error:
        raise Conflict(
            "What this job had trained was removed while it ran, as when a child is erased. Go on with the job: it "
            "learns again from the labels that there are."
        ) from error


def versions() -> dict[str, str]:
    """What computed: for the card."""
    return {"python": platform.python_version(), "earshot": core.VERSION} | {
        name: version(name) for name in (*COMPUTED_BY, "librosa")
    }
