"""Shares whose recordings come in children: a 95 % interval that holds with few children and near 0 or 1.

Recordings of one child resemble each other (voice, room, microphone), so forty recordings of ten children carry less
information than forty of forty. How much less is the design effect: the variance of the share between children over
the variance that independent recordings would have. The interval is Wilson's with the number of recordings divided by
the design effect and Student's t for the normal quantile (Dean and Pagano, Evaluating confidence interval methods for
binomial proportions in clustered surveys, Journal of Survey Statistics and Methodology 3, 2015). Two of its parts are
of the bootstrap's family: the variance leaves each child out once (the jackknife), and a design effect below 1 counts
as 1. Recordings that were drawn in class count with weights; then the least design effect is that of independent
recordings of these weights, with the largest added once more, as in `child_bound`.

Everything is computed from counts of children, so that all thresholds of a curve are one matrix. No recordings give
NaN; one child gives 0 to 1. Measured by `bench/coverage.py`: from 80 children on the intervals hold the truth 93 to 97
times of 100; with 20 to 40 they are on the safe side (96 to 99), where percentiles of children drawn with replacement
hold it 80 to 92 times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, IntArray
from core.errors import Refused

COVERAGE = 0.95
LEAST_LEFT = 0.2  # at least so much weight is left when the child with most recordings is left out


@dataclass(frozen=True)
class ClusteredShares:
    """Shares of the same recordings at several levels, all [shape=(n_levels,)]; see the module for `design_effect`.

    off : how far each child is off the share, jackknifed [shape=(n_children, n_levels)]: what two shares of the same
        children are correlated by.
    weight : what the n recordings count together; n without weights
    """

    value: Float64Array
    low: Float64Array
    high: Float64Array
    design_effect: Float64Array
    off: Float64Array
    n: int
    n_children: int
    freedom: float
    weight: float = 0.0


def child_indices(children: AnyArray, n_recordings: int) -> tuple[IntArray, int]:
    """An index from 0 for the child of each recording [shape=(n,)], and how many children there are.

    Raises
    ------
    Refused
        `children` is not as long as there are recordings.

    Examples
    --------
    >>> child_index, n_children = child_indices(np.array(["zoe", "ada", "zoe"]), 3)
    >>> child_index.tolist(), n_children
    ([1, 0, 1], 2)
    """
    names, child_index = np.unique(np.asarray(children), return_inverse=True)
    if len(child_index) != n_recordings:
        raise Refused(f"{len(child_index)} children for {n_recordings} recordings: expected one a recording.")
    return child_index, len(names)


def shares_with_intervals(
    child_index: IntArray, hits: BoolArray, *, weights: Float64Array | None = None
) -> ClusteredShares:
    """Shares of hits with their intervals.

    Parameters
    ----------
    child_index : [shape=(n,), int]
        The index of the child of each recording.
    hits : [shape=(n,) or (n, n_levels), bool]
    weights : what each recording counts, above 0 [shape=(n,)]; without them 1

    Examples
    --------
    >>> alone = shares_with_intervals(np.arange(40), np.arange(40) < 10)
    >>> in_tens = shares_with_intervals(np.arange(40) // 10, np.arange(40) < 10)
    >>> alone.value.tolist(), in_tens.value.tolist()
    ([0.25], [0.25])
    >>> float(alone.high[0] - alone.low[0]) < float(in_tens.high[0] - in_tens.low[0])
    True
    """
    hit = np.asarray(hits, dtype=np.float64)
    hit = hit[:, None] if hit.ndim == 1 else hit
    w = np.ones(len(hit)) if weights is None else weights
    least = 1.0 if weights is None or not len(w) else _least_design(w, hit)
    shares = shares_from_counts(*_counted(np.asarray(child_index), w, hit), least_design=least)
    return replace(shares, n=len(hit))


def shares_from_counts(
    totals: Float64Array, hits: Float64Array, *, least_design: Float64Array | float = 1.0
) -> ClusteredShares:
    """The same from counts of each child: totals [shape=(n_children,)], hits [shape=(n_children, n_levels)].

    Examples
    --------
    >>> shares_from_counts(np.array([2, 2]), np.array([[1.0], [0.0]])).value.tolist()
    [0.25]
    """
    has_recordings = totals > 0
    size, counted = totals[has_recordings].astype(float), hits[has_recordings].astype(float)
    n, n_children = size.sum(), len(size)
    if not n_children:
        nothing = np.full(hits.shape[1], np.nan)
        return ClusteredShares(nothing, nothing, nothing, nothing, np.zeros((0, hits.shape[1])), 0, 0, 0.0)
    value = counted.sum(axis=0) / n
    off = (counted - value * size[:, None]) / np.maximum(1.0 - size / n, LEAST_LEFT)[:, None] / n
    design = np.maximum(_design_effect(value, off, n), least_design)
    freedom = n_children - 1.0
    low, high = wilson(value, n / design, _quantile(freedom))
    whole_off = np.zeros((len(totals), hits.shape[1]))
    whole_off[has_recordings] = off
    return ClusteredShares(value, low, high, design, whole_off, round(n), n_children, freedom, float(n))


def wilson(share: Float64Array, n: Float64Array, quantile: float) -> tuple[Float64Array, Float64Array]:
    """Wilson's interval (1927) of a share of n, not necessarily whole; an infinite quantile gives 0 to 1."""
    if not np.isfinite(quantile):
        return np.zeros_like(share), np.ones_like(share)
    square = quantile**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = quantile / (1 + square / n) * np.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def _counted(child_index: IntArray, w: Float64Array, hits: Float64Array) -> tuple[Float64Array, Float64Array]:
    """What the recordings of each child count, and its hits at each level."""
    n_children = int(child_index.max(initial=-1)) + 1
    totals = np.bincount(child_index, weights=w, minlength=n_children).astype(np.float64)
    by_level = [np.bincount(child_index, weights=column, minlength=n_children) for column in (hits * w[:, None]).T]
    return totals, np.stack(by_level, axis=1) if by_level else np.zeros((n_children, 0))


def _least_design(w: Float64Array, hits: Float64Array) -> Float64Array:
    """Of independent recordings, whether those that are hit or the others have the larger weights."""
    heaviest, n, squares = float(w.max()), w @ hits, w**2 @ hits
    of_hits = (squares + heaviest**2) / (n + heaviest)
    of_others = (float(w @ w) - squares + heaviest**2) / (float(w.sum()) - n + heaviest)
    return np.maximum(of_hits, of_others)


def _design_effect(value: Float64Array, off: Float64Array, n: float) -> Float64Array:
    """At least 1; 1 where the share is 0 or 1, which has no variance."""
    independent = value * (1.0 - value) / n
    m = len(off)
    between = (m - 1) / m * (off**2).sum(axis=0)
    ratio: Float64Array = np.divide(between, independent, out=np.ones_like(value), where=independent > 0)
    return np.maximum(ratio, 1.0)


def _quantile(freedom: float) -> float:
    """Student's two-sided quantile; infinite with a single child, which has no variance between children."""
    from scipy.special import stdtrit  # what scipy.stats.t.ppf calls; that package takes a second to load

    return float(stdtrit(freedom, 0.5 + COVERAGE / 2)) if freedom > 1e-9 else float("inf")
