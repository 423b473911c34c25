"""How far labels can be trusted: equal labels, Cohen's kappa and Krippendorff's alpha, each with a 95 % interval.

Kappa (Cohen, 1960) is for two judges and comes from scikit-learn. Alpha (Krippendorff, "Content Analysis", 4th edition,
2018, chapter 12; nominal labels) is for any number of judges, also where each judged other recordings, and comes from
the `krippendorff` package. Both are 1 for complete agreement and 0 for chance.

Intervals draw children with replacement, not recordings: those of one child resemble each other. A draw needs only
the counts of each child, so a thousand draws are one matrix product and the formulas once for all of them; the tests
hold them equal to the two packages. What cannot be computed is NaN: nothing to compare, or one and the same label
throughout, where chance alone explains everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import nan

import numpy as np
import numpy.typing as npt

from core.annotation.agreement import agreement
from core.domain.certainty import LEAST_CHILDREN
from core.domain.labels import Label

Floats = npt.NDArray[np.float64]

COVERAGE = 0.95
DRAWS = 1000
N_LABELS = len(Label)
MANY_CLUSTERS, MOST_CLUSTERS = 256, 1024


@dataclass(frozen=True)
class RatedRecording:
    """One recording: its child, and its labels, at least two to count; for kappa the same judge first."""

    child: str
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95 % interval; NaN where it cannot be computed."""

    value: float
    low: float
    high: float


NOT_KNOWN = Estimate(nan, nan, nan)


@dataclass(frozen=True)
class AgreementEstimates:
    """n : recordings with two labels or more. observed : share of equal labels among all pairs of labels of a
    recording. kappa : NaN unless every recording has exactly two labels."""

    n: int
    n_children: int
    observed: Estimate
    kappa: Estimate
    alpha: Estimate


def agreement_estimates(
    units: Sequence[RatedRecording],
    *,
    is_two_way: bool = False,
    with_kappa: bool = True,
    draws: int = DRAWS,
    seed: int = 0,
) -> AgreementEstimates:
    """The figures of some recordings.

    Parameters
    ----------
    is_two_way : count Noise and Speechless as one: Accepted against rejected.
    with_kappa : False where the labels are not always of the same two judges in the same order.
    """
    units = [unit for unit in units if len(unit.labels) > 1]
    if not units:
        return AgreementEstimates(0, 0, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)
    codes = [[_code(label, is_two_way) for label in unit.labels] for unit in units]
    children, which = np.unique([unit.child for unit in units], return_inverse=True)
    weights = np.random.default_rng(seed).multinomial(len(children), np.full(len(children), 1 / len(children)), draws)

    pairings = np.stack([_pairings(of_recording) for of_recording in codes])
    drawn = _drawn(weights, pairings, which)
    whole = pairings.sum(axis=0)
    if len(children) < LEAST_CHILDREN:
        weights, drawn = weights[:0], drawn[:0]  # an interval would claim what so few children cannot tell
    is_for_two = with_kappa and all(len(of_recording) == 2 for of_recording in codes)
    return AgreementEstimates(
        n=len(units),
        n_children=len(children),
        observed=_figure(float(np.trace(whole) / whole.sum()), _observed(drawn)),
        kappa=_kappa_figure(codes, weights, which) if is_for_two else NOT_KNOWN,
        alpha=_figure(_alpha(codes), alphas(drawn)),
    )


def table_estimates(
    by_cluster: Floats, *, n_children: int, with_kappa: bool = True, seed: int = 0
) -> tuple[AgreementEstimates, AgreementEstimates]:
    """The figures of recordings with two labels each, from their counts alone: three ways, and as Accepted against
    rejected.

    Parameters
    ----------
    by_cluster : how often which two labels were given [shape=(clusters, 3, 3)], rows the first judge; a cluster is a
        child, or some children where there are very many
    with_kappa : as in `agreement_estimates`
    """
    tables = by_cluster[by_cluster.any(axis=(1, 2))]
    drawn = np.tensordot(_weights(len(tables), seed), tables, axes=1) if len(tables) else tables
    if n_children < LEAST_CHILDREN:
        drawn = drawn[:0]  # an interval would claim what so few children cannot tell
    whole = tables.sum(axis=0, keepdims=True)
    three_way, two_way = (
        _of_tables(*sums, n_children=n_children, with_kappa=with_kappa)
        for sums in ((whole, drawn), (_two_way(whole), _two_way(drawn)))
    )
    return three_way, two_way


def _of_tables(whole: Floats, drawn: Floats, *, n_children: int, with_kappa: bool) -> AgreementEstimates:
    """From the counts of all recordings [shape=(1, 3, 3)] and of each draw [shape=(draws, 3, 3)]."""
    if not whole.any():
        return AgreementEstimates(0, 0, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)
    return AgreementEstimates(
        n=int(whole.sum()),
        n_children=n_children,
        observed=_figure(float(_observed(whole)[0]), _observed(drawn)),
        kappa=_figure(float(kappas(whole)[0]), kappas(drawn)) if with_kappa else NOT_KNOWN,
        alpha=_figure(float(alphas(_both_ways(whole))[0]), alphas(_both_ways(drawn))),
    )


def kappas(tables: Floats) -> Floats:
    """Cohen's kappa of each table [shape=(draws, labels, labels)], rows the first judge; NaN where undefined."""
    n = tables.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / n**2
        return np.where(by_chance < 1, (_observed(tables) - by_chance) / (1 - by_chance), nan)


def alphas(pairings: Floats) -> Floats:
    """Krippendorff's nominal alpha of each matrix of coincidences [shape=(draws, labels, labels)]."""
    totals = pairings.sum(axis=2)
    n = totals.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = n**2 - (totals**2).sum(axis=1)
        differing = n - np.trace(pairings, axis1=1, axis2=2)
        return np.where(expected > 0, 1 - (n - 1) * differing / expected, nan)


def _weights(n: int, seed: int) -> Floats:
    """How often each of n clusters is in each draw [shape=(DRAWS, n)].

    Of many clusters each is drawn for itself, by Poisson's law (Hanley and MacGibbon, "Creating non-parametric
    bootstrap samples using Poisson frequencies", 2006): the same numbers then serve every slice.
    """
    return _poisson_weights(seed)[:, :n] if MANY_CLUSTERS < n <= MOST_CLUSTERS else _multinomial_weights(n, seed)


@lru_cache(maxsize=16)
def _multinomial_weights(n: int, seed: int) -> Floats:
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), DRAWS).astype(np.float64)


@lru_cache(maxsize=1)
def _poisson_weights(seed: int) -> Floats:
    return np.random.default_rng(seed).poisson(1.0, (DRAWS, MOST_CLUSTERS)).astype(np.float64)


def _two_way(tables: Floats) -> Floats:
    """Noise and Speechless as one, in the second row and column."""
    joined = np.zeros_like(tables)
    joined[:, 0, 0] = tables[:, 0, 0]
    joined[:, 0, 1], joined[:, 1, 0] = tables[:, 0, 1:].sum(axis=1), tables[:, 1:, 0].sum(axis=1)
    joined[:, 1, 1] = tables[:, 1:, 1:].sum(axis=(1, 2))
    return joined


def _both_ways(tables: Floats) -> Floats:
    """Every ordered pair of labels: `_pairings` of recordings with two labels."""
    return tables + np.swapaxes(tables, 1, 2)


def _code(label: Label, is_two_way: bool) -> int:
    return int(label.is_rejected) if is_two_way else list(Label).index(label)


def _pairings(codes: Sequence[int]) -> Floats:
    """Every ordered pair of labels of one recording, a recording of m labels weighing m in all [shape=(3, 3)]."""
    counts = np.bincount(codes, minlength=N_LABELS).astype(float)
    return (np.outer(counts, counts) - np.diag(counts)) / (len(codes) - 1)


def _drawn(weights: npt.NDArray[np.int64], matrices: Floats, which: npt.NDArray[np.intp]) -> Floats:
    """The sum of the matrices of the children in each draw [shape=(draws, 3, 3)]."""
    by_child = np.zeros((weights.shape[1], N_LABELS, N_LABELS))
    np.add.at(by_child, which, matrices)
    drawn: Floats = np.tensordot(weights, by_child, axes=1)
    return drawn


def _observed(matrices: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        observed: Floats = np.trace(matrices, axis1=1, axis2=2) / matrices.sum(axis=(1, 2))
    return observed


def _kappa_figure(codes: list[list[int]], weights: npt.NDArray[np.int64], which: npt.NDArray[np.intp]) -> Estimate:
    tables = np.zeros((len(codes), N_LABELS, N_LABELS))
    for row, (first, second) in enumerate(codes):
        tables[row, first, second] = 1
    # any rejected label stands for both where they count as one
    names = [Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS]
    pairs = [(names[first], names[second]) for first, second in codes]
    return _figure(agreement(pairs).kappa, kappas(_drawn(weights, tables, which)))


def _alpha(codes: list[list[int]]) -> float:
    if len({code for of_recording in codes for code in of_recording}) < 2:
        return nan
    import krippendorff

    counts = np.stack([np.bincount(of_recording, minlength=N_LABELS) for of_recording in codes])
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def _figure(value: float, draws: Floats) -> Estimate:
    known = draws[~np.isnan(draws)]
    if not len(known):
        return Estimate(value, nan, nan)
    outside = 50 * (1 - COVERAGE)
    low, high = np.percentile(known, [outside, 100 - outside])
    return Estimate(value, float(low), float(high))
