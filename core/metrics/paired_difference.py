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

from core.errors import Refused
from core.metrics import clustered_shares, rejection


@dataclass(frozen=True)
class ShareDifference:
    """A share of the one minus that of the other, with its 95 % interval; NaN without recordings of the class."""

    value: float
    low: float
    high: float
    n: int
    n_children: int

    @property
    def is_clear(self) -> bool:
        """Whether 0 lies outside of the interval."""
        return bool(self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class PairedDifferences:
    """One minus other."""

    rcc: ShareDifference
    am: ShareDifference


NOT_KNOWN = ShareDifference(float("nan"), float("nan"), float("nan"), 0, 0)


def paired_differences(
    children: np.ndarray,
    is_accepted: np.ndarray,
    p_one: np.ndarray,
    t_one: float,
    p_other: np.ndarray,
    t_other: float,
) -> PairedDifferences:
    """The differences on the same recordings.

    Parameters
    ----------
    children : np.ndarray [shape=(n,)]
        Whose recording each is.
    is_accepted, p_one, p_other : np.ndarray [shape=(n,)], as in `rejection`
    t_one, t_other : float
        The threshold of each; NaN (none could be chosen) gives NaN.

    Raises
    ------
    Refused
        Lengths differ, or a p is no probability.
    """
    truth, one = rejection.validate(is_accepted, p_one)
    _, other = rejection.validate(is_accepted, p_other)
    which, _ = clustered_shares.child_indices(children, len(truth))
    if np.isnan(t_one) or np.isnan(t_other):
        return PairedDifferences(NOT_KNOWN, NOT_KNOWN)
    refused = np.stack([one < t_one, other < t_other], axis=1)
    return PairedDifferences(*(share_difference(which[among], refused[among]) for among in (~truth, truth)))


def share_difference(which: np.ndarray, hits: np.ndarray) -> ShareDifference:
    """The share of hits in the first column minus that in the second.

    Parameters
    ----------
    which : np.ndarray [shape=(n,), int]
        The number of the child of each recording.
    hits : np.ndarray [shape=(n, 2), bool]
    """
    if hits.ndim != 2 or hits.shape[1] != 2:
        raise Refused(f"Hits of shape {hits.shape}: expected a column for each of two models.")
    if not len(which):
        return NOT_KNOWN
    found = clustered_shares.shares_with_intervals(which, hits)
    one, other = found.value
    below, above = found.value - found.low, found.high - found.value
    together = _correlation(found.off)
    value = float(one - other)
    low = value - _length(below[0], above[1], together)
    high = value + _length(above[0], below[1], together)
    return ShareDifference(value, max(low, -1.0), min(high, 1.0), found.n, found.n_children)


def _length(first: float, second: float, together: float) -> float:
    return float(np.sqrt(max(first**2 - 2 * together * first * second + second**2, 0.0)))


def _correlation(off: np.ndarray) -> float:
    """How the two shares vary together over children; 0 where one of them does not vary."""
    squares = (off**2).sum(axis=0)
    return float(off[:, 0] @ off[:, 1] / np.sqrt(squares.prod())) if (squares > 0).all() else 0.0
