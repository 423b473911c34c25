"""Train one network, predict with it, save it to a folder and load it again.

The same features, labels, spec, task and seed give the same probabilities, in this process and in another one on the
same machine (`tensorflow_runtime`). Weights and preparation are learnt from training recordings; validation recordings
only decide when to stop, and the weights of the best epoch remain. Nothing else is ever looked at. A process runs one
training at a time: the random numbers that it is seeded by are the process's.

A folder holds `network.json` (spec, task, preparation's numbers, how training went, versions), `preparation.npz` and
`network.weights.h5`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.arrays import BoolArray, FloatArray
from core.domain.json_types import JsonObject
from core.domain.labels import Label
from core.errors import NotFound, Refused
from core.learning import fitting, inputs, networks, tasks, tensorflow_runtime
from core.learning.array_spool import ArraySubset
from core.learning.fitting import EpochCallbacks, OnEpoch, PreparedSplit, ShouldPrune, TrainingCurve
from core.learning.inputs import Preparation
from core.learning.keras_types import KerasModel, Predictor
from core.learning.networks import NetworkSpec
from core.learning.tasks import Probabilities

PREDICTED_AT_ONCE = 64

_alone = threading.Lock()


@dataclass(frozen=True)
class TrainedNetwork:
    """A network with all that prediction needs."""

    spec: NetworkSpec
    task: str
    seed: int
    preparation: Preparation
    course: TrainingCurve
    model: KerasModel

    def predict(self, features: Sequence[FloatArray]) -> Probabilities:
        """Probabilities of each recording, in their order; of none, empty arrays."""
        rows = inputs.prepare(features, self.spec, self.preparation)
        task = tasks.task(self.task)
        output = np.zeros((len(rows), task.n_outputs))
        predict_batch = _traced(self.model)
        for group in inputs.batches(rows.lengths, PREDICTED_AT_ONCE, None):
            output[group] = predict_batch(inputs.padded([rows[index] for index in group])).numpy()
        return tasks.probabilities(task, output)

    def save(self, folder: Path) -> None:
        """Write the three files of this module's first lines; the folder is created where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(folder / "network.weights.h5")
        np.savez(folder / "preparation.npz", mean=self.preparation.mean, deviation=self.preparation.deviation)
        (folder / "network.json").write_text(json.dumps(self.as_dict(), indent=2) + "\n")

    def as_dict(self) -> JsonObject:
        """This network as a model card describes it."""
        return {
            "task": self.task,
            "seed": self.seed,
            "spec": asdict(self.spec),
            "n_inputs": self.preparation.n_inputs,
            "n_parameters": int(self.model.count_params()),
            "stride": self.preparation.stride,
            "is_sequence": self.preparation.is_sequence,
            "course": asdict(self.course) | {"seconds_per_epoch": self.course.seconds_per_epoch},
            "versions": {**tensorflow_runtime.versions()},
        }


def train(
    features: Sequence[FloatArray],
    labels: Sequence[Label],
    is_validation: BoolArray,
    *,
    spec: NetworkSpec,
    task: str,
    seed: int,
    on_epoch: OnEpoch | None = None,
    should_prune: ShouldPrune | None = None,
) -> TrainedNetwork:
    """Train a network on the recordings that are not for validation.

    Parameters
    ----------
    features : n arrays of one family, [shape=(n_values,)] or [shape=(n_frames, n_values)]
    labels : n labels; recordings whose label the task does not use are left out
    is_validation : [shape=(n,), bool]
        Without any, training goes by the loss on the training recordings themselves.
    on_epoch : called with (epochs done, epochs at most) after each; what it raises ends the training and comes out of
        this function
    should_prune : called with the losses on validation so far; the training ends, with what it has, when it is true

    Raises
    ------
    Refused
        When the task's classes are not all among the training recordings, or the features cannot be used.
    """
    if not len(features) == len(labels) == len(is_validation):
        raise Refused(f"{len(features)} features, {len(labels)} labels, {len(is_validation)} marks: expected as many.")
    known_task = tasks.task(task)
    with _alone:
        tensorflow_runtime.seed_everything(seed)
        start = time.perf_counter()
        used = tasks.is_used(known_task, labels)
        training, validation = _indices(used & ~is_validation), _indices(used & is_validation)
        tasks.check_classes(known_task, [labels[index] for index in training])
        preparation = inputs.fit_preparation(ArraySubset(features, training), spec)
        splits = [
            PreparedSplit.of(features, labels, indices, spec, preparation, known_task)
            for indices in (training, validation)
        ]
        model = networks.build(spec, known_task, n_inputs=preparation.n_inputs)
        networks.compile_model(model, spec, known_task)
        callbacks = EpochCallbacks(on_epoch, should_prune)
        course = fitting.fit(model, splits[0], splits[1], spec, seed=seed, callbacks=callbacks, start=start)
        # The weights alone: the state of Adam is of no use to predictions
        plain = networks.build(spec, known_task, n_inputs=preparation.n_inputs)
        plain.set_weights(model.get_weights())
    return TrainedNetwork(spec, task, seed, preparation, course, plain)


def load(folder: Path) -> TrainedNetwork:
    """A network as `TrainedNetwork.save` left it: its predictions are the same.

    Raises
    ------
    NotFound
        The folder holds none.
    """
    if not (folder / "network.json").is_file():
        raise NotFound(f"There is no trained network in {folder}.")
    saved = json.loads((folder / "network.json").read_text())
    with np.load(folder / "preparation.npz") as arrays:
        preparation = Preparation(arrays["mean"], arrays["deviation"], saved["stride"], saved["is_sequence"])
    spec = NetworkSpec(**saved["spec"])
    values = {name: value for name, value in saved["course"].items() if name != "seconds_per_epoch"}
    course = TrainingCurve(**values | {name: tuple(values[name]) for name in ("loss", "validation_loss")})
    tensorflow_runtime.prepare()
    model = networks.build(spec, tasks.task(saved["task"]), n_inputs=preparation.n_inputs)
    model.load_weights(folder / "network.weights.h5")
    return TrainedNetwork(spec, saved["task"], saved["seed"], preparation, course, model)


@lru_cache(maxsize=8)
def _traced(model: KerasModel) -> Predictor:
    """The model as one traced function for any number of recordings and steps: a recurrence is slow otherwise."""
    tf = tensorflow_runtime.prepare()
    signature = [tf.TensorSpec(model.input_shape, tf.float32)]
    predictor: Predictor = tf.function(lambda batch: model(batch, training=False), input_signature=signature)
    return predictor


def _indices(is_chosen: BoolArray) -> list[int]:
    return [int(index) for index in np.flatnonzero(is_chosen)]
