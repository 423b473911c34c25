"""Is anybody treated worse? AM and RCC of parts of the recordings, each held against all the others.

A part (the French ones, the short ones, those of the afternoon) is compared with the recordings outside of it, for AM
among the Accepted and for RCC among the Rejected. Two tests are made and the larger p is believed: Fisher's exact test,
which is right for few recordings, and a score test whose terms are summed by child (Boos, On generalized score tests,
The American Statistician 46, 1992), which is right where recordings of one child resemble each other. Many comparisons
find something by chance, so p is corrected by Holm's method (1979) over all of them: with 95 % certainty nothing is
called worse that is not. Fewer than `LEAST` recordings inside or outside are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan, nan

import numpy as np

from core.metrics import clustered_shares
from core.metrics.intervals import NOT_KNOWN, Interval

LEAST = 10
CHANCE = 0.05


@dataclass(frozen=True)
class SliceShare:
    """A share of one part, with its 95 % interval and the share outside of it; NaN where there is nothing.

    p : of the comparison with the rest, corrected for all comparisons made; NaN where none could be made.
    is_worse : worse than the rest, and that is no chance.
    """

    value: float
    interval: Interval
    rest: float
    n: int
    n_children: int
    p: float = nan
    is_worse: bool = False


@dataclass(frozen=True)
class Slice:
    """One part of the recordings: the kind (language), its name (fr), what is done to it."""

    kind: str
    name: str
    am: SliceShare
    rcc: SliceShare

    @property
    def is_worse(self) -> bool:
        return self.am.is_worse or self.rcc.is_worse


def slices(
    children: np.ndarray, is_accepted: np.ndarray, refused: np.ndarray, kinds: Mapping[str, np.ndarray]
) -> list[Slice]:
    """Every part of every kind, those treated worse first, then in the order of the kinds and their names.

    Parameters
    ----------
    children, is_accepted, refused : np.ndarray [shape=(n,)]
        Whose recording, what people say of it, what the threshold does with it.
    kinds : name of a kind -> the part of each recording [shape=(n,), str]; "" where it is not known
        Parts are in alphabetical order; a kind of one part has nothing to be compared with and is left out.
    """
    which, _ = clustered_shares.child_indices(children, len(is_accepted))
    truth, hits = np.asarray(is_accepted, bool), np.asarray(refused, bool)
    found = []
    for kind, parts in kinds.items():
        names = [str(name) for name in np.unique(parts) if name]
        for name in names if len(names) > 1 else []:
            inside, known = parts == name, parts != ""
            am, rcc = (_figure(which, hits, inside & among, ~inside & known & among) for among in (truth, ~truth))
            found.append(Slice(kind, name, am, rcc))
    return sorted(_corrected(found), key=lambda one: not one.is_worse)


def holm(p: np.ndarray) -> np.ndarray:
    """p corrected for as many comparisons as there are [shape=(n,)]; NaN stays and counts as none."""
    corrected = np.full(len(p), nan)
    order = [k for k in np.argsort(p, kind="stable") if not isnan(p[k])]
    highest = 0.0
    for rank, k in enumerate(order):
        highest = max(highest, min(1.0, float(p[k]) * (len(order) - rank)))
        corrected[k] = highest
    return corrected


def p_of_difference(which: np.ndarray, hits: np.ndarray, inside: np.ndarray) -> float:
    """How likely so large a difference between inside and outside is by chance; two-sided, not corrected.

    Parameters
    ----------
    which, hits, inside : np.ndarray [shape=(n,)]
        Number of the child, hit or not, inside of the part or not.
    """
    from scipy.stats import fisher_exact

    table = [[int((hits & part).sum()), int((~hits & part).sum())] for part in (inside, ~inside)]
    return max(float(fisher_exact(table)[1]), _score_test(which, hits, inside))


def _score_test(which: np.ndarray, hits: np.ndarray, inside: np.ndarray) -> float:
    from scipy.stats import t

    terms = (inside - inside.mean()) * (hits - hits.mean())
    by_child = np.bincount(which, weights=terms)[np.unique(which)]
    spread, m = float((by_child**2).sum()), len(by_child)
    if m < 2 or spread == 0:
        return 1.0
    return float(2 * t.sf(abs(by_child.sum()) / np.sqrt(spread * m / (m - 1)), m - 1))


def _figure(which: np.ndarray, hits: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> SliceShare:
    rest = float(hits[outside].mean()) if outside.any() else nan
    if not inside.any():
        return SliceShare(nan, NOT_KNOWN, rest, 0, 0)
    share = clustered_shares.shares_with_intervals(which[inside], hits[inside])
    made = SliceShare(
        value=float(share.value[0]),
        interval=(float(share.low[0]), float(share.high[0])),
        rest=rest,
        n=share.n,
        n_children=share.n_children,
    )
    if min(inside.sum(), outside.sum()) < LEAST:
        return made
    both = inside | outside
    return replace(made, p=p_of_difference(which[both], hits[both], inside[both]))


def _corrected(found: list[Slice]) -> list[Slice]:
    corrected = holm(np.array([figure.p for one in found for figure in (one.am, one.rcc)]))
    return [
        replace(one, am=_judged(one.am, am, higher_is_worse=True), rcc=_judged(one.rcc, rcc, higher_is_worse=False))
        for one, am, rcc in zip(found, corrected[::2], corrected[1::2], strict=True)
    ]


def _judged(figure: SliceShare, p: float, *, higher_is_worse: bool) -> SliceShare:
    is_worse = figure.value > figure.rest if higher_is_worse else figure.value < figure.rest
    return replace(figure, p=float(p), is_worse=bool(is_worse and p < CHANCE))
