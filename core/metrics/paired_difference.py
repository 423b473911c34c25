"""Two models on the same recordings: the difference of their RCC and of their AM, each at a threshold of its own.

Both thresholds were fixed beforehand, on validation. The two shares are of the same recordings of the same children,
so they rise and fall together and their difference is surer than either: the interval is put together from the
intervals of the two shares and from how they are correlated over children (MOVER: Zou and Donner, Construction of
confidence limits about effect measures, Statistics in Medicine 27, 2008). Where the models decide all alike, a width
remains: that the next recordings are decided alike as well is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray, IntArray
from core.errors import Refused
from core.metrics import clustered_shares, rejection


@dataclass(frozen=True)
class ShareDifference:
    """A share of the first model minus that of the second, with its 95 % interval; NaN without recordings."""

    value: float
    low: float
    high: float
    n: int
    n_children: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval excludes 0."""
        return bool(self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class PairedDifferences:
    """First model minus second."""

    rcc: ShareDifference
    am: ShareDifference


NOT_KNOWN = ShareDifference(float("nan"), float("nan"), float("nan"), 0, 0)


def paired_differences(
    children: AnyArray,
    is_accepted: BoolArray,
    p_first: FloatArray,
    t_first: float,
    p_second: FloatArray,
    t_second: float,
    *,
    weights: Float64Array | None = None,
) -> PairedDifferences:
    """The differences on the same recordings.

    Parameters
    ----------
    children : [shape=(n,)]
        Whose recording each is.
    is_accepted, p_first, p_second, weights : [shape=(n,)], as in `rejection`
    t_first, t_second : float
        The threshold of each; NaN (none could be chosen) gives NaN.

    Raises
    ------
    Refused
        Lengths differ, or a p is no probability.

    Examples
    --------
    >>> children, is_accepted = np.arange(100), np.arange(100) < 50
    >>> p_first = np.where(is_accepted, 0.9, 0.1)
    >>> p_second = np.where(np.arange(100) < 70, 0.9, 0.1)
    >>> differences = paired_differences(children, is_accepted, p_first, 0.5, p_second, 0.5)
    >>> round(differences.rcc.value, 2), differences.rcc.is_clear, differences.am.value
    (0.4, True, 0.0)
    """
    truth, first = rejection.validate(is_accepted, p_first)
    _, second = rejection.validate(is_accepted, p_second)
    child_index, _ = clustered_shares.child_indices(children, len(truth))
    if np.isnan(t_first) or np.isnan(t_second):
        return PairedDifferences(NOT_KNOWN, NOT_KNOWN)
    refused = np.stack([first < t_first, second < t_second], axis=1)
    rcc, am = (
        share_difference(child_index[among], refused[among], weights=None if weights is None else weights[among])
        for among in (~truth, truth)
    )
    return PairedDifferences(rcc, am)


def share_difference(child_index: IntArray, hits: BoolArray, *, weights: Float64Array | None = None) -> ShareDifference:
    """The share of hits in the first column minus that in the second.

    Parameters
    ----------
    child_index : [shape=(n,), int]
        The index of the child of each recording.
    hits : [shape=(n, 2), bool]
    weights : what each recording counts [shape=(n,)]; without them 1

    Raises
    ------
    Refused
        `hits` has not two columns.

    Examples
    --------
    >>> hits = np.array([[True, False], [True, True], [False, False], [True, False]])
    >>> difference = share_difference(np.arange(4), hits)
    >>> difference.value, difference.n, difference.n_children
    (0.5, 4, 4)
    """
    if hits.ndim != 2 or hits.shape[1] != 2:
        raise Refused(f"Hits of shape {hits.shape}: expected a column for each of two models.")
    if not len(child_index):
        return NOT_KNOWN
    shares = clustered_shares.shares_with_intervals(child_index, hits, weights=weights)
    first, second = shares.value
    below, above = shares.value - shares.low, shares.high - shares.value
    correlation = _correlation(shares.off)
    value = float(first - second)
    low = value - _length(below[0], above[1], correlation)
    high = value + _length(above[0], below[1], correlation)
    return ShareDifference(value, max(low, -1.0), min(high, 1.0), shares.n, shares.n_children)


def _length(first: float, second: float, correlation: float) -> float:
    return float(np.sqrt(max(first**2 - 2 * correlation * first * second + second**2, 0.0)))


def _correlation(off: Float64Array) -> float:
    """How the two shares vary together over children; 0 where one of them does not vary."""
    squares = (off**2).sum(axis=0)
    return float(off[:, 0] @ off[:, 1] / np.sqrt(squares.prod())) if (squares > 0).all() else 0.0
