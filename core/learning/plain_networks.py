"""Trained networks that predict by NumPy alone: what `training` saved, without TensorFlow and its seconds and memory.

For one recording at a time, as a scorer decides. The result is that of Keras but for the last digits of float32; a test
holds the two together. An LSTM's gates stand in the order input, forget, cell, output, as Keras keeps them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.errors import NotFound
from core.learning import inputs, tasks
from core.learning.calibration import softmax
from core.learning.inputs import Preparation
from core.learning.networks import NetworkSpec
from core.learning.tasks import Probabilities

WEIGHTS, DOCUMENT, PREPARATION = "network.weights.h5", "network.json", "preparation.npz"


@dataclass(frozen=True)
class Dense:
    """kernel : [shape=(n_inputs, n_units)]; bias : [shape=(n_units,)]"""

    kernel: Float32Array
    bias: Float32Array

    def __call__(self, rows: FloatArray) -> FloatArray:
        output: FloatArray = rows @ self.kernel + self.bias
        return output


@dataclass(frozen=True)
class Lstm:
    """kernel : [shape=(n_inputs, 4 * n_units)]; recurrent : [shape=(n_units, 4 * n_units)]; bias : [4 * n_units]"""

    kernel: Float32Array
    recurrent: Float32Array
    bias: Float32Array

    def __call__(self, steps: FloatArray) -> FloatArray:
        """The state after every step [shape=(n_steps, n_units)]."""
        driven = steps @ self.kernel + self.bias
        n_units = len(self.recurrent)
        state, cell = np.zeros(n_units, np.float32), np.zeros(n_units, np.float32)
        states = np.empty((len(steps), n_units), np.float32)
        for number, step in enumerate(driven):
            entering, forgetting, fresh, leaving = np.split(step + state @ self.recurrent, 4)
            cell = _logistic(forgetting) * cell + _logistic(entering) * np.tanh(fresh)
            state = _logistic(leaving) * np.tanh(cell)
            states[number] = state
        return states


@dataclass(frozen=True)
class PlainNetwork:
    """A network with all that prediction needs; `predict` is that of `training.TrainedNetwork`."""

    spec: NetworkSpec
    task: str
    preparation: Preparation
    recurrent: tuple[Lstm, ...]
    dense: tuple[Dense, ...]

    def predict(self, features: Sequence[FloatArray]) -> Probabilities:
        """Probabilities of each recording, in their order."""
        task = tasks.task(self.task)
        prepared = inputs.prepare(features, self.spec, self.preparation)
        output = np.zeros((len(prepared), task.n_outputs))
        for number, rows in enumerate(prepared):
            output[number] = self._output(rows)
        return tasks.probabilities(task, output)

    def _output(self, rows: FloatArray) -> FloatArray:
        hidden = rows
        for layer in self.recurrent:
            hidden = layer(hidden)
        if self.recurrent:
            hidden = np.concatenate([hidden.mean(axis=0), hidden.max(axis=0)])
        for dense in self.dense[:-1]:
            hidden = np.maximum(dense(hidden), 0.0)
        logits = self.dense[-1](hidden)
        return _logistic(logits) if len(logits) == 1 else np.asarray(softmax(logits.astype(np.float64)))


def load(folder: Path) -> PlainNetwork:
    """A network as `training.TrainedNetwork.save` left it.

    Raises
    ------
    NotFound
        The folder holds none.
    """
    if not (folder / DOCUMENT).is_file():
        raise NotFound(f"There is no trained network in {folder}.")
    import h5py

    saved = json.loads((folder / DOCUMENT).read_text())
    spec = NetworkSpec(**saved["spec"])
    with np.load(folder / PREPARATION) as arrays:
        preparation = Preparation(arrays["mean"], arrays["deviation"], saved["stride"], saved["is_sequence"])
    with h5py.File(folder / WEIGHTS) as file:
        layers = file["layers"]
        lstm = [_arrays(layers[name]["cell"]["vars"]) for name in _names(layers, "lstm")]
        dense = [_arrays(layers[name]["vars"]) for name in _names(layers, "dense")]
    return PlainNetwork(
        spec,
        saved["task"],
        preparation,
        tuple(Lstm(*arrays) for arrays in lstm),
        tuple(Dense(*arrays) for arrays in dense),
    )


def _names(layers: object, kind: str) -> list[str]:
    """Keras numbers layers of a kind in the order in which data passes them: `dense`, `dense_1`, `dense_10`."""
    names = [str(name) for name in layers if str(name).partition("_")[0] == kind]  # type: ignore[attr-defined]
    return sorted(names, key=lambda name: int(name.partition("_")[2] or 0))


def _arrays(group: object) -> list[Float32Array]:
    return [np.asarray(group[name], np.float32) for name in sorted(group, key=int)]  # type: ignore[index, call-overload]


def _logistic(values: FloatArray) -> FloatArray:
    """Without overflow."""
    half: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * values))
    return half
