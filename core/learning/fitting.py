"""The epochs of one training: padded batches in, the weights of the best epoch and the course of the losses out.

Prepared recordings are read batch by batch from where they lie, so a training holds a few batches in memory and no
more, however many recordings there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain.labels import Label
from core.learning import inputs, tasks, tensorflow_runtime
from core.learning.array_spool import ArraySpool, ArraySubset
from core.learning.inputs import Preparation
from core.learning.networks import NetworkSpec

OnEpoch = Callable[[int, int], None]
IsHopeless = Callable[[Sequence[float]], bool]


@dataclass(frozen=True)
class TrainingCurve:
    """How a training went.

    epochs, best_epoch : epochs run, and the one (from 1) whose weights were kept
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
    """Prepared recordings of one split, with their class numbers."""

    rows: ArraySpool
    targets: np.ndarray

    @staticmethod
    def of(
        features: Sequence[np.ndarray],
        labels: Sequence[Label],
        which: list[int],
        spec: NetworkSpec,
        preparation: Preparation,
        task: tasks.Task,
    ) -> PreparedSplit:
        rows = inputs.prepare(ArraySubset(features, which), spec, preparation)
        return PreparedSplit(rows, tasks.targets(task, [labels[index] for index in which]))


@dataclass(frozen=True)
class EpochCallbacks:
    """Who hears of every epoch, and may end the training."""

    on_epoch: OnEpoch | None
    is_hopeless: IsHopeless | None

    def callback(self, max_epochs: int) -> Any:
        import keras

        losses: list[float] = []

        def on_epoch_end(epoch: int, logs: dict[str, float]) -> None:
            if self.on_epoch:
                self.on_epoch(epoch + 1, max_epochs)
            losses.append(float(logs.get("val_loss", logs["loss"])))
            if self.is_hopeless and self.is_hopeless(losses):
                callback.model.stop_training = True

        callback = keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end)
        return callback


def fit(
    model: Any,
    training: PreparedSplit,
    validation: PreparedSplit,
    spec: NetworkSpec,
    *,
    seed: int,
    told: EpochCallbacks,
    start: float,
) -> TrainingCurve:
    import keras

    has_validation = bool(len(validation.rows))
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss" if has_validation else "loss", patience=spec.patience, restore_best_weights=True
    )
    history = model.fit(
        _dataset(training, spec.batch_size, np.random.default_rng(seed)),
        validation_data=_dataset(validation, spec.batch_size, None) if has_validation else None,
        epochs=spec.max_epochs,
        shuffle=False,  # the batches come in an order of their own
        callbacks=[stop, told.callback(spec.max_epochs)],
        verbose=0,
    ).history
    return TrainingCurve(
        epochs=len(history["loss"]),
        best_epoch=stop.best_epoch + 1,
        seconds=time.perf_counter() - start,
        n_training=len(training.rows),
        n_validation=len(validation.rows),
        loss=tuple(map(float, history["loss"])),
        validation_loss=tuple(map(float, history.get("val_loss", ()))),
    )


def _dataset(part: PreparedSplit, batch_size: int, rng: np.random.Generator | None) -> Any:
    """Padded batches as a tf.data dataset whose signature leaves the number of steps open."""
    tf = tensorflow_runtime.prepare()
    lengths = part.rows.lengths

    def generate() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for group in inputs.batches(lengths, batch_size, rng):
            yield inputs.padded([part.rows[index] for index in group]), part.targets[group].astype(np.float32)

    first = part.rows.shapes[0]
    shape = (None,) * len(first) + (first[-1],)
    signature = (tf.TensorSpec(shape, tf.float32), tf.TensorSpec((None,), tf.float32))
    count = len(inputs.batches(lengths, batch_size, np.random.default_rng(0) if rng else None))
    dataset = tf.data.Dataset.from_generator(generate, output_signature=signature)
    return dataset.apply(tf.data.experimental.assert_cardinality(count)).prefetch(2)
