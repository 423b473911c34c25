"""Classifiers without epochs: a support vector machine and boosted trees, trained, asked and kept as networks are.

They eat what a DNN eats: one standardised row of numbers a recording. Their scores become probabilities by a
calibration that is learnt across folds of the training children (`cross_fitting`), so validation recordings teach
nothing here and stay as good for choosing a threshold as for a network.

A folder holds `classical.json` (spec, task, calibration, how training went, versions) and `arrays.npz`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from core.domain.labels import Label
from core.errors import NotFound, Refused
from core.learning import cross_fitting, inputs, scorers, tasks
from core.learning.array_spool import ArraySubset
from core.learning.calibration import Calibration
from core.learning.inputs import Preparation
from core.learning.networks import NetworkSpec
from core.learning.scorers import Scorer
from core.learning.tasks import Probabilities, Task

Kind = Literal["svm", "boosting"]
KINDS: tuple[Kind, ...] = ("svm", "boosting")
JSON, ARRAYS = "classical.json", "arrays.npz"
AS_A_DNN = NetworkSpec("dnn")  # whose preparation these share

OnEpoch = Callable[[int, int], None]


@dataclass(frozen=True)
class ClassicalSpec:
    """Every number that shapes one of the two and its training. Changing one means training again.

    folds : of the training children, to learn the calibration
    most : recordings to learn from; of more, so many are drawn, as the cost rises with their square (svm)
    c : what a recording on the wrong side costs (svm)
    rounds, learning_rate, depth, leaf : trees a class, what each adds, its forks, recordings a leaf at least (boosting)
    subsample, columns : shares of the recordings a tree, and of the values a fork, is drawn from (boosting)
    """

    kind: Kind
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
class TrainedClassical:
    """A classifier with everything that it needs to answer.

    out_of_fold : np.ndarray [shape=(n, n_classes)] | None
        Of each recording given to `train`, p by a twin that had not met its child; NaN where there is none. Not kept
        in the folder.
    """

    spec: ClassicalSpec
    task: str
    seed: int
    preparation: Preparation
    scorer: Scorer
    calibration: Calibration
    course: dict[str, Any]
    out_of_fold: np.ndarray | None = None

    def predict(self, features: Sequence[np.ndarray]) -> Probabilities:
        """Probabilities of each recording, in the order given; of none, empty arrays."""
        scores = self.scorer.score(_rows(features, self.preparation))
        return to_probabilities(tasks.task(self.task), self.calibration.apply(scores[np.newaxis]))

    def save(self, folder: Path) -> None:
        """Write the two files of this module's first lines; the folder is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {one.name: getattr(self.scorer, one.name) for one in fields(self.scorer)}
        np.savez(folder / ARRAYS, mean=self.preparation.mean, deviation=self.preparation.deviation, **arrays)
        (folder / JSON).write_text(json.dumps(self.as_dict(), indent=2) + "\n")

    def as_dict(self) -> dict[str, Any]:
        """What a model card says of this classifier."""
        return {
            "task": self.task,
            "seed": self.seed,
            "spec": asdict(self.spec),
            "calibration": asdict(self.calibration),
            "n_inputs": self.preparation.n_inputs,
            "n_parameters": self.scorer.n_parameters,
            "stride": self.preparation.stride,
            "is_sequence": self.preparation.is_sequence,
            "course": self.course,
            "versions": {name: version(name) for name in ("scikit-learn", "numpy", "scipy")},
        }


def train(
    features: Sequence[np.ndarray],
    labels: Sequence[Label],
    is_validation: np.ndarray,
    *,
    children: Sequence[str],
    spec: ClassicalSpec,
    task: str,
    seed: int,
    on_epoch: OnEpoch | None = None,
) -> TrainedClassical:
    """Train a classifier on the recordings that are not for validation, and its calibration across their children.

    Parameters
    ----------
    features, labels, is_validation : as for a network (`training.train`)
    children : the child of each recording
    on_epoch : called with (folds done, folds at most), the whole counted as one; what it raises comes out here

    Raises
    ------
    Refused
        When the task's classes are not all among the training recordings, or the features cannot be used.
    """
    if not len(features) == len(labels) == len(is_validation) == len(children):
        raise Refused(f"{len(features)} features, {len(labels)} labels, {len(children)} children: expected as many.")
    asked = tasks.task(task)
    start = time.perf_counter()
    which = _drawn(np.flatnonzero(tasks.is_used(asked, labels) & ~is_validation), spec.most, seed)
    used, taught = ArraySubset(features, which), [labels[index] for index in which]
    tasks.check_classes(asked, taught)
    targets = tasks.targets(asked, taught)
    told = on_epoch or (lambda done, at_most: None)
    learnt = cross_fitting.cross_fit(
        lambda some, others: _scores_of(used, targets, some, others, spec, seed),
        targets,
        [children[index] for index in which],
        taught,
        n_folds=spec.folds,
        seed=seed,
        on_fold=lambda done, at_most: told(done, at_most + 1),
    )
    preparation, scorer = _fit(used, targets, spec, seed)
    told(learnt.n_folds + 1, learnt.n_folds + 1)
    out_of_fold = np.full((len(labels), asked.n_classes), np.nan)
    out_of_fold[which] = learnt.p
    course = {
        "seconds": time.perf_counter() - start,
        "epochs": 0,
        "folds": learnt.n_folds,
        "n_training": len(which),
        "n_validation": 0,
    }
    return TrainedClassical(spec, task, seed, preparation, scorer, learnt.calibration, course, out_of_fold)


def load(folder: Path) -> TrainedClassical:
    """A classifier as `TrainedClassical.save` left it: its predictions are the same. Runs no code of the folder's."""
    if not (folder / JSON).is_file():
        raise NotFound(f"There is no trained classifier in {folder}.")
    said = json.loads((folder / JSON).read_text())
    spec = ClassicalSpec(**said["spec"])
    kind = scorers.SCORERS[spec.kind]
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        preparation = Preparation(arrays["mean"], arrays["deviation"], said["stride"], said["is_sequence"])
        scorer = kind(**{one.name: arrays[one.name] for one in fields(kind)})
    known = said["calibration"]
    found = Calibration(tuple(known["weights"]), tuple(known["biases"]), known["n"])
    return TrainedClassical(spec, said["task"], said["seed"], preparation, scorer, found, said["course"])


def to_probabilities(task: Task, p: np.ndarray) -> Probabilities:
    """What p of each class number [shape=(n, n_classes)] means."""
    return tasks.probabilities(task, p[:, 1:] if task.n_outputs == 1 else p)


def _fit(
    features: Sequence[np.ndarray], targets: np.ndarray, spec: ClassicalSpec, seed: int
) -> tuple[Preparation, Scorer]:
    preparation = inputs.fit_preparation(features, AS_A_DNN)
    rows = _rows(features, preparation)
    if spec.kind == "svm":
        return preparation, scorers.fit_support_vectors(rows, targets, c=spec.c)
    numbers = {
        "n_estimators": spec.rounds,
        "learning_rate": spec.learning_rate,
        "max_depth": spec.depth,
        "min_samples_leaf": spec.leaf,
        "subsample": spec.subsample,
        "max_features": spec.columns,
    }
    return preparation, scorers.fit_trees(rows, targets, seed=seed, **numbers)


def _scores_of(
    features: Sequence[np.ndarray],
    targets: np.ndarray,
    some: np.ndarray,
    others: np.ndarray,
    spec: ClassicalSpec,
    seed: int,
) -> np.ndarray:
    """Scores of others by a twin that learnt from some: its preparation, too, knows those alone."""
    preparation, scorer = _fit(ArraySubset(features, list(some)), targets[some], spec, seed)
    return scorer.score(_rows(ArraySubset(features, list(others)), preparation))


def _rows(features: Sequence[np.ndarray], preparation: Preparation) -> np.ndarray:
    """Prepared rows [shape=(n, n_inputs), float32]: one a recording, so they fit in memory however long it is."""
    prepared = inputs.prepare(features, AS_A_DNN, preparation)
    return np.stack(list(prepared)) if len(prepared) else np.zeros((0, preparation.n_inputs), dtype=np.float32)


def _drawn(which: np.ndarray, most: int, seed: int) -> list[int]:
    """At most so many of the places, by chance, in their order."""
    if len(which) > most:
        which = np.sort(np.random.default_rng(seed).choice(which, most, replace=False))
    return [int(index) for index in which]
