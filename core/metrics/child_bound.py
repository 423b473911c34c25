"""An upper bound of AM over children: Clopper and Pearson's, with children in place of independent recordings.

Of n recordings k are refused. If they were independent, the bound would be the quantile of a beta distribution with the
parameters k + 1 and n - k (Clopper and Pearson, 1934). Recordings of one child are alike and children have unequally
many, so a child moves the share by more than a recording. Three moments of children say by how much:

- the design effect D, the variance between children over that of independent recordings: counts are divided by it
  (Korn and Graubard, Survey Methodology 24, 1998), and by the square of Student's quantile over the normal, with Kish's
  number of equal children less 1 as degrees of freedom;
- the jump J, the third moment over the second: how many recordings are refused at once. It stands for the 1 refused
  recording that Clopper and Pearson add, as a share that is low by luck also shows too little variance, the more the
  skewer children are (for weighted counts: Fay and Feuer, Statistics in Medicine 16, 1997, who add the largest weight).

The parameters are k / D + J / D and (n - k) / D, and J is at least D. With one recording a child both are 1, and the
bound is the exact one.

Recordings may count with weights, one over the chance with which they were drawn (Horvitz and Thompson, 1952); n, k and
the moments are sums of weights then. D is at least what independent recordings of these weights have, with the largest
weight M refused once more as in Fay and Feuer, and J at least M. Only ratios of weights matter.

What is not seen: a kind of child so rare that validation may lack it, refused again and again. Of m children a kind of
which the share is q = log(1 / level) / m is missing with a chance of `level`. Recordings of a child with a likeness of
at most `ALIKE` cannot refuse more than the share v of that kind, q v^2 = ALIKE * AM * (1 - AM). So log(1 / level) / 2
such children of Kish's mean size count in the three moments, not in k. AM in this is the bound itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

import numpy as np

from core.arrays import BoolArray, Float64Array, IntArray
from core.domain.certainty import Certainty

ALIKE = 0.3  # the likeness up to which the promise is held
UNSEEN = 0.5  # of log(1 / level) children; chosen in worlds with other seeds than those that bench/certainty.py reports
ROUNDS = 8  # of the bound that is its own AM; more change nothing in the fourth digit
CLOSE_ENOUGH = 1e-4
TINY = 1e-9


@dataclass(frozen=True)
class ChildMoments:
    """Sums over children with r refused of g recordings, at each level; recordings count with their weights.

    refused, r2, r3, rg, r2g, rg2 : sums of r, r^2, r^3, r g, r^2 g, r g^2 [shape=(n_levels,) each]
    refused_squares : the sum of the squared weights of what is refused [shape=(n_levels,)]
    n, g2, g3 : sums of g, g^2, g^3
    heaviest : the largest weight of a recording
    """

    refused: Float64Array
    r2: Float64Array
    r3: Float64Array
    rg: Float64Array
    r2g: Float64Array
    rg2: Float64Array
    refused_squares: Float64Array
    n: float
    g2: float
    g3: float
    heaviest: float

    @property
    def equal_children(self) -> float:
        """Kish's number (1965): so many children with equally many recordings would tell as much."""
        return self.n**2 / self.g2

    @property
    def mean_size(self) -> float:
        """Of the child of a recording."""
        return self.g2 / self.n

    def at(self, levels: BoolArray) -> ChildMoments:
        """The same at some levels only."""
        return replace(
            self,
            refused=self.refused[levels],
            r2=self.r2[levels],
            r3=self.r3[levels],
            rg=self.rg[levels],
            r2g=self.r2g[levels],
            rg2=self.rg2[levels],
            refused_squares=self.refused_squares[levels],
        )

    def about(self, share: Float64Array) -> tuple[Float64Array, Float64Array]:
        """The sums of (r - share g)^2 and of its third power [shape=(n_levels,) each]."""
        second = self.r2 - 2 * share * self.rg + share**2 * self.g2
        third = self.r3 - 3 * share * self.r2g + 3 * share**2 * self.rg2 - share**3 * self.g3
        return second, third


def moments_along(child_index: IntArray, refused: IntArray, *, weights: Float64Array | None = None) -> ChildMoments:
    """The moments after the first so many recordings are refused.

    Parameters
    ----------
    child_index : of the Accepted recordings with rising p [shape=(n,)]
    refused : counts [shape=(n_levels,)]
    weights : above 0 [shape=(n,)]; without them each recording counts 1

    Examples
    --------
    >>> moments = moments_along(np.array([0, 1, 0]), np.array([0, 3]))
    >>> moments.r2.tolist(), moments.r2g.tolist(), moments.g3
    ([0.0, 5.0], [0.0, 9.0], 9.0)
    """
    w = np.ones(len(child_index)) if weights is None else weights
    sizes = np.bincount(child_index, weights=w)
    size, before = sizes[child_index], _earlier_of_child(child_index, w)

    def summed(step: Float64Array) -> Float64Array:
        return np.append(0.0, np.cumsum(step))[refused]

    return ChildMoments(
        refused=summed(w),
        r2=summed((2 * before + w) * w),
        r3=summed((3 * before * (before + w) + w**2) * w),
        rg=summed(w * size),
        r2g=summed((2 * before + w) * w * size),
        rg2=summed(w * size**2),
        refused_squares=summed(w**2),
        n=float(sizes.sum()),
        g2=float((sizes**2).sum()),
        g3=float((sizes**3).sum()),
        heaviest=float(w.max(initial=TINY)),
    )


def nothing_refused(like: ChildMoments, times: float) -> ChildMoments:
    """The moments of so many times these children, of whose recordings none is refused [shape=(1,)].

    Examples
    --------
    >>> twice = nothing_refused(moments_along(np.array([0, 1, 0]), np.array([0, 3])), 2.0)
    >>> twice.refused.tolist(), twice.n, twice.equal_children
    ([0.0], 6.0, 3.6)
    """
    none = np.zeros(1)
    sums = like.n * times, like.g2 * times, like.g3 * times
    return ChildMoments(none, none, none, none, none, none, none, *sums, like.heaviest)


def upper_bounds(moments: ChildMoments, certainty: Certainty) -> Float64Array:
    """The bound at each level; 1 for a single child and where all are refused.

    Examples
    --------
    >>> alone = moments_along(np.arange(40), np.array([0, 2]))
    >>> upper_bounds(alone, Certainty.HIGHEST).round(3).tolist()
    [0.076, 0.153]
    >>> in_pairs = moments_along(np.arange(40) // 2, np.array([0, 2]))
    >>> upper_bounds(in_pairs, Certainty.HIGHEST).round(3).tolist()
    [0.079, 0.199]
    """
    if moments.equal_children - 1.0 <= TINY:
        return np.ones_like(moments.refused)
    shrink = _student(moments.equal_children - 1.0, certainty)
    bound = np.full_like(moments.refused, 0.5)
    hidden = np.full_like(bound, np.nan)
    for _ in range(ROUNDS):
        before, hidden = hidden, _hidden_share(moments, certainty, am=bound)
        moved = ~(np.abs(hidden - before) < CLOSE_ENOUGH)
        if not moved.any():
            break
        bound[moved] = _quantile(moments.at(moved), certainty, hidden[moved], shrink)
    return bound


def _hidden_share(moments: ChildMoments, certainty: Certainty, *, am: Float64Array) -> Float64Array:
    """v: the share of their recordings that children of an unseen kind may refuse, where the bound is `am`."""
    rare = min(1.0, -log(1.0 - certainty.value) / moments.equal_children)
    variance = np.where(am < 0.5, am * (1.0 - am), 0.25)
    hidden: Float64Array = np.minimum(1.0, np.sqrt(ALIKE * variance / rare))
    return hidden


def _quantile(moments: ChildMoments, certainty: Certainty, hidden: Float64Array, shrink: float) -> Float64Array:
    from scipy.special import betaincinv

    left = moments.n - moments.refused
    design, jump = _design_and_jump(moments, certainty, hidden)
    weight = 1.0 / (design * shrink)
    quantile = betaincinv(moments.refused * weight + jump / design, np.maximum(left * weight, TINY), certainty.value)
    return np.where(left > TINY, quantile, 1.0)


def _design_and_jump(
    moments: ChildMoments, certainty: Certainty, hidden: Float64Array
) -> tuple[Float64Array, Float64Array]:
    """D, at least 1 where recordings count 1, and J, at least D, with the children that are not seen."""
    n_hidden, size = -UNSEEN * log(1.0 - certainty.value), moments.mean_size
    n = moments.n + n_hidden * size
    share = (moments.refused + n_hidden * hidden * size) / n
    second, third = moments.about(share)
    off = (hidden - share) * size
    alone = np.maximum(share * (1.0 - share), TINY) * n
    of_recordings = (moments.refused_squares + moments.heaviest**2) / (moments.refused + moments.heaviest)
    design = np.maximum((second + n_hidden * off**2) / alone, of_recordings)
    jump = (third + n_hidden * off**3) / (design * alone)
    return design, np.maximum(jump, np.maximum(design, moments.heaviest))


def _student(freedom: float, certainty: Certainty) -> float:
    """The square of Student's quantile over the normal one."""
    from scipy.special import ndtri, stdtrit

    return float(stdtrit(freedom, certainty.value) / ndtri(certainty.value)) ** 2


def _earlier_of_child(child_index: IntArray, weights: Float64Array) -> Float64Array:
    """The weight of the recordings of the same child that stand before each [shape=(n,)]."""
    by_child = np.argsort(child_index, kind="stable")
    along = np.cumsum(weights[by_child]) - weights[by_child]
    counts = np.bincount(child_index)
    begins = np.cumsum(counts) - counts
    earlier = np.empty(len(child_index), dtype=np.float64)
    earlier[by_child] = along - np.repeat(along[begins[counts > 0]], counts[counts > 0])
    return earlier
