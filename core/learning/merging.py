"""Several models, one probability.

Every function takes one array of p(Accepted) a model, all [shape=(n,), float in [0, 1]] and in the same order of
recordings, and gives one array of that shape.

Source: sections 3.2.1 (double binary) and 3.3.3 (Mean, Majority) of the paper.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import Refused


def mean(ps: Sequence[np.ndarray]) -> np.ndarray:
    """The average p of the models."""
    return _stacked(ps).mean(axis=0)


def majority(ps: Sequence[np.ndarray]) -> np.ndarray:
    """A p whose threshold gives the models' majority vote at that common threshold: their median.

    More than half of an odd number of models have ``p >= t`` exactly when the middle one has, at every t. So one array
    answers for all thresholds, and the curve of a vote is computed like any other.
    """
    stacked = _stacked(ps)
    if len(stacked) % 2 == 0:
        raise Refused(f"A majority of {len(stacked)} models can be a draw: expected an odd number.")
    return np.median(stacked, axis=0)


def double_binary(p_noise_model: np.ndarray, p_speechless_model: np.ndarray) -> np.ndarray:
    """The paper's double binary: the mean of the two networks' p."""
    return mean([p_noise_model, p_speechless_model])


def _stacked(ps: Sequence[np.ndarray]) -> np.ndarray:
    arrays = [np.asarray(p, dtype=np.float64) for p in ps]
    if not arrays or any(array.ndim != 1 or array.shape != arrays[0].shape for array in arrays):
        shapes = ", ".join(str(array.shape) for array in arrays) or "none"
        raise Refused(f"Probabilities of shapes {shapes} cannot be merged: expected one of each a recording.")
    return np.stack(arrays)
