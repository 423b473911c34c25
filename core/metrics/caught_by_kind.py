"""RCC of each kind of rejected recording apart: a model that catches Speechless well may lose Noise unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray, IntArray, StringArray
from core.metrics import clustered_shares
from core.metrics.intervals import NOT_KNOWN, Interval


@dataclass(frozen=True)
class CaughtShare:
    """rcc : share of the kind that is refused, with its 95 % interval over children; NaN without recordings"""

    rcc: float
    interval: Interval
    n: int


def caught_by_kind(
    children: AnyArray,
    labels: StringArray,
    p: FloatArray,
    threshold: float,
    kinds: Sequence[str],
    *,
    weights: Float64Array | None = None,
) -> dict[str, CaughtShare]:
    """The share of each kind with p below a threshold.

    Parameters
    ----------
    children, labels, p : [shape=(n,)]
    threshold : NaN (none could be chosen) gives NaN
    kinds : the labels to look at
    weights : what each recording counts [shape=(n,)]; without them 1

    Examples
    --------
    >>> labels = np.repeat(["Noise", "Speechless"], 20)
    >>> p = np.where(np.arange(40) < 5, 0.9, 0.1)
    >>> apart = caught_by_kind(np.arange(40), labels, p, 0.5, ("Noise", "Speechless"))
    >>> {kind: share.rcc for kind, share in apart.items()}
    {'Noise': 0.75, 'Speechless': 1.0}
    """
    child_index, _ = clustered_shares.child_indices(children, len(p))
    refused = np.asarray(p) < threshold
    if np.isnan(threshold):
        return {kind: CaughtShare(float("nan"), NOT_KNOWN, int((labels == kind).sum())) for kind in kinds}
    w = np.ones(len(refused)) if weights is None else weights
    among = {kind: labels == kind for kind in kinds}
    return {
        kind: caught_share(child_index[inside], refused[inside], weights=w[inside]) for kind, inside in among.items()
    }


def caught_share(child_index: IntArray, refused: BoolArray, *, weights: Float64Array | None = None) -> CaughtShare:
    """The share of recordings of one kind that is refused; all [shape=(n,)].

    Examples
    --------
    >>> caught_share(np.arange(40), np.arange(40) < 30).rcc
    0.75
    """
    if not len(child_index):
        return CaughtShare(float("nan"), NOT_KNOWN, 0)
    shares = clustered_shares.shares_with_intervals(child_index, refused, weights=weights)
    return CaughtShare(float(shares.value[0]), (float(shares.low[0]), float(shares.high[0])), shares.n)
