"""Every kind of classifier by its name, trained, kept and taken out of a folder by the same words.

dnn and rnn are the paper's networks (`training`); svm and boosting have no epochs (`classical`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from core.domain.labels import Label
from core.errors import NotFound, Refused
from core.learning import classical, networks, training
from core.learning.classical import ClassicalSpec, TrainedClassical
from core.learning.fitting import OnEpoch
from core.learning.networks import NetworkSpec
from core.learning.training import TrainedNetwork

Kind = Literal["dnn", "rnn", "svm", "boosting"]
KINDS: tuple[Kind, ...] = (*networks.KINDS, *classical.KINDS)
IN_WORDS = {"dnn": "DNN", "rnn": "RNN", "svm": "SVM", "boosting": "boosting"}

Spec = NetworkSpec | ClassicalSpec
TrainedOne = TrainedNetwork | TrainedClassical


def default_spec(kind: str) -> Spec:
    """The numbers that a kind is trained with unless others are asked for."""
    every: dict[str, Spec] = dict(networks.RECOMMENDED.items()) | dict(classical.RECOMMENDED.items())
    if kind not in every:
        raise Refused(f"Network {kind!r} is not known: expected one of {', '.join(KINDS)}.")
    return every[kind]


def train(
    features: Sequence[np.ndarray],
    labels: Sequence[Label],
    is_validation: np.ndarray,
    *,
    children: Sequence[str],
    spec: Spec,
    task: str,
    seed: int,
    on_epoch: OnEpoch | None = None,
) -> TrainedOne:
    """Train what the spec describes; see `training.train` and `classical.train`."""
    if isinstance(spec, NetworkSpec):
        return training.train(features, labels, is_validation, spec=spec, task=task, seed=seed, on_epoch=on_epoch)
    return classical.train(
        features, labels, is_validation, children=children, spec=spec, task=task, seed=seed, on_epoch=on_epoch
    )


def load(folder: Path) -> TrainedOne:
    """What lies in a folder; NotFound when that is nothing trained."""
    if (folder / classical.JSON).is_file():
        return classical.load(folder)
    if not folder.is_dir():
        raise NotFound(f"There is no trained network in {folder}.")
    return training.load(folder)
