"""Calibrating p anew for a source from few labels: log-odds of Accepted = a + b * log-odds of p (Platt, 1999).

A penalty on the distance from a = 0 and b = 1 shrinks few labels towards the common calibration; the constants were
chosen like those of `source_threshold`. What a and b may be after the labels is a normal distribution (Laplace's
approximation: Tierney and Kadane, JASA 81, 1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.metrics.accepted_share import CLOSE_ENOUGH, from_log_odds, log_odds

NEWTON_STEPS, MOST_STEP = 50, 1.0
LOG_ODDS_ENDS = 6.0  # beyond, a p says nothing more
LEAST_SLOPE = 0.15  # a ranking that is no use shall not turn round
NODES, NODE_SHARES = np.polynomial.hermite_e.hermegauss(9)  # of a normal distribution, along each of a and b


@dataclass(frozen=True)
class RecalibrationRule:
    """pull_offset, pull_slope : penalties on half the squared distances from 0 and 1, in units of a recording's loss.

    least : judged recordings; least_accepted : of them, Accepted by both judges
    """

    pull_offset: float = 1.0
    pull_slope: float = 5.0
    least: int = 30
    least_accepted: int = 5


RULE = RecalibrationRule()


def bounded_log_odds(p: FloatArray) -> Float64Array:
    """Of p, between the ends beyond which a p says nothing more [shape=(n,)].

    Examples
    --------
    >>> bounded_log_odds(np.array([0.5, 1.0])).tolist()
    [0.0, 6.0]
    """
    return np.clip(log_odds(p), -LOG_ODDS_ENDS, LOG_ODDS_ENDS)


@dataclass(frozen=True)
class Recalibrations:
    """Offset and slope as the labels leave them: a normal distribution.

    likeliest : [shape=(2,)]; covariance : [shape=(2, 2)]
    """

    likeliest: Float64Array
    covariance: Float64Array

    @property
    def slope(self) -> float:
        """The likeliest, as it is used."""
        return max(float(self.likeliest[1]), LEAST_SLOPE)

    def mean_weights(self, x: Float64Array) -> Float64Array:
        """Each recording's share in all Accepted of the source [shape=(n,), adds up to 1], in the mean over both.

        A share of these that lies below a threshold is the mean of AM there, as AM is linear in such shares.

        Parameters
        ----------
        x : log-odds of p [shape=(n,)]
        """
        nodes = np.stack(np.meshgrid(NODES, NODES, indexing="ij"), axis=-1).reshape(-1, 2)
        node_shares = np.outer(NODE_SHARES, NODE_SHARES).ravel() / NODE_SHARES.sum() ** 2
        offset, slope = (self.likeliest + nodes @ np.linalg.cholesky(self.covariance).T).T[:, :, None]
        p = from_log_odds(offset + np.maximum(slope, LEAST_SLOPE) * x)
        return np.asarray(node_shares @ (p / p.sum(axis=1, keepdims=True)), dtype=np.float64)


def recalibrate(x: Float64Array, y: Float64Array, rule: RecalibrationRule) -> Recalibrations:
    """The likeliest offset and slope under the penalty, by Newton's steps, and how far off they may be.

    Parameters
    ----------
    x, y : log-odds of p, and the share of the judges that say Accepted [shape=(n,) each]

    Examples
    --------
    >>> x = np.repeat([-2.0, 2.0], 50)
    >>> recalibrate(x, (np.arange(100) % 50 < np.repeat([1, 49], 50)) * 1.0, RULE).slope > 1.3
    True
    """
    usual, pull = np.array([0.0, 1.0]), np.diag([rule.pull_offset, rule.pull_slope])
    rows, fitted = np.stack([np.ones_like(x), x], axis=1), usual.copy()
    curvature = pull
    for _ in range(NEWTON_STEPS):
        q = from_log_odds(rows @ fitted)
        gradient = rows.T @ (y - q) - pull @ (fitted - usual)
        curvature = (rows * (q * (1.0 - q))[:, None]).T @ rows + pull
        step = np.clip(np.linalg.solve(curvature, gradient), -MOST_STEP, MOST_STEP)
        fitted = fitted + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return Recalibrations(fitted, np.linalg.inv(curvature))
