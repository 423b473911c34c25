"""Probabilities of several models merged.

Every function takes one array of p(Accepted) a model, all [shape=(n,), float in [0, 1]] and in the same order of
recordings, and gives an array of that shape.

Source: sections 3.2.1 (double binary) and 3.3.3 (Mean, Majority) of the paper.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.errors import Refused


def mean(ps: Sequence[FloatArray]) -> Float64Array:
    """The average p of the models."""
    average: Float64Array = _stacked(ps).mean(axis=0)
    return average


def majority(ps: Sequence[FloatArray]) -> Float64Array:
    """A p whose threshold gives the models' majority vote at that common threshold: their median.

    More than half of an odd number of models have ``p >= t`` exactly when the middle one has, at every t. So one array
    serves all thresholds, and the curve of a vote is computed like any other.

    Raises
    ------
    Refused
        The number of models is even.
    """
    stacked = _stacked(ps)
    if len(stacked) % 2 == 0:
        raise Refused(f"A majority of {len(stacked)} models can be a draw: expected an odd number.")
    median: Float64Array = np.median(stacked, axis=0)
    return median


def double_binary(p_noise_model: FloatArray, p_speechless_model: FloatArray) -> Float64Array:
    """The paper's double binary: the mean of the two networks' p."""
    return mean([p_noise_model, p_speechless_model])


def _stacked(ps: Sequence[FloatArray]) -> Float64Array:
    arrays = [np.asarray(p, dtype=np.float64) for p in ps]
    if not arrays or any(array.ndim != 1 or array.shape != arrays[0].shape for array in arrays):
        shapes = ", ".join(str(array.shape) for array in arrays) or "none"
        raise Refused(f"Probabilities of shapes {shapes} cannot be merged: expected one of each a recording.")
    return np.stack(arrays)
