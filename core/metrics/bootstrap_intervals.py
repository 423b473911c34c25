"""Intervals of f(x), whose threshold is chosen on the same recordings, by drawing children with replacement.

The cluster bootstrap with percentile intervals (Davison and Hinkley, Bootstrap Methods and their Application, 1997,
section 3.8). Drawing n children of n is a multinomial count a child, which turns a thousand draws into one matrix
product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray, IntArray
from core.domain.certainty import LEAST_CHILDREN
from core.metrics import clustered_shares, rejection
from core.metrics.intervals import NOT_KNOWN, Interval, percentile_interval

CELLS_AT_ONCE = 4_000_000  # draws x children held in memory by bootstrap_f: 32 MB an array
MOST_DRAWN = 8  # of groups of children whose draws are remembered, 8 MB each at most
BLOCKS = 256  # of recordings in the order of p: as many sums as recordings to look through, at some 65,000 of them


def bootstrap_f(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    x: float,
    *,
    draws: int = 1000,
    seed: int = 0,
    weights: Float64Array | None = None,
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
    return bootstrap_fs(children, is_accepted, p, (x,), draws=draws, seed=seed, weights=weights)[0]


def bootstrap_fs(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    xs: Sequence[float],
    *,
    draws: int = 1000,
    seed: int = 0,
    weights: Float64Array | None = None,
) -> tuple[Interval, ...]:
    """The interval of f at each x, as `bootstrap_f` gives it, for little more than the work of one.

    Examples
    --------
    >>> is_accepted = np.arange(40) % 2 == 0
    >>> bootstrap_fs(np.arange(40), is_accepted, np.where(is_accepted, 0.8, 0.2), (0.10, 0.15), draws=20)
    ((1.0, 1.0), (1.0, 1.0))
    """
    if len(np.unique(children)) < LEAST_CHILDREN:
        rejection.validate(is_accepted, p)
        return (NOT_KNOWN,) * len(xs)
    of_each = _draws_of_fs(children, is_accepted, p, xs, draws=draws, seed=seed, weights=weights)
    return tuple(map(percentile_interval, of_each))


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
    (of_x,) = _draws_of_fs(children, is_accepted, p, (x,), draws=draws, seed=seed)
    return of_x


def _draws_of_fs(
    children: AnyArray,
    is_accepted: BoolArray,
    p: FloatArray,
    xs: Sequence[float],
    *,
    draws: int,
    seed: int,
    weights: Float64Array | None = None,
) -> list[Float64Array]:
    truth, probability = rejection.validate(is_accepted, p)
    child_index, n_children = clustered_shares.child_indices(children, len(truth))
    order = np.argsort(probability, kind="stable")
    of_recordings = None if weights is None else weights[order]
    ranked = _ranked(child_index[order], n_children, truth[order], probability[order], of_recordings)
    of_portions = [_fs_of_draws(drawn, ranked, xs) for drawn in _drawn(n_children, draws, seed)]
    return [np.concatenate(of_x) for of_x in zip(*of_portions, strict=True)]


@dataclass(frozen=True)
class _Ranked:
    """Recordings in the order of p, in blocks of whole distinct values of p.

    child_index, truth, rank : [shape=(n,)], the rank is that of the distinct p
    weights : [shape=(n,)], None where each counts 1
    first_of_block : [shape=(n_blocks + 1,)], the first recording of each block, and n
    counts : what the Accepted, and what the Rejected recordings of each child in each block count
        [shape=(2, n_children, n_blocks)]
    """

    child_index: IntArray
    truth: BoolArray
    rank: IntArray
    weights: Float64Array | None
    first_of_block: IntArray
    counts: Float64Array


def _ranked(
    child_index: IntArray, n_children: int, truth: BoolArray, p: FloatArray, weights: Float64Array | None
) -> _Ranked:
    n = len(p)
    begins = np.flatnonzero(np.append(True, np.diff(p) > 0)) if n else np.zeros(0, dtype=int)
    rank = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, n)))
    n_blocks = max(1, min(len(begins), BLOCKS))
    first = np.append(begins[np.arange(n_blocks) * len(begins) // n_blocks], n) if n else np.zeros(2, dtype=int)
    block = np.repeat(np.arange(n_blocks), np.diff(first))
    cell, w = child_index * n_blocks + block, np.ones(n) if weights is None else weights
    counts = [
        np.bincount(cell[among], weights=w[among], minlength=n_children * n_blocks).reshape(n_children, n_blocks)
        for among in (truth, ~truth)
    ]
    return _Ranked(child_index, truth, rank, weights, first, np.stack(counts))


def _fs_of_draws(drawn: IntArray, ranked: _Ranked, xs: Sequence[float]) -> list[Float64Array]:
    """f at each x of each draw; drawn [shape=(draws, n_children)].

    AM rises with the threshold, so the block in which it passes x is known from the sums of whole blocks, which are one
    matrix product; only that block is looked through. Without weights all sums are of whole numbers.
    """
    sums = drawn.astype(float) @ ranked.counts
    below = np.concatenate([np.zeros((2, len(drawn), 1)), np.cumsum(sums, axis=2)], axis=2)
    return [_f_of_draws(drawn, ranked, below, x) for x in xs]


def _f_of_draws(drawn: IntArray, ranked: _Ranked, below: Float64Array, x: float) -> Float64Array:
    """below : the weight of the Accepted, and of the Rejected, before each block [shape=(2, draws, n_blocks + 1)]"""
    n_accepted, n_rejected = below[:, :, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        block = (below[0] / n_accepted[:, None] <= x).sum(axis=1) - 1  # the first whose end is beyond x
        caught = below[1, np.arange(len(drawn)), np.maximum(block, 0)]
        for number in np.unique(block[(n_accepted > 0) & (block < below.shape[2] - 1)]):
            draws = np.flatnonzero(block == number)
            caught[draws] += _caught_inside(drawn[draws], ranked, number, x, below[0, draws, number], n_accepted[draws])
        return np.where(n_accepted > 0, caught / n_rejected, np.nan)


def _caught_inside(
    drawn: IntArray, ranked: _Ranked, block: int, x: float, accepted_before: Float64Array, n_accepted: Float64Array
) -> Float64Array:
    """What the Rejected recordings of a block count up to the largest threshold that keeps AM, by draw."""
    inside = slice(ranked.first_of_block[block], ranked.first_of_block[block + 1])
    truth, rank = ranked.truth[inside], ranked.rank[inside]
    times = drawn[:, ranked.child_index[inside]]
    of_recordings = times if ranked.weights is None else times * ranked.weights[inside]
    ends = np.append(np.flatnonzero(np.diff(rank)), len(rank) - 1)
    accepted = accepted_before[:, None] + np.cumsum(of_recordings * truth, axis=1)[:, ends]
    n_kept = (accepted / n_accepted[:, None] <= x).sum(axis=1)
    rejected = np.cumsum(of_recordings * ~truth, axis=1)[:, ends]
    caught: Float64Array = np.where(n_kept > 0, rejected[np.arange(len(drawn)), np.maximum(n_kept - 1, 0)], 0)
    return caught


def _drawn(n_children: int, draws: int, seed: int) -> Iterator[IntArray]:
    """How often each child is drawn, in portions that together are [shape=(draws, n_children)]."""
    if draws * n_children <= CELLS_AT_ONCE:
        yield _drawn_once(n_children, draws, seed)
        return
    rng, step = np.random.default_rng(seed), max(1, CELLS_AT_ONCE // n_children)
    for start in range(0, draws, step):
        yield _weights(n_children, min(step, draws - start), rng)


@lru_cache(MOST_DRAWN)
def _drawn_once(n_children: int, draws: int, seed: int) -> IntArray:
    """Remembered: to draw takes longer than all that follows, and many systems are held against the same children."""
    weights = _weights(n_children, draws, np.random.default_rng(seed)).astype(np.uint16)
    weights.setflags(write=False)
    return weights


def _weights(n_children: int, draws: int, rng: np.random.Generator) -> IntArray:
    if not n_children:
        return np.zeros((draws, 0), dtype=np.int64)
    return rng.multinomial(n_children, np.full(n_children, 1.0 / n_children), size=draws)
