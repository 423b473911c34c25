"""Every kind of classifier by its name, trained, saved and loaded by the same functions.

dnn and rnn are the paper's networks (`training`); svm and boosting have no epochs (`classical`, `classical_training`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from core.arrays import BoolArray, FloatArray
from core.domain.json_types import JsonObject
from core.domain.labels import Label
from core.errors import NotFound, Refused
from core.learning import classical, classical_training, networks, training
from core.learning.classical import ClassicalSpec
from core.learning.fitting import OnEpoch
from core.learning.inputs import Preparation
from core.learning.networks import NetworkSpec
from core.learning.tasks import Probabilities

ClassifierKind = Literal["dnn", "rnn", "svm", "boosting"]
KINDS: tuple[ClassifierKind, ...] = (*networks.KINDS, *classical.KINDS)

EstimatorSpec = NetworkSpec | ClassicalSpec

TRAINING_VERSIONS: Mapping[ClassifierKind, int] = MappingProxyType({"dnn": 1, "rnn": 1, "svm": 1, "boosting": 1})
"""Of the code that trains each kind, from the features to what it predicts. Raise a kind's when the same data, numbers
and seed give another classifier than before: it is then trained again. The golden figures hold it to that."""


class Predictor(Protocol):
    """What decides: a fitted classifier of any kind, or `plain_networks.PlainNetwork`."""

    def predict(self, features: Sequence[FloatArray]) -> Probabilities:
        """Probabilities of each recording, in their order; of none, empty arrays."""
        ...


class TrainedClassifier(Predictor, Protocol):
    """One fitted classifier of any kind: `training.TrainedNetwork` or `classical.TrainedClassical`."""

    @property
    def task(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def preparation(self) -> Preparation: ...
    def save(self, folder: Path) -> None:
        """Write it to a folder, from which `load` gives it back."""
        ...

    def as_dict(self) -> JsonObject:
        """This classifier as a model card describes it."""
        ...


def default_spec(kind: str) -> EstimatorSpec:
    """The numbers that a kind is trained with where none are chosen; Refused for an unknown kind."""
    specs: dict[str, EstimatorSpec] = dict(networks.RECOMMENDED.items()) | dict(classical.RECOMMENDED.items())
    if kind not in specs:
        raise Refused(f"Classifier {kind!r} is not known: expected one of {', '.join(KINDS)}.")
    return specs[kind]


def train(
    features: Sequence[FloatArray],
    labels: Sequence[Label],
    is_validation: BoolArray,
    *,
    children: Sequence[str],
    spec: EstimatorSpec,
    task: str,
    seed: int,
    on_epoch: OnEpoch | None = None,
) -> TrainedClassifier:
    """Train what the spec describes; see `training.train` and `classical_training.train`."""
    if isinstance(spec, NetworkSpec):
        return training.train(features, labels, is_validation, spec=spec, task=task, seed=seed, on_epoch=on_epoch)
    return classical_training.train(
        features, labels, is_validation, children=children, spec=spec, task=task, seed=seed, on_epoch=on_epoch
    )


def load(folder: Path) -> TrainedClassifier:
    """The classifier in a folder; NotFound when it holds none."""
    if (folder / classical.JSON).is_file():
        return classical.load(folder)
    if not folder.is_dir():
        raise NotFound(f"There is no trained classifier in {folder}.")
    return training.load(folder)
