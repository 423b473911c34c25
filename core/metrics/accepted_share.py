"""The share of Accepted in a source, from p alone: by EM, within bounds, in log-odds.

Source: Saerens, Latinne and Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities, Neural
Computation 14, 2002.
"""

from __future__ import annotations

import numpy as np

from core.arrays import Float64Array, FloatArray

STEPS, CLOSE_ENOUGH = 500, 1e-6
LEAST_P = 1e-6  # p is rounded to six digits; its log-odds shall stay finite


def estimate_share_accepted(p: Float64Array, usual_share: float, *, down: float, up: float) -> float:
    """The share of Accepted by EM, no further than some log-odds below or above the usual one.

    Examples
    --------
    >>> p = np.repeat([0.95, 0.05], [80, 20])
    >>> [round(estimate_share_accepted(p, 0.5, down=9, up=up), 2) for up in (9, 0.5)]
    [0.83, 0.62]
    """
    usual = log_odds(np.array([usual_share]))[0]
    share = usual_share
    for _ in range(STEPS):
        mean = adjust_share(p, usual_share, share).mean(keepdims=True)
        after = float(from_log_odds(np.clip(log_odds(mean), usual - down, usual + up))[0])
        if abs(after - share) < CLOSE_ENOUGH:
            return after
        share = after
    return share


def adjust_share(p: Float64Array, usual_share: float, share: float) -> Float64Array:
    """p for another share of Accepted than the usual one [shape=(n,)].

    Examples
    --------
    >>> adjust_share(np.array([0.5]), 0.5, 0.8).round(3).tolist()
    [0.8]
    """
    usual, now = log_odds(np.array([usual_share, share]))
    return from_log_odds(log_odds(p) + now - usual)


def log_odds(p: FloatArray) -> Float64Array:
    """Finite also for 0 and 1 [shape=(n,)].

    Examples
    --------
    >>> log_odds(np.array([0.5, 1.0])).round(1).tolist()
    [0.0, 13.8]
    """
    inside = np.clip(np.asarray(p, dtype=np.float64), LEAST_P, 1.0 - LEAST_P)
    return np.asarray(np.log(inside / (1.0 - inside)))


def from_log_odds(x: FloatArray) -> Float64Array:
    """The inverse of `log_odds` [shape=(n,)].

    Examples
    --------
    >>> from_log_odds(np.array([0.0])).tolist()
    [0.5]
    """
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64))))
