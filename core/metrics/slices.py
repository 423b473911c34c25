"""AM and RCC of slices of the recordings, each compared with all other recordings: is any treated worse?

A slice (in French, or short, or of the afternoon) is compared with the recordings outside of it, for AM among the
Accepted and for RCC among the Rejected. The larger p of two tests counts: Fisher's exact test, which is right for few
recordings, and a score test whose terms are summed by child (Boos, On generalized score tests, The American
Statistician 46, 1992), which is right where recordings of one child resemble each other. Of many comparisons some
differ by chance, so p is corrected by Holm's method (1979) over all of them: with 95 % certainty no slice is called
worse that is not. Fewer than `LEAST` recordings inside or outside are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isnan, nan

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, IntArray, StringArray
from core.metrics import clustered_shares
from core.metrics.caught_by_kind import CaughtShare, caught_share
from core.metrics.intervals import NOT_KNOWN, Interval

LEAST = 10  # recordings
CHANCE = 0.05


@dataclass(frozen=True)
class SliceShare:
    """A share of a slice, with its 95 % interval and the share outside of it; NaN without recordings.

    p : of the comparison with the rest, corrected for all comparisons; NaN where there are too few recordings.
    is_worse : worse than the rest, by more than chance.
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
    """A slice of the recordings: its kind (language), its name (fr), and its two shares.

    caught : RCC of each kind of rejected recording apart, which is not compared
    """

    kind: str
    name: str
    am: SliceShare
    rcc: SliceShare
    caught: Mapping[str, CaughtShare] = field(default_factory=dict)

    @property
    def is_worse(self) -> bool:
        return self.am.is_worse or self.rcc.is_worse


def slices(
    children: AnyArray,
    is_accepted: BoolArray,
    refused: BoolArray,
    kinds: Mapping[str, StringArray],
    *,
    rejected_kinds: Mapping[str, BoolArray] | None = None,
) -> list[Slice]:
    """Every slice of every kind, those treated worse first, then in the order of the kinds and their names.

    Parameters
    ----------
    children, is_accepted, refused : [shape=(n,)]
        The child of each recording, whether people accept it, whether the threshold refuses it.
    kinds : name of a kind -> the slice of each recording [shape=(n,), str]; "" where it is not known
        Slices are in alphabetical order; a kind with a single slice cannot be compared and is left out.
    rejected_kinds : name of a kind of rejected recording -> which are of it [shape=(n,)], to show apart

    Examples
    --------
    >>> is_accepted = np.ones(60, dtype=bool)
    >>> language = np.where(np.arange(60) < 30, "en", "fr")
    >>> refused = (np.arange(60) >= 30) & (np.arange(60) % 2 == 0)
    >>> [(s.name, s.am.value, s.is_worse) for s in slices(np.arange(60), is_accepted, refused, {"language": language})]
    [('fr', 0.5, True), ('en', 0.0, False)]
    """
    child_index, _ = clustered_shares.child_indices(children, len(is_accepted))
    truth, hits = np.asarray(is_accepted, bool), np.asarray(refused, bool)
    uncorrected = []
    for kind, slice_of in kinds.items():
        names = [str(name) for name in np.unique(slice_of) if name]
        for name in names if len(names) > 1 else []:
            inside, known = slice_of == name, slice_of != ""
            am, rcc = (_share(child_index, hits, inside & among, ~inside & known & among) for among in (truth, ~truth))
            caught = {
                label: caught_share(child_index[inside & among], hits[inside & among])
                for label, among in (rejected_kinds or {}).items()
            }
            uncorrected.append(Slice(kind, name, am, rcc, caught))
    return sorted(_corrected(uncorrected), key=lambda compared: not compared.is_worse)


def holm(p: Float64Array) -> Float64Array:
    """p corrected for as many comparisons as there are [shape=(n,)]; NaN stays and counts as none.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, np.nan])).tolist()
    [0.02, 0.04, nan]
    """
    corrected = np.full(len(p), nan)
    order = [k for k in np.argsort(p, kind="stable") if not isnan(p[k])]
    highest = 0.0
    for rank, k in enumerate(order):
        highest = max(highest, min(1.0, float(p[k]) * (len(order) - rank)))
        corrected[k] = highest
    return corrected


def p_of_difference(child_index: IntArray, hits: BoolArray, inside: BoolArray) -> float:
    """p of the difference between inside and outside; two-sided, not corrected.

    Parameters
    ----------
    child_index, hits, inside : [shape=(n,)]
        Index of the child, hit or not, inside of the slice or not.

    Examples
    --------
    >>> hits = np.arange(40) < 10
    >>> p_of_difference(np.arange(40), hits, inside=np.arange(40) < 20) < 0.001
    True
    """
    from scipy.stats import fisher_exact

    table = [[int((hits & side).sum()), int((~hits & side).sum())] for side in (inside, ~inside)]
    return max(float(fisher_exact(table)[1]), _score_test(child_index, hits, inside))


def _score_test(child_index: IntArray, hits: BoolArray, inside: BoolArray) -> float:
    from scipy.stats import t

    terms = (inside - inside.mean()) * (hits - hits.mean())
    by_child = np.bincount(child_index, weights=terms)[np.unique(child_index)]
    spread, m = float((by_child**2).sum()), len(by_child)
    if m < 2 or spread == 0:
        return 1.0
    return float(2 * t.sf(abs(by_child.sum()) / np.sqrt(spread * m / (m - 1)), m - 1))


def _share(child_index: IntArray, hits: BoolArray, inside: BoolArray, outside: BoolArray) -> SliceShare:
    rest = float(hits[outside].mean()) if outside.any() else nan
    if not inside.any():
        return SliceShare(nan, NOT_KNOWN, rest, 0, 0)
    share = clustered_shares.shares_with_intervals(child_index[inside], hits[inside])
    not_compared = SliceShare(
        value=float(share.value[0]),
        interval=(float(share.low[0]), float(share.high[0])),
        rest=rest,
        n=share.n,
        n_children=share.n_children,
    )
    if min(inside.sum(), outside.sum()) < LEAST:
        return not_compared
    both = inside | outside
    return replace(not_compared, p=p_of_difference(child_index[both], hits[both], inside[both]))


def _corrected(uncorrected: list[Slice]) -> list[Slice]:
    corrected = holm(np.array([share.p for part in uncorrected for share in (part.am, part.rcc)]))
    return [
        replace(
            part, am=_tested(part.am, p_am, higher_is_worse=True), rcc=_tested(part.rcc, p_rcc, higher_is_worse=False)
        )
        for part, p_am, p_rcc in zip(uncorrected, corrected[::2], corrected[1::2], strict=True)
    ]


def _tested(share: SliceShare, p: float, *, higher_is_worse: bool) -> SliceShare:
    is_worse = share.value > share.rest if higher_is_worse else share.value < share.rest
    return replace(share, p=float(p), is_worse=bool(is_worse and p < CHANCE))
