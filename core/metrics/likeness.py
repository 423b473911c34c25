"""How like a source's recordings are to those that a model learned from: by measures of sound, without labels.

A source of `least` recordings is compared by the means of its measures, twice: over all of them, and weighted with p,
which are the readings as far as the model can tell (what changes readings alone, such as low SNR or sentences, drowns
among empty rooms otherwise). How much such means differ between sources that are alike is learnt from the training
recordings: by drawing sources of `least` recordings, whole children at a time, as recordings of one child resemble each
other. A mean is called unlike when it lies `Alarm.limit` of these spreads off, and at least `Alarm.smallest` deviations
of single recordings. With 28 means the limit of 5 leaves fewer than 1 of 100 sources that are alike.

A single recording lies as far as its Mahalanobis distance, with the covariance shrunk (Ledoit and Wolf, A
well-conditioned estimator for large-dimensional covariance matrices, Journal of Multivariate Analysis 88, 2004), says:
calibrated as the share of the training recordings that lie nearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import AnyArray, Float64Array, IntArray
from core.errors import Refused

DRAWS = 400
LEAST_CHILDREN = 8  # fewer say nothing about how children differ
TINY = 1e-6


@dataclass(frozen=True)
class Alarm:
    """limit : in spreads of alike sources; smallest : in deviations of recordings; least : recordings of a source"""

    limit: float = 5.0
    smallest: float = 0.4
    least: int = 100


ALARM = Alarm()


@dataclass(frozen=True)
class SoundReference:
    """What the training recordings sound like; of measures in a fixed order.

    mean, deviation : of single recordings [shape=(n_measures,)]
    reading_mean : weighted with p [shape=(n_measures,)]
    spread : of the means of alike sources, in deviations: all, then readings [shape=(2 * n_measures,)]
    precision : inverse of the shrunk covariance of standardised measures [shape=(n_measures, n_measures)]
    distances : percentiles 0 to 100 of the distances of the training recordings [shape=(101,)]
    low, high : percentiles 0.5 and 99.5 of each measure [shape=(n_measures,)]
    n : recordings
    """

    mean: Float64Array
    deviation: Float64Array
    reading_mean: Float64Array
    spread: Float64Array
    precision: Float64Array
    distances: Float64Array
    low: Float64Array
    high: Float64Array
    n: int


@dataclass(frozen=True)
class MeasureShift:
    """A measure of a source beside the training recordings: in deviations, of all recordings or of the readings.

    measure : its place in the fixed order
    """

    measure: int
    off: float
    spreads: float


def learn_reference(rows: Float64Array, p: Float64Array, children: AnyArray, *, seed: int) -> SoundReference | None:
    """From the training recordings; None where there are too few of them, or of their children.

    Parameters
    ----------
    rows : [shape=(n, n_measures)]
    p : [shape=(n,)] of the model
    children : [shape=(n,)] whose recording each is

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rows, children = rng.normal(size=(400, 3)), np.arange(400) // 10
    >>> reference = learn_reference(rows, rng.random(400), children, seed=0)
    >>> reference.n, bool((reference.spread < 0.2).all())
    (400, True)
    >>> learn_reference(rows[:20], rng.random(20), children[:20], seed=0) is None
    True
    """
    from sklearn.covariance import LedoitWolf

    _, child_index = np.unique(children, return_inverse=True)
    if len(rows) < ALARM.least or child_index.max(initial=-1) + 1 < LEAST_CHILDREN:
        return None
    mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), TINY)
    standardised = (rows - mean) / deviation
    precision = np.asarray(LedoitWolf().fit(standardised).precision_, dtype=np.float64)
    reading_mean = _weighted_mean(rows, p)
    rng = np.random.default_rng(seed)
    drawn = [_draw(child_index, rng) for _ in range(DRAWS)]
    off = np.array(
        [
            np.concatenate([standardised[i].mean(axis=0), (_weighted_mean(rows[i], p[i]) - reading_mean) / deviation])
            for i in drawn
        ]
    )
    low, high = np.percentile(rows, (0.5, 99.5), axis=0)
    return SoundReference(
        mean=mean,
        deviation=deviation,
        reading_mean=reading_mean,
        spread=np.maximum(np.sqrt((off**2).mean(axis=0)), TINY),
        precision=precision,
        distances=np.percentile(_distances(standardised, precision), np.arange(101)),
        low=low,
        high=high,
        n=len(rows),
    )


def unlike_share(row: Float64Array, reference: SoundReference) -> float:
    """Of the training recordings, the share that lies nearer than this one; 1 of one that is further than all.

    Parameters
    ----------
    row : [shape=(n_measures,)]

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> reference = learn_reference(rng.normal(size=(400, 3)), np.ones(400), np.arange(400), seed=0)
    >>> unlike_share(np.zeros(3), reference) < 0.1, unlike_share(np.array([9.0, 0.0, 0.0]), reference)
    (True, 1.0)
    """
    standardised = (row - reference.mean) / reference.deviation
    distance = float(_distances(standardised[None, :], reference.precision)[0])
    return float(np.interp(distance, reference.distances, np.linspace(0.0, 1.0, len(reference.distances))))


def source_shifts(
    sums: Sequence[float],
    reading_sums: Sequence[float],
    n: int,
    sum_p: float,
    reference: SoundReference,
    *,
    alarm: Alarm = ALARM,
) -> list[MeasureShift]:
    """The measures by which a source is unlike, the furthest first; [] of fewer recordings than `alarm.least`.

    A measure is named once, by whichever of its two means lies further off.

    Parameters
    ----------
    sums, reading_sums : of each measure over the source's n recordings, and each weighted with its p
    sum_p : of p

    Raises
    ------
    Refused
        There are other measures than those of the reference.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> reference = learn_reference(rng.normal(size=(400, 3)), np.ones(400), np.arange(400) // 4, seed=0)
    >>> alike, louder = rng.normal(size=(100, 3)), rng.normal(size=(100, 3)) + [0, 2, 0]
    >>> source_shifts(alike.sum(axis=0), alike.sum(axis=0), 100, 100.0, reference)
    []
    >>> [shift.measure for shift in source_shifts(louder.sum(axis=0), louder.sum(axis=0), 100, 100.0, reference)]
    [1]
    """
    if not len(sums) == len(reading_sums) == len(reference.mean):
        raise Refused(f"{len(sums)} measures of sound, and {len(reference.mean)} of the model: they are not the same.")
    if n < alarm.least:
        return []
    n_measures = len(reference.mean)
    of_all = (np.asarray(sums) / n - reference.mean) / reference.deviation
    off = np.concatenate([of_all, np.zeros(n_measures)])
    if sum_p >= alarm.least / 20:  # hardly any reading among them: their mean would be one of a few
        off[n_measures:] = (np.asarray(reading_sums) / sum_p - reference.reading_mean) / reference.deviation
    spreads = off / reference.spread
    named: dict[int, MeasureShift] = {}
    for k in np.argsort(-np.abs(spreads), kind="stable").tolist():
        if abs(spreads[k]) > alarm.limit and abs(off[k]) > alarm.smallest:
            shift = MeasureShift(k % n_measures, float(off[k]), float(spreads[k]))
            named.setdefault(shift.measure, shift)
    return list(named.values())


def _weighted_mean(rows: Float64Array, p: Float64Array) -> Float64Array:
    weights = np.maximum(p, TINY)
    return np.asarray(weights @ rows / weights.sum())


def _distances(standardised: Float64Array, precision: Float64Array) -> Float64Array:
    squared = np.einsum("ij,jk,ik->i", standardised, precision, standardised)
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)), dtype=np.float64)


def _draw(child_index: IntArray, rng: np.random.Generator) -> IntArray:
    """A source: whole children until there are recordings enough."""
    order = rng.permutation(child_index.max() + 1)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return np.argsort(rank[child_index], kind="stable")[: ALARM.least]
