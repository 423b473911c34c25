"""Classifiers without epochs: a support vector machine and boosted trees, saved and loaded as networks are.

`classical_training` trains them. Their input is a DNN's: one standardised row of numbers a recording. Their scores
become probabilities by a calibration that is learnt across folds of the training children (`cross_fitting`), so nothing
is learnt from validation recordings, which stay as good for choosing a threshold as they are with a network.

A folder holds `classical.json` (spec, task, calibration, how training went, versions) and `arrays.npz`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np

from core.arrays import Float32Array, Float64Array, FloatArray
from core.domain.json_types import JsonObject
from core.errors import NotFound, Refused
from core.learning import inputs, scorers, tasks
from core.learning.calibration import Calibration
from core.learning.inputs import Preparation
from core.learning.networks import NetworkSpec
from core.learning.scorers import Scorer
from core.learning.tasks import Probabilities, Task

ClassicalKind = Literal["svm", "boosting"]
KINDS: tuple[ClassicalKind, ...] = ("svm", "boosting")
JSON, ARRAYS = "classical.json", "arrays.npz"
PREPARATION_SPEC = NetworkSpec("dnn")  # rows are prepared as for this network


@dataclass(frozen=True)
class ClassicalSpec:
    """Every number that shapes a classifier and its training. Changing one means training again.

    folds : of the training children, to learn the calibration
    most : recordings to learn from at most; of more, so many are drawn, as the cost rises with their square (svm)
    c : penalty of a recording on the wrong side (svm)
    rounds : trees a class (boosting)
    learning_rate : what each tree adds (boosting)
    depth : levels of forks of a tree (boosting)
    leaf : recordings of a leaf at least (boosting)
    subsample : share of the recordings that a tree is grown from (boosting)
    columns : share of the values that a fork is chosen from (boosting)

    The names of the fields are part of the key of checkpoints and of model folders.
    """

    kind: ClassicalKind
    folds: int = 5
    most: int = 6000
    c: float = 1.0
    rounds: int = 150
    learning_rate: float = 0.08
    depth: int = 3
    leaf: int = 10
    subsample: float = 0.5
    columns: float = 0.15

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Refused(f"Classifier {self.kind!r} is not known: expected one of {', '.join(KINDS)}.")
        for name in ("folds", "most", "rounds", "depth", "leaf"):
            if getattr(self, name) < 1:
                raise Refused(f"{name}={getattr(self, name)} cannot be used: expected a whole number from 1.")
        if not (self.c > 0 and self.learning_rate > 0 and 0 < self.subsample <= 1 and 0 < self.columns <= 1):
            raise Refused(f"{self} cannot be used: expected c, learning rate > 0, subsample and columns in (0, 1].")


# Five folds over children, three seeds: within noise of half or twice the cost, and of 100 to 300 rounds
RECOMMENDED = MappingProxyType({kind: ClassicalSpec(kind) for kind in KINDS})


@dataclass(frozen=True)
class ClassicalTraining:
    """How a training went. seconds : from the features to the classifier; folds : of the calibration."""

    seconds: float
    folds: int
    n_training: int

    def as_dict(self) -> JsonObject:
        """As `course` in a model card, with the keys of a network's."""
        return {
            "seconds": self.seconds,
            "epochs": 0,
            "folds": self.folds,
            "n_training": self.n_training,
            "n_validation": 0,
        }


@dataclass(frozen=True)
class TrainedClassical:
    """A classifier with all that prediction needs.

    out_of_fold : [shape=(n, n_classes)] | None
        Of each recording that `train` was called with, p by a twin that had not met its child; NaN where there is none.
        Not saved in the folder.
    """

    spec: ClassicalSpec
    task: str
    seed: int
    preparation: Preparation
    scorer: Scorer
    calibration: Calibration
    course: ClassicalTraining
    out_of_fold: Float64Array | None = None

    def predict(self, features: Sequence[FloatArray]) -> Probabilities:
        """Probabilities of each recording, in their order; of none, empty arrays."""
        scores = self.scorer.score(prepared_rows(features, self.preparation))
        return to_probabilities(tasks.task(self.task), self.calibration.apply(scores[np.newaxis]))

    def save(self, folder: Path) -> None:
        """Write the two files of this module's first lines; the folder is created where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, FloatArray] = {field.name: getattr(self.scorer, field.name) for field in fields(self.scorer)}
        arrays |= {"mean": self.preparation.mean, "deviation": self.preparation.deviation}
        np.savez(folder / ARRAYS, allow_pickle=False, **arrays)
        (folder / JSON).write_text(json.dumps(self.as_dict(), indent=2) + "\n")

    def as_dict(self) -> JsonObject:
        """This classifier as a model card describes it."""
        return {
            "task": self.task,
            "seed": self.seed,
            "spec": asdict(self.spec),
            "calibration": asdict(self.calibration),
            "n_inputs": self.preparation.n_inputs,
            "n_parameters": self.scorer.n_parameters,
            "stride": self.preparation.stride,
            "is_sequence": self.preparation.is_sequence,
            "course": self.course.as_dict(),
            "versions": {name: version(name) for name in ("scikit-learn", "numpy", "scipy")},
        }


def load(folder: Path) -> TrainedClassical:
    """A classifier as `TrainedClassical.save` left it: its predictions are the same. Runs no code of the folder's.

    Raises
    ------
    NotFound
        The folder holds none.
    """
    if not (folder / JSON).is_file():
        raise NotFound(f"There is no trained classifier in {folder}.")
    saved = json.loads((folder / JSON).read_text())
    spec = ClassicalSpec(**saved["spec"])
    scorer_class = scorers.SCORERS[spec.kind]
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        preparation = Preparation(arrays["mean"], arrays["deviation"], saved["stride"], saved["is_sequence"])
        scorer = scorer_class(**{field.name: arrays[field.name] for field in fields(scorer_class)})
    weights = saved["calibration"]
    calibration = Calibration(tuple(weights["weights"]), tuple(weights["biases"]), weights["n"])
    course = ClassicalTraining(*(saved["course"][name] for name in ("seconds", "folds", "n_training")))
    return TrainedClassical(spec, saved["task"], saved["seed"], preparation, scorer, calibration, course)


def to_probabilities(task: Task, p: Float64Array) -> Probabilities:
    """Probabilities of labels from p of each class number [shape=(n, n_classes)]."""
    return tasks.probabilities(task, p[:, 1:] if task.n_outputs == 1 else p)


def prepared_rows(features: Sequence[FloatArray], preparation: Preparation) -> Float32Array:
    """Prepared rows [shape=(n, n_inputs)]: one row a recording, so they fit in memory however long it is."""
    prepared = inputs.prepare(features, PREPARATION_SPEC, preparation)
    return np.stack(list(prepared)) if len(prepared) else np.zeros((0, preparation.n_inputs), dtype=np.float32)
