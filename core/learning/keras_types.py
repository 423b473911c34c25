"""What is used of Keras' objects, as types: Keras and TensorFlow carry none, and are imported inside functions only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from core.arrays import Float32Array


class Tensor(Protocol):
    """A result of TensorFlow; `numpy` copies it out."""

    def numpy(self) -> Float32Array: ...


class KerasHistory(Protocol):
    """What `KerasModel.fit` gives: each figure by its name, one value an epoch."""

    history: Mapping[str, Sequence[float]]


class KerasModel(Protocol):
    """A keras.Model."""

    input_shape: tuple[int | None, ...]
    stop_training: bool

    def __hash__(self) -> int: ...
    def __call__(self, batch: object, *, training: bool) -> Tensor: ...
    def compile(self, *, optimizer: object, loss: str) -> None: ...
    def fit(
        self,
        x: object,
        *,
        validation_data: object,
        epochs: int,
        shuffle: bool,
        callbacks: Sequence[object],
        verbose: int,
    ) -> KerasHistory: ...
    def count_params(self) -> int: ...
    def get_weights(self) -> list[Float32Array]: ...
    def set_weights(self, weights: list[Float32Array]) -> None: ...
    def save_weights(self, path: Path) -> None: ...
    def load_weights(self, path: Path) -> None: ...


class KerasCallback(Protocol):
    """A keras.callbacks.Callback; Keras sets `model` when the training begins."""

    model: KerasModel


Predictor = Callable[[Float32Array], Tensor]
"""A model as one traced function: a padded batch to [shape=(n, n_outputs)]."""
