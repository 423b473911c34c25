"""Cross-entropy of each recording, and its sums by child.

It is that of Accepted against rejected, whatever the task: this alone decides whether a recording is accepted, so
networks of all tasks compare, and telling Noise from Speechless earns nothing. A probability of 0 for what is true
would cost infinity; probabilities are clipped at `SMALLEST`, as Keras does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays import BoolArray, Float64Array

SMALLEST = 1e-7


def cross_entropy(is_accepted: BoolArray, p: Float64Array) -> Float64Array:
    """-log of the probability of the people's label [shape=(n,)]; NaN where p is NaN.

    Parameters
    ----------
    is_accepted : [shape=(n,), bool] the people's label
    p : [shape=(n,), float in [0, 1]] p(Accepted)
    """
    p_of_label: Float64Array = np.where(is_accepted, p, 1.0 - p)
    return np.negative(np.log(np.clip(p_of_label, SMALLEST, 1.0)))


def by_child(values: Float64Array, children: Sequence[str]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Sums and counts of recordings of each child, in the order of the children's names."""
    names, child_index = np.unique(np.array(children, dtype=str), return_inverse=True)
    sums = np.bincount(child_index, weights=values, minlength=len(names))
    return tuple(map(float, sums)), tuple(map(int, np.bincount(child_index, minlength=len(names))))
