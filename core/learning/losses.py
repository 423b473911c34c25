"""What a wrong answer costs: cross-entropy of each recording, and its sums by child.

It is that of Accepted against rejected, whatever the task: on this alone a recording is kept or refused, so networks
of all tasks compare, and telling Noise from Speechless earns nothing. A probability of 0 for what is true would cost
infinity; probabilities are kept `SMALLEST` away from it, as Keras does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SMALLEST = 1e-7


def cross_entropy(is_accepted: np.ndarray, p: np.ndarray) -> np.ndarray:
    """-log of the probability that was given to the truth [shape=(n,), float64]; NaN where p is NaN.

    Parameters
    ----------
    is_accepted : np.ndarray [shape=(n,), bool] the people's label
    p : np.ndarray [shape=(n,), float in [0, 1]] p(Accepted)
    """
    return -np.log(np.clip(np.where(is_accepted, p, 1.0 - p), SMALLEST, 1.0))


def by_child(values: np.ndarray, children: Sequence[str]) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Sums and counts of each child, in the order of their names."""
    names, place = np.unique(np.array(children, dtype=str), return_inverse=True)
    sums = np.bincount(place, weights=values, minlength=len(names))
    return tuple(map(float, sums)), tuple(map(int, np.bincount(place, minlength=len(names))))
