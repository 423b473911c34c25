"""Tasks of a classifier: targets from labels, and p(Accepted) from its output.

Multiclass tells the three classes apart; binary tells Accepted from the rest. Double binary is two networks, one that
never saw a Speechless and one that never saw a Noise, whose p are merged (`merging.double_binary`).

Source: Table 2 of the paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.arrays import BoolArray, Float64Array, FloatArray, IntArray
from core.domain.labels import Label
from core.errors import Refused


@dataclass(frozen=True)
class Task:
    """targets : the class number of each label; a label that is missing is not used for training."""

    name: str
    targets: Mapping[Label, int]

    @property
    def n_classes(self) -> int:
        return len(set(self.targets.values()))

    @property
    def n_outputs(self) -> int:
        """Two classes need one output: the logistic p of class 1."""
        return 1 if self.n_classes == 2 else self.n_classes


@dataclass(frozen=True)
class Probabilities:
    """Each [shape=(n,), float64 in [0, 1]]; None where the task does not separate Noise from Speechless."""

    p_accepted: Float64Array
    p_noise: Float64Array | None = None
    p_speechless: Float64Array | None = None


def _task(name: str, **targets: int) -> Task:
    return Task(name, MappingProxyType({Label[label.upper()]: number for label, number in targets.items()}))


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "multiclass": _task("multiclass", accepted=2, noise=1, speechless=0),
        "binary": _task("binary", accepted=1, noise=0, speechless=0),
    }
)
DOUBLE_BINARY_TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "binary-noise": _task("binary-noise", accepted=1, noise=0),
        "binary-speechless": _task("binary-speechless", accepted=1, speechless=0),
    }
)


def task(name: str) -> Task:
    """A task by its name; Refused with the names there are."""
    all_tasks = {**TASKS, **DOUBLE_BINARY_TASKS}
    if name not in all_tasks:
        raise Refused(f"Task {name!r} is not known: expected one of {', '.join(all_tasks)}.")
    return all_tasks[name]


def is_used(task: Task, labels: Sequence[Label]) -> BoolArray:
    """Which recordings the task trains on [shape=(n,), bool]."""
    return np.array([label in task.targets for label in labels], dtype=bool)


def targets(task: Task, labels: Sequence[Label]) -> IntArray:
    """Class numbers [shape=(n,), int64] of labels that the task uses."""
    return np.array([task.targets[label] for label in labels], dtype=np.int64)


def check_classes(task: Task, labels: Sequence[Label]) -> None:
    """Refuse training labels among which a class of the task is missing."""
    present = {task.targets[label] for label in labels if label in task.targets}
    missing = [label for label, number in task.targets.items() if number not in present]
    if missing:
        names = " or ".join(missing)
        raise Refused(f"No training recording is labelled {names}: the task {task.name} needs some of each class.")


def probabilities(task: Task, output: FloatArray) -> Probabilities:
    """Probabilities of labels from the output of a classifier.

    Parameters
    ----------
    output : [shape=(n, task.n_outputs), float in [0, 1]]
        Softmax over the classes, or the logistic p of class 1 (Accepted).
    """
    shares = np.clip(output.astype(np.float64), 0.0, 1.0)
    if task.n_outputs == 1:
        return Probabilities(p_accepted=shares[:, 0])
    return Probabilities(*(shares[:, task.targets[label]] for label in (Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS)))


def class_probabilities(task: Task, p: Probabilities) -> Float64Array:
    """The p of three classes [shape=(n, 3)], each in the column of its class number: the inverse of `probabilities`.

    Raises
    ------
    Refused
        p of Noise or of Speechless is not known.
    """
    columns = {Label.ACCEPTED: p.p_accepted, Label.NOISE: p.p_noise, Label.SPEECHLESS: p.p_speechless}
    by_class = np.empty((len(p.p_accepted), task.n_classes))
    for label, column in columns.items():
        if column is None:
            raise Refused(f"No probability of {label} is known, and the task {task.name} needs one.")
        by_class[:, task.targets[label]] = column
    return by_class
