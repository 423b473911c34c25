"""AM and RCC of the stream as it is: recordings on which the judges differ count too, by the judgement of each.

A recording that one judge accepts and the other does not is half an Accepted and half a Rejected. Left out, as where
a model is validated, AM looks better than it is: judges differ where a reading is hard to hear, and there a model
refuses it.
"""

from __future__ import annotations

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.errors import Refused


def am_at(votes: FloatArray, p: FloatArray, t: float) -> float:
    """Share of the Accepted with ``p < t``; NaN without any.

    Parameters
    ----------
    votes : [shape=(n,), float in [0, 1]]
        The share of the judges that say Accepted.
    p : [shape=(n,)]

    Examples
    --------
    >>> am_at(np.array([1.0, 0.5, 0.5, 0.0]), np.array([0.9, 0.2, 0.8, 0.1]), 0.5)
    0.25
    """
    return _share(*_checked(votes, p), t)


def rcc_at(votes: FloatArray, p: FloatArray, t: float) -> float:
    """Share of the Rejected with ``p < t``, parameters as in `am_at`; NaN without any.

    Examples
    --------
    >>> rcc_at(np.array([1.0, 0.5, 0.5, 0.0]), np.array([0.9, 0.2, 0.8, 0.1]), 0.5)
    0.75
    """
    share, probability = _checked(votes, p)
    return _share(1.0 - share, probability, t)


def _checked(votes: FloatArray, p: FloatArray) -> tuple[Float64Array, Float64Array]:
    share, probability = np.asarray(votes, dtype=np.float64), np.asarray(p, dtype=np.float64)
    if share.shape != probability.shape or not ((share >= 0) & (share <= 1)).all():
        raise Refused(f"Votes {share.shape} for p {probability.shape}: expected a share from 0 to 1 for each p.")
    return share, probability


def _share(weights: Float64Array, p: Float64Array, t: float) -> float:
    total = float(weights.sum())
    return float(weights[p < t].sum()) / total if total > 0 and not np.isnan(t) else float("nan")
