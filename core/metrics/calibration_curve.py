"""Whether probabilities mean what they say: of the recordings given p = 0.8, are 80 % of the class?

Conventions: p is [shape=(n,), float in [0, 1]], `is_so` is [shape=(n,), bool], in the same order. Bins are of equal
width and hold their lower edge (the last one both edges). A bin without recordings has no mean and no share: NaN. No
recordings give NaN everywhere. The expected calibration error is the distance of share from mean p, weighed by the
recordings of the bin (Naeini et al., 2015); the log loss is that of the yes-or-no question, natural logarithm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.errors import Refused

BINS = 10
LEAST_P = 1e-6  # what is ruled out and happens all the same costs this much, not infinity


@dataclass(frozen=True)
class CalibrationBin:
    """mean_p : of its recordings; share : of them that are so; count : recordings."""

    mean_p: float
    share: float
    count: int


@dataclass(frozen=True)
class CalibrationCurve:
    """bins : from p = 0 up to p = 1; ece : expected calibration error; log_loss : a recording."""

    bins: tuple[CalibrationBin, ...]
    ece: float
    log_loss: float


def calibration_curve(p: np.ndarray, is_so: np.ndarray, *, n_bins: int = BINS) -> CalibrationCurve:
    """The reliability curve of one class.

    Raises
    ------
    Refused
        p and `is_so` are not as many, or p is not within [0, 1].
    """
    if p.shape != is_so.shape or not ((p >= 0) & (p <= 1)).all():
        raise Refused(f"Probabilities of shape {p.shape} for {is_so.shape}: expected as many, each within 0 and 1.")
    place = np.minimum((p * n_bins).astype(int), n_bins - 1)
    bins = tuple(_bin(p[place == number], is_so[place == number]) for number in range(n_bins))
    if not len(p):
        return CalibrationCurve(bins, math.nan, math.nan)
    ece = sum(one.count * abs(one.share - one.mean_p) for one in bins if one.count) / len(p)
    told = np.clip(np.where(is_so, p, 1.0 - p), LEAST_P, 1.0)
    return CalibrationCurve(bins, float(ece), float(-np.log(told).mean()))


def _bin(p: np.ndarray, is_so: np.ndarray) -> CalibrationBin:
    if not len(p):
        return CalibrationBin(math.nan, math.nan, 0)
    return CalibrationBin(float(p.mean()), float(is_so.mean()), len(p))
