"""The two networks of the paper: a fully connected one (DNN) and a recurrent one (RNN).

The input of a DNN is one row of numbers a recording, that of an RNN standardised frames, padded at the end of a batch
with rows of `PAD`; padded steps are masked in every recurrent layer and left out of the pooling, so nothing is learnt
from pads.

Source: section 3.2.2 of the paper: Adam, ReLU, learning rate 0.001, dropout 0.3; cross-entropy. The recurrent layers
are LSTM with their usual tanh, since ReLU in a recurrence overflows within hundreds of steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from core.errors import Refused
from core.learning.keras_types import KerasModel
from core.learning.tasks import Task

if TYPE_CHECKING:
    import keras

NetworkKind = Literal["dnn", "rnn"]
KINDS: tuple[NetworkKind, ...] = ("dnn", "rnn")

PAD = 1000.0  # standardised values are clipped far below this, so no frame equals a pad
NEVER = -1e9  # below every activation: what a pad counts for in a maximum


@dataclass(frozen=True)
class NetworkSpec:
    """Every number that shapes a network and its training. Changing one means training again.

    units, layers : neurons a hidden layer, and hidden layers (paper: 32 to 512, 2 to 12)
    learning_rate, dropout : the paper's
    input_noise : deviation of the noise added to standardised inputs while training (0: none)
    batch_size : recordings a step
    max_epochs, patience : training ends after `patience` epochs without a lower loss on validation, with
        the weights of the best epoch
    typical_steps : adjacent frames are averaged until a recording of median length has no more steps than this (RNN)

    The names of the fields are part of the key of checkpoints and of model folders.
    """

    kind: NetworkKind
    units: int = 64
    layers: int = 2
    learning_rate: float = 0.001
    dropout: float = 0.3
    input_noise: float = 0.0
    batch_size: int = 32
    max_epochs: int = 60
    patience: int = 10
    typical_steps: int = 100

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Refused(f"Network {self.kind!r} is not known: expected one of {', '.join(KINDS)}.")
        for name in ("units", "layers", "batch_size", "max_epochs", "patience", "typical_steps"):
            if getattr(self, name) < 1:
                raise Refused(f"{name}={getattr(self, name)} cannot be used: expected a whole number from 1.")
        if not (self.learning_rate > 0 and 0 <= self.dropout < 1 and self.input_noise >= 0):
            raise Refused(f"{self} cannot be used: expected learning rate > 0, dropout in [0, 1), input noise >= 0.")


RECOMMENDED: Mapping[NetworkKind, NetworkSpec] = MappingProxyType(
    {
        # Five folds over children, several seeds: within noise of 64 or 256 units, 3 layers, or more noise and dropout
        "dnn": NetworkSpec("dnn", units=128, layers=2, input_noise=0.3),
        # A step of a recurrence costs time whatever the batch holds: large batches, few steps. At twice the paper's
        # learning rate it is as good after 6 epochs as after 15
        "rnn": NetworkSpec(
            "rnn", units=64, layers=2, learning_rate=0.002, batch_size=64, max_epochs=30, patience=6, typical_steps=64
        ),
    }
)


def accepts_family(kind: str, *, is_sequence: bool) -> bool:
    """Whether a kind can be trained on a family: an RNN needs a row a frame, all others take one row a recording."""
    return is_sequence or kind != "rnn"


def build(spec: NetworkSpec, task: Task, *, n_inputs: int) -> KerasModel:
    """A Keras model with fresh weights, seeded by Keras' global seed; `compile_model` makes it ready to be trained.

    Parameters
    ----------
    n_inputs : int
        Numbers a recording (DNN) or a frame (RNN). Input is [n, n_inputs] or [n, steps, n_inputs].

    Returns
    -------
    keras.Model : output [n, task.n_outputs], softmax or logistic
    """
    import keras

    hidden = _dnn if spec.kind == "dnn" else _rnn
    inputs = keras.Input((n_inputs,) if spec.kind == "dnn" else (None, n_inputs))
    activation = "sigmoid" if task.n_outputs == 1 else "softmax"
    outputs = keras.layers.Dense(task.n_outputs, activation=activation)(hidden(inputs, spec))
    model: KerasModel = keras.Model(inputs, outputs)
    return model


def compile_model(model: KerasModel, spec: NetworkSpec, task: Task) -> None:
    """Give a model what training needs besides weights: Adam and the task's cross-entropy."""
    import keras

    loss = "binary_crossentropy" if task.n_outputs == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(spec.learning_rate), loss=loss)


def _dnn(inputs: keras.KerasTensor, spec: NetworkSpec) -> keras.KerasTensor:
    from keras import layers

    hidden = layers.GaussianNoise(spec.input_noise)(inputs) if spec.input_noise else inputs
    for _ in range(spec.layers):
        hidden = layers.Dense(spec.units, activation="relu")(hidden)
        hidden = layers.Dropout(spec.dropout)(hidden)
    return hidden


def _rnn(inputs: keras.KerasTensor, spec: NetworkSpec) -> keras.KerasTensor:
    """Average and maximum over the steps of the last recurrent layer, pads left out."""
    from keras import layers, ops

    hidden = layers.Masking(PAD)(inputs)
    hidden = layers.GaussianNoise(spec.input_noise)(hidden) if spec.input_noise else hidden
    for _ in range(spec.layers):
        hidden = layers.LSTM(spec.units, return_sequences=True)(hidden)
        hidden = layers.Dropout(spec.dropout)(hidden)
    is_step = ops.any(ops.not_equal(inputs, PAD), axis=-1, keepdims=True)
    weight = ops.cast(is_step, "float32")
    average = ops.sum(hidden * weight, axis=1) / ops.sum(weight, axis=1)
    maximum = ops.max(ops.where(is_step, hidden, NEVER), axis=1)
    return layers.Concatenate()([average, maximum])
