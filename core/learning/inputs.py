"""From the features of a recording to the input of a classifier: summarised or thinned, standardised, padded.

A family gives a recording either one row of numbers, [shape=(n_values,)], or one row a frame,
[shape=(n_frames, n_values)]. A DNN takes the first as it is and, of the second, mean and deviation over time. An RNN
takes frames, adjacent ones averaged where there are many: a step of a recurrence costs time, and adjacent 25 ms frames
differ little.

Means and deviations come from training recordings alone (paper, section 3.1.1). A value that never changes in training
becomes 0, never NaN. Standardised values are clipped, so that a recording unlike all others stays within what the
network has learnt from.

Features may be any sequence: they are read one recording at a time and not held, and what is prepared goes to a
temporary file. Memory does not grow with the number of recordings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, Float64Array, FloatArray, IntArray
from core.errors import Refused
from core.learning.array_spool import ArraySpool
from core.learning.networks import PAD, NetworkSpec, accepts_family

CLIP = 10.0  # deviations from the mean
SMALLEST_DEVIATION = 1e-6  # relative to the mean: below it, a value is constant but for rounding


@dataclass(frozen=True)
class Preparation:
    """What was measured on the training recordings, and is applied to every recording.

    mean, deviation : [shape=(n_inputs,)]
    stride : adjacent frames that are averaged (1 for a DNN)
    is_sequence : whether the family gives a row a frame
    """

    mean: Float32Array
    deviation: Float32Array
    stride: int
    is_sequence: bool

    @property
    def n_inputs(self) -> int:
        return len(self.mean)


def fit_preparation(features: Sequence[FloatArray], spec: NetworkSpec) -> Preparation:
    """Learn the preparation from training recordings.

    Raises
    ------
    Refused
        Without recordings, when their shapes do not fit together or hold anything but numbers, or when an RNN gets a
        family without frames.
    """
    if not len(features):
        raise Refused("There is no recording to train on.")
    first = features[0]
    is_sequence = first.ndim == 2
    lengths = [len(values) for values in check_features(features, n_values=first.shape[-1], is_sequence=is_sequence)]
    if not accepts_family(spec.kind, is_sequence=is_sequence):
        raise Refused("An RNN needs a row of features a frame; this family gives one row a recording: take the DNN.")
    stride = _stride(lengths, spec) if spec.kind == "rnn" else 1
    mean, deviation = _moments(_shaped(values, spec, stride) for values in features)
    is_constant = deviation <= SMALLEST_DEVIATION * np.maximum(1.0, np.abs(mean))
    deviation = np.where(is_constant, np.inf, deviation)
    return Preparation(mean.astype(np.float32), deviation.astype(np.float32), stride, is_sequence)


def prepare(features: Sequence[FloatArray], spec: NetworkSpec, preparation: Preparation) -> ArraySpool:
    """Standardised rows, one array a recording: [shape=(n_inputs,)] (DNN) or [shape=(n_steps, n_inputs)] (RNN)."""
    is_summarised = spec.kind == "dnn" and preparation.is_sequence
    n_values = preparation.n_inputs // 2 if is_summarised else preparation.n_inputs
    rows = ArraySpool()
    for values in check_features(features, n_values=n_values, is_sequence=preparation.is_sequence):
        standardised = _standardised(_shaped(values, spec, preparation.stride), preparation)
        rows.add(standardised[0] if spec.kind == "dnn" else standardised)
    return rows


def padded(rows: Sequence[FloatArray]) -> Float32Array:
    """One batch: [shape=(n, n_inputs)], or [shape=(n, longest, n_inputs)] with `PAD` behind the shorter ones."""
    if rows[0].ndim == 1:
        return np.stack(rows, dtype=np.float32)
    batch = np.full((len(rows), max(map(len, rows)), rows[0].shape[1]), PAD, dtype=np.float32)
    for index, steps in enumerate(rows):
        batch[index, : len(steps)] = steps
    return batch


def batches(lengths: IntArray, batch_size: int, rng: np.random.Generator | None) -> list[IntArray]:
    """Indices of the recordings of each batch: of similar length, so that little is padding.

    Parameters
    ----------
    lengths : [shape=(n,), int] frames; all 1 for a DNN
    rng : draws the order of the recordings and of the batches; None leaves both as they are, for predicting
    """
    order = np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))
    # Sorted within pools of many batches only: neighbours differ from epoch to epoch
    pool = len(order) if rng is None else batch_size * 16
    groups: list[IntArray] = []
    for start in range(0, len(order), max(1, pool)):
        pooled = order[start : start + pool]
        pooled = pooled[np.argsort(lengths[pooled], kind="stable")]
        groups += [pooled[first : first + batch_size] for first in range(0, len(pooled), batch_size)]
    return groups if rng is None else [groups[index] for index in rng.permutation(len(groups))]


def check_features(features: Sequence[FloatArray], *, n_values: int, is_sequence: bool) -> Iterator[FloatArray]:
    """Each recording's features in turn; Refused are other shapes than expected, no frames, and NaN or infinity."""
    expected = f"(frames, {n_values})" if is_sequence else f"({n_values},)"
    for index, values in enumerate(features):
        if values.ndim != 1 + is_sequence or values.shape[-1] != n_values or not values.size:
            raise Refused(f"Features of recording {index} have shape {values.shape}: expected {expected}.")
        if not np.isfinite(values).all():
            raise Refused(f"Features of recording {index} are not all numbers (NaN or infinite).")
        yield values


def _shaped(features: FloatArray, spec: NetworkSpec, stride: int) -> FloatArray:
    """Rows of numbers [shape=(1 or n_steps, n_inputs)] before standardising."""
    if features.ndim == 1:
        return features[np.newaxis].astype(np.float64)
    if spec.kind == "dnn":
        return np.concatenate([features.mean(axis=0, dtype=float), features.std(axis=0, dtype=float)])[np.newaxis]
    if stride == 1:
        return features
    starts = np.arange(0, len(features), stride)
    sizes = np.diff(np.append(starts, len(features)))
    means: FloatArray = np.add.reduceat(features, starts, axis=0) / sizes[:, np.newaxis]
    return means


def _standardised(rows: FloatArray, preparation: Preparation) -> Float32Array:
    standardised: FloatArray = (rows - preparation.mean) / preparation.deviation
    return np.clip(standardised, -CLIP, CLIP).astype(np.float32)


def _stride(lengths: Sequence[int], spec: NetworkSpec) -> int:
    median = float(np.median(lengths))
    return max(1, int(np.ceil(median / spec.typical_steps)))


def _moments(recordings: Iterable[FloatArray]) -> tuple[Float64Array, Float64Array]:
    """Mean and deviation over all rows, recording by recording: they need not fit in memory together.

    Source: Chan, Golub and LeVeque (1983), "Algorithms for computing the sample variance".
    """
    count, mean, squares = 0, np.zeros(1), np.zeros(1)
    for rows in recordings:
        own_mean = rows.mean(axis=0, dtype=np.float64)
        total = count + len(rows)
        difference = own_mean - mean
        squares = squares + ((rows - own_mean) ** 2).sum(axis=0) + difference**2 * (count * len(rows) / total)
        mean, count = mean + difference * (len(rows) / total), total
    return mean, np.sqrt(squares / count)
