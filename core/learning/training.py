"""Train one network, ask it, keep it in a folder and take it out again.

The same features, labels, spec, task and seed give the same probabilities, in this process and in another one on the
same machine (`runtime`). Training recordings teach the weights and the preparation; validation recordings only say
when to stop, and the weights of the best epoch are kept. Nothing else is ever looked at. One training at a time in a
process: the random numbers that it is seeded by are the process's.

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
from typing import Any

import numpy as np

from core.domain.labels import Label
from core.errors import NotFound, Refused
from core.learning import fitting, inputs, networks, tasks, tensorflow_runtime
from core.learning.array_spool import ArraySubset
from core.learning.fitting import EpochCallbacks, IsHopeless, OnEpoch, PreparedSplit, TrainingCurve
from core.learning.inputs import Preparation
from core.learning.networks import NetworkSpec
from core.learning.tasks import Probabilities

PREDICTED_AT_ONCE = 64

_alone = threading.Lock()


@dataclass(frozen=True)
class TrainedNetwork:
    """A network with everything that it needs to answer; `model` is a keras.Model."""

    spec: NetworkSpec
    task: str
    seed: int
    preparation: Preparation
    course: TrainingCurve
    model: Any

    def predict(self, features: Sequence[np.ndarray]) -> Probabilities:
        """Probabilities of each recording, in the order given; of none, empty arrays."""
        rows = inputs.prepare(features, self.spec, self.preparation)
        task = tasks.task(self.task)
        output = np.zeros((len(rows), task.n_outputs))
        answer = _answering(self.model)
        for group in inputs.batches(rows.lengths, PREDICTED_AT_ONCE, None):
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
            "n_parameters": int(self.model.count_params()),
            "stride": self.preparation.stride,
            "is_sequence": self.preparation.is_sequence,
            "course": asdict(self.course) | {"seconds_per_epoch": self.course.seconds_per_epoch},
            "versions": tensorflow_runtime.versions(),
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
    is_hopeless: IsHopeless | None = None,
) -> TrainedNetwork:
    """Train a network on the recordings that are not for validation.

    Parameters
    ----------
    features : n arrays of one family, [shape=(n_values,)] or [shape=(n_frames, n_values)]
    labels : n labels; recordings whose label the task does not use are left out
    is_validation : np.ndarray [shape=(n,), bool]
        Without any, training goes by the loss on the training recordings themselves.
    on_epoch : called with (epochs done, epochs at most) after each; what it raises ends the training and comes out here
    is_hopeless : told the losses on validation so far; the training ends, with what it has, as soon as it says yes

    Raises
    ------
    Refused
        When the task's classes are not all among the training recordings, or the features cannot be used.
    """
    if not len(features) == len(labels) == len(is_validation):
        raise Refused(f"{len(features)} features, {len(labels)} labels, {len(is_validation)} marks: expected as many.")
    asked = tasks.task(task)
    with _alone:
        tensorflow_runtime.seed_everything(seed)
        start = time.perf_counter()
        used = tasks.is_used(asked, labels)
        training, validation = _which(used & ~is_validation), _which(used & is_validation)
        tasks.check_classes(asked, [labels[index] for index in training])
        preparation = inputs.fit_preparation(ArraySubset(features, training), spec)
        parts = [PreparedSplit.of(features, labels, part, spec, preparation, asked) for part in (training, validation)]
        model = networks.build(spec, asked, n_inputs=preparation.n_inputs)
        networks.compile_model(model, spec, asked)
        told = EpochCallbacks(on_epoch, is_hopeless)
        course = fitting.fit(model, parts[0], parts[1], spec, seed=seed, told=told, start=start)
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
    course = TrainingCurve(**kept | {name: tuple(kept[name]) for name in ("loss", "validation_loss")})
    tensorflow_runtime.prepare()
    model = networks.build(spec, tasks.task(said["task"]), n_inputs=preparation.n_inputs)
    model.load_weights(folder / "network.weights.h5")
    return TrainedNetwork(spec, said["task"], said["seed"], preparation, course, model)


@lru_cache(maxsize=8)
def _answering(model: Any) -> Any:
    """The model as one traced function for any number of recordings and steps: a recurrence is slow otherwise."""
    tf = tensorflow_runtime.prepare()
    signature = [tf.TensorSpec(model.input_shape, tf.float32)]
    return tf.function(lambda batch: model(batch, training=False), input_signature=signature)


def _which(is_chosen: np.ndarray) -> list[int]:
    return [int(index) for index in np.flatnonzero(is_chosen)]
