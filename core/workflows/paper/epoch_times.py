"""How long an epoch of a recurrent network takes, with frames averaged to few steps, and with all of them.

A recurrence costs time by its steps, so adjacent frames are averaged until a recording of median length has 64 steps.
The paper fed every frame. A claim about the time of an epoch needs both figures.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import FloatArray
from core.domain.catalogue import MULTICLASS
from core.domain.json_types import JsonObject, number_of, text_of
from core.domain.labels import Split
from core.domain.snapshots import SnapshotItem
from core.learning import networks, training
from core.learning.array_spool import ArraySubset
from core.learning.fitting import OnEpoch
from core.learning.networks import NetworkSpec

EVERY_FRAME = 1_000_000  # steps that no recording has
TIMED_EPOCHS = 2  # after the first, in which TensorFlow builds its graph


@dataclass(frozen=True)
class EpochTime:
    """Seconds of an epoch of the RNN (multiclass) of a family on the training recordings of a fold.

    steps, all_steps : of a recording of median length, with frames averaged and with all of them
    """

    features: str
    steps: int
    thinned_s: float
    all_steps: int
    all_frames_s: float

    @staticmethod
    def from_json(stored: JsonObject) -> EpochTime:
        return EpochTime(
            features=text_of(stored.get("features")),
            steps=int(number_of(stored.get("steps"), 0)),
            thinned_s=number_of(stored.get("thinned_s"), 0.0),
            all_steps=int(number_of(stored.get("all_steps"), 0)),
            all_frames_s=number_of(stored.get("all_frames_s"), 0.0),
        )


def measure(
    family: str, features: Sequence[FloatArray], items: Sequence[SnapshotItem], *, seed: int, on_epoch: OnEpoch
) -> EpochTime:
    """Train a few epochs in either way.

    Parameters
    ----------
    features : in the order of `items`; those of test children are not looked at
    on_epoch : called after each epoch; what it raises ends the measurement
    """
    shown = [index for index, item in enumerate(items) if item.split is not Split.TEST]
    visible, visible_items = ArraySubset(features, shown), [items[index] for index in shown]
    lengths = [len(rows) for rows, item in zip(visible, visible_items, strict=True) if item.split is Split.TRAIN]
    spec = networks.RECOMMENDED["rnn"]
    median = float(np.median(lengths))
    stride = max(1, int(np.ceil(median / spec.typical_steps)))
    thinned_s, all_frames_s = (
        _epoch_s(visible, visible_items, replace(spec, typical_steps=steps), seed=seed, on_epoch=on_epoch)
        for steps in (spec.typical_steps, EVERY_FRAME)
    )
    return EpochTime(family, int(np.ceil(median / stride)), thinned_s, int(median), all_frames_s)


def _epoch_s(
    features: Sequence[FloatArray],
    items: Sequence[SnapshotItem],
    spec: NetworkSpec,
    *,
    seed: int,
    on_epoch: OnEpoch,
) -> float:
    ends: list[float] = []

    def note(done: int, at_most: int) -> None:
        ends.append(time.perf_counter())
        on_epoch(done, at_most)

    n_epochs = 1 + TIMED_EPOCHS
    training.train(
        features,
        [item.label for item in items],
        np.array([item.split is Split.VALIDATION for item in items]),
        spec=replace(spec, max_epochs=n_epochs, patience=n_epochs),
        task=MULTICLASS,
        seed=seed,
        on_epoch=note,
    )
    return float(np.median(np.diff(ends)))
