"""From the features of a recording to what a network eats: summarised or thinned, standardised, padded.

A family gives a recording either one row of numbers, [shape=(n_values,)], or one row a frame,
[shape=(n_frames, n_values)]. A DNN takes the first as it is and, of the second, mean and deviation over time. An RNN
takes frames, adjacent ones averaged where there are many: a step of a recurrence costs time, and the neighbours of a
25 ms frame say nearly the same.

Means and deviations come from training recordings alone (paper, section 3.1.1). A value that never changes in training
becomes 0, never NaN. Standardised values are clipped, so that a recording unlike all others stays within what the
network has learnt from.

Features may come from anywhere that has a length and an index: they are taken one recording at a time and never kept,
and what is prepared goes to a temporary file. Memory does not grow with the number of recordings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import Refused
from core.learning.array_spool import ArraySpool
from core.learning.networks import PAD, NetworkSpec, accepts_family

CLIP = 10.0  # deviations from the mean
SMALLEST_DEVIATION = 1e-6  # relative to the mean: below it, a value is constant but for rounding


@dataclass(frozen=True)
class Preparation:
    """What was measured on the training recordings, and is done to every recording.

    mean, deviation : np.ndarray [shape=(n_inputs,), float32]
    stride : adjacent frames that are averaged (1 for a DNN)
    is_sequence : whether the family gives a row a frame
    """

    mean: np.ndarray
    deviation: np.ndarray
    stride: int
    is_sequence: bool

    @property
    def n_inputs(self) -> int:
        return len(self.mean)


def fit_preparation(features: Sequence[np.ndarray], spec: NetworkSpec) -> Preparation:
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
    lengths = [len(one) for one in check_features(features, n_values=first.shape[-1], is_sequence=is_sequence)]
    if not accepts_family(spec.kind, is_sequence=is_sequence):
        raise Refused("An RNN needs a row of features a frame; this family gives one row a recording: take the DNN.")
    stride = _stride(lengths, spec) if spec.kind == "rnn" else 1
    mean, deviation = _moments(_shaped(one, spec, stride) for one in features)
    is_constant = deviation <= SMALLEST_DEVIATION * np.maximum(1.0, np.abs(mean))
    deviation = np.where(is_constant, np.inf, deviation)
    return Preparation(mean.astype(np.float32), deviation.astype(np.float32), stride, is_sequence)


def prepare(features: Sequence[np.ndarray], spec: NetworkSpec, preparation: Preparation) -> ArraySpool:
    """Standardised rows, one array a recording: [shape=(n_inputs,)] (DNN) or [shape=(n_steps, n_inputs)] (RNN)."""
    is_summarised = spec.kind == "dnn" and preparation.is_sequence
    n_values = preparation.n_inputs // 2 if is_summarised else preparation.n_inputs
    rows = ArraySpool()
    for one in check_features(features, n_values=n_values, is_sequence=preparation.is_sequence):
        standardised = _standardised(_shaped(one, spec, preparation.stride), preparation)
        rows.add(standardised[0] if spec.kind == "dnn" else standardised)
    return rows


def padded(rows: Sequence[np.ndarray]) -> np.ndarray:
    """One batch: [shape=(n, n_inputs)], or [shape=(n, longest, n_inputs)] with `PAD` behind the shorter ones."""
    if rows[0].ndim == 1:
        return np.stack(rows)
    batch = np.full((len(rows), max(map(len, rows)), rows[0].shape[1]), PAD, dtype=np.float32)
    for place, one in enumerate(rows):
        batch[place, : len(one)] = one
    return batch


def batches(lengths: np.ndarray, batch_size: int, rng: np.random.Generator | None) -> list[np.ndarray]:
    """Which recordings go together: batches of similar length, so that little is padding.

    Parameters
    ----------
    lengths : np.ndarray [shape=(n,), int] frames; all 1 for a DNN
    rng : draws the order of the recordings and of the batches; None keeps what is given, for predicting
    """
    order = np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))
    # Sorted within pools of many batches only: neighbours differ from epoch to epoch
    pool = len(order) if rng is None else batch_size * 16
    groups = []
    for start in range(0, len(order), max(1, pool)):
        part = order[start : start + pool]
        part = part[np.argsort(lengths[part], kind="stable")]
        groups += [part[at : at + batch_size] for at in range(0, len(part), batch_size)]
    return groups if rng is None else [groups[index] for index in rng.permutation(len(groups))]


def check_features(features: Sequence[np.ndarray], *, n_values: int, is_sequence: bool) -> Iterator[np.ndarray]:
    """Each recording's features in turn; Refused are other shapes than expected, no frames, and NaN or infinity."""
    expected = f"(frames, {n_values})" if is_sequence else f"({n_values},)"
    for index, one in enumerate(features):
        if one.ndim != 1 + is_sequence or one.shape[-1] != n_values or not one.size:
            raise Refused(f"Features of recording {index} have shape {one.shape}: expected {expected}.")
        if not np.isfinite(one).all():
            raise Refused(f"Features of recording {index} are not all numbers (NaN or infinite).")
        yield one


def _shaped(features: np.ndarray, spec: NetworkSpec, stride: int) -> np.ndarray:
    """Rows of numbers [shape=(1 or n_steps, n_inputs)] before standardising."""
    if features.ndim == 1:
        return features[np.newaxis].astype(np.float64)
    if spec.kind == "dnn":
        return np.concatenate([features.mean(axis=0, dtype=float), features.std(axis=0, dtype=float)])[np.newaxis]
    if stride == 1:
        return features
    starts = np.arange(0, len(features), stride)
    sizes = np.diff(np.append(starts, len(features)))
    return np.add.reduceat(features, starts, axis=0) / sizes[:, np.newaxis]


def _standardised(rows: np.ndarray, preparation: Preparation) -> np.ndarray:
    return np.clip((rows - preparation.mean) / preparation.deviation, -CLIP, CLIP).astype(np.float32)


def _stride(lengths: Sequence[int], spec: NetworkSpec) -> int:
    median = float(np.median(lengths))
    return max(1, int(np.ceil(median / spec.typical_steps)))


def _moments(parts: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation over all rows, gathered part by part: a corpus of frames need not fit in memory twice."""
    count, mean, squares = 0, np.zeros(1), np.zeros(1)
    for rows in parts:
        here = rows.mean(axis=0, dtype=np.float64)
        total = count + len(rows)
        difference = here - mean
        squares = squares + ((rows - here) ** 2).sum(axis=0) + difference**2 * (count * len(rows) / total)
        mean, count = mean + difference * (len(rows) / total), total
    return mean, np.sqrt(squares / count)
