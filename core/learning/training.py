"""Train one network, ask it, keep it in a folder and take it out again.

The same features, labels, spec, task and seed give the same probabilities, in this process and in another one on the
same machine (`runtime`). Training recordings teach the weights and the preparation; validation recordings only say
when to stop, and the weights of the best epoch are kept. Nothing else is ever looked at.

A folder holds `network.json` (spec, task, preparation's numbers, how training went, versions), `preparation.npz` and
`network.weights.h5`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import NotFound, Refused
from core.labels import Label
from core.learning import inputs, networks, runtime, tasks
from core.learning.inputs import Preparation
from core.learning.networks import NetworkSpec
from core.learning.tasks import Probabilities

PREDICTED_AT_ONCE = 64

OnEpoch = Callable[[int, int], None]


@dataclass(frozen=True)
class Course:
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
class TrainedNetwork:
    """A network with everything that it needs to answer; `model` is a keras.Model."""

    spec: NetworkSpec
    task: str
    seed: int
    preparation: Preparation
    course: Course
    model: Any

    def predict(self, features: Sequence[np.ndarray]) -> Probabilities:
        """Probabilities of each recording, in the order given; of none, empty arrays."""
        rows = inputs.prepare(features, self.spec, self.preparation)
        task = tasks.task(self.task)
        output = np.zeros((len(rows), task.n_outputs))
        answer = _answering(self.model)
        for group in inputs.batches(_lengths(rows), PREDICTED_AT_ONCE, None):
            output[group] = answer(inputs.padded([rows[index] for index in group])).numpy()
        return tasks.probabilities(task, output)

    def save(self, folder: Path) -> None:
        """Write the three files of this module's first lines; the folder is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(folder / "network.weights.h5")
        np.savez(folder / "preparation.npz", mean=self.preparation.mean, deviation=self.preparation.deviation)
        (folder / "network.json").write_text(json.dumps(self.as_dict(), indent=2) + "\n")

    def as_dict(self) -> dict[str, Any]:
        """What a model card says of this network."""
        return {
            "task": self.task,
            "seed": self.seed,
            "spec": asdict(self.spec),
            "n_inputs": self.preparation.n_inputs,
            "stride": self.preparation.stride,
            "is_sequence": self.preparation.is_sequence,
            "course": asdict(self.course) | {"seconds_per_epoch": self.course.seconds_per_epoch},
            "versions": runtime.versions(),
        }


def train(
    features: Sequence[np.ndarray],
    labels: Sequence[Label],
    is_validation: np.ndarray,
    *,
    spec: NetworkSpec,
    task: str,
    seed: int,
    on_epoch: OnEpoch | None = None,
) -> TrainedNetwork:
    """Train a network on the recordings that are not for validation.

    Parameters
    ----------
    features : n arrays of one family, [shape=(n_values,)] or [shape=(n_frames, n_values)]
    labels : n labels; recordings whose label the task does not use are left out
    is_validation : np.ndarray [shape=(n,), bool]
        Without any, training goes by the loss on the training recordings themselves.
    on_epoch : called with (epochs done, epochs at most) after each; what it raises ends the training and comes out here

    Raises
    ------
    Refused
        When the task's classes are not all among the training recordings, or the features cannot be used.
    """
    if not len(features) == len(labels) == len(is_validation):
        raise Refused(f"{len(features)} features, {len(labels)} labels, {len(is_validation)} marks: expected as many.")
    asked = tasks.task(task)
    runtime.seed_everything(seed)
    start = time.perf_counter()
    used = tasks.is_used(asked, labels)
    training, validation = _which(used & ~is_validation), _which(used & is_validation)
    _check_classes(asked, [labels[index] for index in training])
    preparation = inputs.measure([features[index] for index in training], spec)
    parts = [_Part.of(features, labels, part, spec, preparation, asked) for part in (training, validation)]
    model = networks.build(spec, asked, n_inputs=preparation.n_inputs)
    networks.compile_for(model, spec, asked)
    course = _fit(model, parts[0], parts[1], spec, seed=seed, on_epoch=on_epoch, start=start)
    # The weights alone: what Adam remembers of the training is of no use to anyone who asks
    plain = networks.build(spec, asked, n_inputs=preparation.n_inputs)
    plain.set_weights(model.get_weights())
    return TrainedNetwork(spec, task, seed, preparation, course, plain)


def load(folder: Path) -> TrainedNetwork:
    """A network as `TrainedNetwork.save` left it: its predictions are the same."""
    if not (folder / "network.json").is_file():
        raise NotFound(f"There is no trained network in {folder}.")
    said = json.loads((folder / "network.json").read_text())
    with np.load(folder / "preparation.npz") as arrays:
        preparation = Preparation(arrays["mean"], arrays["deviation"], said["stride"], said["is_sequence"])
    spec = NetworkSpec(**said["spec"])
    kept = {name: value for name, value in said["course"].items() if name != "seconds_per_epoch"}
    course = Course(**kept | {name: tuple(kept[name]) for name in ("loss", "validation_loss")})
    runtime.prepare()
    model = networks.build(spec, tasks.task(said["task"]), n_inputs=preparation.n_inputs)
    model.load_weights(folder / "network.weights.h5")
    return TrainedNetwork(spec, said["task"], said["seed"], preparation, course, model)


@dataclass(frozen=True)
class _Part:
    """Prepared recordings of one split, with their class numbers."""

    rows: list[np.ndarray]
    targets: np.ndarray

    @staticmethod
    def of(
        features: Sequence[np.ndarray],
        labels: Sequence[Label],
        which: list[int],
        spec: NetworkSpec,
        preparation: Preparation,
        task: tasks.Task,
    ) -> _Part:
        rows = inputs.prepare([features[index] for index in which], spec, preparation)
        return _Part(rows, tasks.targets(task, [labels[index] for index in which]))


def _fit(
    model: Any,
    training: _Part,
    validation: _Part,
    spec: NetworkSpec,
    *,
    seed: int,
    on_epoch: OnEpoch | None,
    start: float,
) -> Course:
    import keras

    has_validation = bool(len(validation.rows))
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss" if has_validation else "loss", patience=spec.patience, restore_best_weights=True
    )
    tell = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, _: on_epoch(epoch + 1, spec.max_epochs) if on_epoch else None
    )
    history = model.fit(
        _dataset(training, spec.batch_size, np.random.default_rng(seed)),
        validation_data=_dataset(validation, spec.batch_size, None) if has_validation else None,
        epochs=spec.max_epochs,
        shuffle=False,  # the batches come in an order of their own
        callbacks=[stop, tell],
        verbose=0,
    ).history
    return Course(
        epochs=len(history["loss"]),
        best_epoch=stop.best_epoch + 1,
        seconds=time.perf_counter() - start,
        n_training=len(training.rows),
        n_validation=len(validation.rows),
        loss=tuple(map(float, history["loss"])),
        validation_loss=tuple(map(float, history.get("val_loss", ()))),
    )


@lru_cache(maxsize=8)
def _answering(model: Any) -> Any:
    """The model as one traced function for any number of recordings and steps: a recurrence is slow otherwise."""
    tf = runtime.prepare()
    signature = [tf.TensorSpec(model.input_shape, tf.float32)]
    return tf.function(lambda batch: model(batch, training=False), input_signature=signature)


def _dataset(part: _Part, batch_size: int, rng: np.random.Generator | None) -> Any:
    """Padded batches as a tf.data dataset whose signature leaves the number of steps open."""
    tf = runtime.prepare()
    lengths = _lengths(part.rows)

    def generate() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for group in inputs.batches(lengths, batch_size, rng):
            yield inputs.padded([part.rows[index] for index in group]), part.targets[group].astype(np.float32)

    shape = (None,) * part.rows[0].ndim + (part.rows[0].shape[-1],)
    signature = (tf.TensorSpec(shape, tf.float32), tf.TensorSpec((None,), tf.float32))
    count = len(inputs.batches(lengths, batch_size, np.random.default_rng(0) if rng else None))
    dataset = tf.data.Dataset.from_generator(generate, output_signature=signature)
    return dataset.apply(tf.data.experimental.assert_cardinality(count)).prefetch(2)


def _which(is_chosen: np.ndarray) -> list[int]:
    return [int(index) for index in np.flatnonzero(is_chosen)]


def _lengths(rows: Sequence[np.ndarray]) -> np.ndarray:
    return np.array([len(one) if one.ndim == 2 else 1 for one in rows], dtype=np.int64)


def _check_classes(task: tasks.Task, labels: list[Label]) -> None:
    there = {task.targets[label] for label in labels}
    missing = [label for label, number in task.targets.items() if number not in there]
    if missing:
        words = " or ".join(missing)
        raise Refused(f"No training recording is labelled {words}: the task {task.name} needs some of each class.")
