"""95 % intervals of RCC, AM and f(x) over children: recordings of one child resemble each other.

A share at a threshold that was fixed beforehand has the interval of `clustered_shares`. The interval of f(x), whose
threshold is chosen on the same recordings, is computed by drawing children with replacement: the cluster bootstrap with
percentile intervals (Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8). Drawing n
children of n is a multinomial count a child, which turns a thousand draws into one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray, IntArray
from core.domain.certainty import LEAST_CHILDREN
from core.metrics import clustered_shares, rejection

COVERAGE = clustered_shares.COVERAGE
CELLS_AT_ONCE = 4_000_000  # draws x recordings held in memory by bootstrap_f: 32 MB an array

Interval = tuple[float, float]
NOT_KNOWN: Interval = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Intervals:
    """Lower and upper end of the shares at one threshold; NaN where a class is empty."""

    rcc: Interval
    am: Interval


def at_threshold(children: AnyArray, is_accepted: BoolArray, p: FloatArray, threshold: float) -> Intervals:
    """Intervals of RCC and AM at a threshold that was fixed beforehand.

    Parameters
    ----------
    children : [shape=(n,)]
        Whose recording each is; any values that compare equal for one child.
    is_accepted, p : [shape=(n,)], as in `rejection`
    threshold : float
        NaN (none could be chosen) gives NaN.

    Examples
    --------
    >>> children, is_accepted = np.arange(80), np.arange(80) < 40
    >>> ends = at_threshold(children, is_accepted, np.where(is_accepted, 0.8, 0.2), 0.5)
    >>> [round(end, 2) for end in (*ends.rcc, *ends.am)]
    [0.91, 1.0, 0.0, 0.09]
    """
    truth, probability = rejection.validate(is_accepted, p)
    child_index, _ = clustered_shares.child_indices(children, len(truth))
    if np.isnan(threshold):
        return Intervals(rcc=NOT_KNOWN, am=NOT_KNOWN)
    refused = probability < threshold
    return Intervals(*(_share_interval(child_index[among], refused[among]) for among in (~truth, truth)))


def bootstrap_f(
    children: AnyArray, is_accepted: BoolArray, p: FloatArray, x: float, *, draws: int = 1000, seed: int = 0
) -> Interval:
    """Interval of f(x) on the exact grid, with the threshold chosen in every draw.

    Parameters as in `at_threshold`; x : float in [0, 1]. NaN when either class is empty, and with fewer than
    `LEAST_CHILDREN` children, whose draws are all alike.

    Examples
    --------
    >>> is_accepted = np.arange(40) % 2 == 0
    >>> bootstrap_f(np.arange(40), is_accepted, np.where(is_accepted, 0.8, 0.2), 0.10, draws=20)
    (1.0, 1.0)
    """
    if len(np.unique(children)) < LEAST_CHILDREN:
        rejection.validate(is_accepted, p)
        return NOT_KNOWN
    return percentile_interval(bootstrap_draws_of_f(children, is_accepted, p, x, draws=draws, seed=seed))


def bootstrap_draws_of_f(
    children: AnyArray, is_accepted: BoolArray, p: FloatArray, x: float, *, draws: int = 1000, seed: int = 0
) -> Float64Array:
    """f(x) of each draw [shape=(draws,)], parameters as in `bootstrap_f`.

    The same children and seed are the same draws, so two models on the same recordings can be subtracted draw by draw.

    Examples
    --------
    >>> is_accepted = np.arange(40) % 2 == 0
    >>> bootstrap_draws_of_f(np.arange(40), is_accepted, np.where(is_accepted, 0.8, 0.2), 0.10, draws=3).tolist()
    [1.0, 1.0, 1.0]
    """
    truth, probability = rejection.validate(is_accepted, p)
    child_index, n_children = clustered_shares.child_indices(children, len(truth))
    order = np.argsort(probability, kind="stable")
    truth, child_index = truth[order], child_index[order]
    ends = np.append(np.flatnonzero(np.diff(probability[order])), len(order) - 1)  # last recording of each distinct p
    rng, values = np.random.default_rng(seed), []
    step = max(1, CELLS_AT_ONCE // max(1, len(order)))
    for start in range(0, draws, step):
        weights = _weights(n_children, min(step, draws - start), rng)[:, child_index]
        values.append(_weighted_f(weights, truth, ends, x))
    return np.concatenate(values)


def percentile_interval(values: Float64Array) -> Interval:
    """The interval that holds the middle 95 % of the draws; draws that are NaN are left out, and NaN when all are.

    Examples
    --------
    >>> [round(end, 3) for end in percentile_interval(np.linspace(0.0, 1.0, 41))]
    [0.025, 0.975]
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return NOT_KNOWN
    outside = 50.0 * (1.0 - COVERAGE)
    low, high = np.percentile(known, [outside, 100.0 - outside])
    return float(low), float(high)


def _weighted_f(weights: IntArray, truth: BoolArray, ends: IntArray, x: float) -> Float64Array:
    """f(x) of each draw; weights [shape=(draws, n)] and truth sorted by p, ends as in `bootstrap_f`."""
    if not len(truth):
        return np.full(len(weights), np.nan)
    am, rcc = (_shares_up_to(weights * mask, ends) for mask in (truth, ~truth))
    largest = (am <= x).sum(axis=1) - 1  # AM rises, so the last threshold that keeps the target
    values = rcc[np.arange(len(rcc)), np.maximum(largest, 0)]
    return np.where(np.isnan(am[:, 0]), np.nan, values)


def _shares_up_to(weights: IntArray, ends: IntArray) -> Float64Array:
    """Share of the weight at or below each distinct p, with 0 in front [shape=(draws, n_distinct + 1)]."""
    below = np.cumsum(weights, axis=1)
    total = below[:, -1:].astype(float)
    share = np.divide(below[:, ends], total, out=np.full((len(below), len(ends)), np.nan), where=total > 0)
    return np.concatenate([np.where(total > 0, 0.0, np.nan), share], axis=1)


def _share_interval(child_index: IntArray, hits: BoolArray) -> Interval:
    shares = clustered_shares.shares_with_intervals(child_index, hits)
    return float(shares.low[0]), float(shares.high[0])


def _weights(n_children: int, draws: int, rng: np.random.Generator) -> IntArray:
    """How often each child is drawn [shape=(draws, n_children)]."""
    if not n_children:
        return np.zeros((draws, 0), dtype=np.int64)
    return rng.multinomial(n_children, np.full(n_children, 1.0 / n_children), size=draws)
