"""The epochs of one training: padded batches in, the weights of the best epoch and the losses of every epoch out.

Prepared recordings are read batch by batch from where they lie, so a training holds a few batches in memory and no
more, however many recordings there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Float32Array, FloatArray, IntArray
from core.domain.labels import Label
from core.learning import inputs, tasks, tensorflow_runtime
from core.learning.array_spool import ArraySpool, ArraySubset
from core.learning.inputs import Preparation
from core.learning.keras_types import KerasCallback, KerasModel
from core.learning.networks import NetworkSpec

if TYPE_CHECKING:
    import tensorflow as tf

OnEpoch = Callable[[int, int], None]
"""Called with (epochs done, epochs at most)."""

ShouldPrune = Callable[[Sequence[float]], bool]
"""The losses on validation so far, one an epoch -> whether the training shall end."""


@dataclass(frozen=True)
class TrainingCurve:
    """How a training went.

    epochs, best_epoch : epochs run, and the one (from 1) with whose weights the network ends
    seconds : from the features to the trained network, TensorFlow's import left out
    loss, validation_loss : one number an epoch; the second empty without validation recordings
    """

    epochs: int
    best_epoch: int
    seconds: float
    n_training: int
    n_validation: int
    loss: tuple[float, ...]
    validation_loss: tuple[float, ...]

    @property
    def seconds_per_epoch(self) -> float:
        return self.seconds / self.epochs


@dataclass(frozen=True)
class PreparedSplit:
    """Prepared recordings of one split, with their class numbers [shape=(n,)]."""

    rows: ArraySpool
    targets: IntArray

    @staticmethod
    def of(
        features: Sequence[FloatArray],
        labels: Sequence[Label],
        indices: list[int],
        spec: NetworkSpec,
        preparation: Preparation,
        task: tasks.Task,
    ) -> PreparedSplit:
        """The recordings at some indices, prepared."""
        rows = inputs.prepare(ArraySubset(features, indices), spec, preparation)
        return PreparedSplit(rows, tasks.targets(task, [labels[index] for index in indices]))


@dataclass(frozen=True)
class EpochCallbacks:
    """What is called after every epoch, and may end the training."""

    on_epoch: OnEpoch | None
    should_prune: ShouldPrune | None

    def callback(self, max_epochs: int) -> KerasCallback:
        """A keras.callbacks.Callback that calls both."""
        import keras

        losses: list[float] = []

        def on_epoch_end(epoch: int, logs: dict[str, float]) -> None:
            if self.on_epoch:
                self.on_epoch(epoch + 1, max_epochs)
            losses.append(float(logs.get("val_loss", logs["loss"])))
            if self.should_prune and self.should_prune(losses):
                callback.model.stop_training = True

        callback: KerasCallback = keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end)
        return callback


def fit(
    model: KerasModel,
    training: PreparedSplit,
    validation: PreparedSplit,
    spec: NetworkSpec,
    *,
    seed: int,
    callbacks: EpochCallbacks,
    start: float,
) -> TrainingCurve:
    """Train until the loss on validation has not fallen for `spec.patience` epochs; the weights of the best epoch stay.

    Parameters
    ----------
    model : compiled; its weights change
    seed : draws the order of the recordings
    start : of `time.perf_counter`, from when the seconds are counted
    """
    import keras

    has_validation = bool(len(validation.rows))
    early_stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss" if has_validation else "loss", patience=spec.patience, restore_best_weights=True
    )
    history = model.fit(
        _dataset(training, spec.batch_size, np.random.default_rng(seed)),
        validation_data=_dataset(validation, spec.batch_size, None) if has_validation else None,
        epochs=spec.max_epochs,
        shuffle=False,  # the batches come in an order of their own
        callbacks=[early_stopping, callbacks.callback(spec.max_epochs)],
        verbose=0,
    ).history
    return TrainingCurve(
        epochs=len(history["loss"]),
        best_epoch=early_stopping.best_epoch + 1,
        seconds=time.perf_counter() - start,
        n_training=len(training.rows),
        n_validation=len(validation.rows),
        loss=tuple(map(float, history["loss"])),
        validation_loss=tuple(map(float, history.get("val_loss", ()))),
    )


def _dataset(split: PreparedSplit, batch_size: int, rng: np.random.Generator | None) -> tf.data.Dataset:
    """Padded batches of (rows, targets); their signature leaves the number of steps open."""
    tf = tensorflow_runtime.prepare()
    lengths = split.rows.lengths

    def generate() -> Iterator[tuple[Float32Array, Float32Array]]:
        for group in inputs.batches(lengths, batch_size, rng):
            yield inputs.padded([split.rows[index] for index in group]), split.targets[group].astype(np.float32)

    first_shape = split.rows.shapes[0]
    shape = (None,) * len(first_shape) + (first_shape[-1],)
    signature = (tf.TensorSpec(shape, tf.float32), tf.TensorSpec((None,), tf.float32))
    count = len(inputs.batches(lengths, batch_size, np.random.default_rng(0) if rng else None))
    dataset = tf.data.Dataset.from_generator(generate, output_signature=signature)
    return dataset.apply(tf.data.experimental.assert_cardinality(count)).prefetch(2)
