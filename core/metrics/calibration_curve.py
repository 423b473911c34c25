"""Calibration: of the recordings with p = 0.8, are 80 % of the class?

Conventions: p is [shape=(n,), float in [0, 1]], `is_of_class` is [shape=(n,), bool], in the same order. Bins are of
equal width and hold their lower edge (the last one both edges). A bin without recordings has no mean and no share: NaN.
No recordings give NaN everywhere. The expected calibration error is the distance of share from mean p, weighed by the
recordings of the bin (Naeini et al., 2015); the log loss is that of the yes-or-no question, natural logarithm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, FloatArray, IntArray
from core.errors import Refused

BINS = 10
LEAST_P = 1e-6  # the least p of what did happen: its logarithm stays finite


@dataclass(frozen=True)
class CalibrationBin:
    """mean_p : of its recordings; share : of them that are of the class; count : recordings."""

    mean_p: float
    share: float
    count: int


@dataclass(frozen=True)
class CalibrationCurve:
    """bins : from p = 0 up to p = 1; ece : expected calibration error; log_loss : a recording."""

    bins: tuple[CalibrationBin, ...]
    ece: float
    log_loss: float


def calibration_curve(p: FloatArray, is_of_class: BoolArray, *, n_bins: int = BINS) -> CalibrationCurve:
    """The reliability curve of one class.

    Raises
    ------
    Refused
        p and `is_of_class` are not as many, or p is not within [0, 1].

    Examples
    --------
    >>> curve = calibration_curve(np.array([0.2, 0.2, 0.9, 0.9]), np.array([False, True, True, True]), n_bins=2)
    >>> [(round(b.mean_p, 3), b.share, b.count) for b in curve.bins], round(curve.ece, 3)
    ([(0.2, 0.5, 2), (0.9, 1.0, 2)], 0.2)
    """
    if p.shape != is_of_class.shape or not ((p >= 0) & (p <= 1)).all():
        raise Refused(
            f"Probabilities of shape {p.shape} for {is_of_class.shape}: expected as many, each within 0 and 1."
        )
    bin_index: IntArray = np.minimum((p * n_bins).astype(int), n_bins - 1)
    bins = tuple(_bin(p[bin_index == number], is_of_class[bin_index == number]) for number in range(n_bins))
    if not len(p):
        return CalibrationCurve(bins, math.nan, math.nan)
    ece = sum(filled.count * abs(filled.share - filled.mean_p) for filled in bins if filled.count) / len(p)
    p_of_truth = np.clip(np.where(is_of_class, p, 1.0 - p), LEAST_P, 1.0)
    return CalibrationCurve(bins, float(ece), float(-np.log(p_of_truth).mean()))


def _bin(p: FloatArray, is_of_class: BoolArray) -> CalibrationBin:
    if not len(p):
        return CalibrationBin(math.nan, math.nan, 0)
    return CalibrationBin(float(p.mean()), float(is_of_class.mean()), len(p))
