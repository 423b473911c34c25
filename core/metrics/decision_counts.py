"""How many recordings of each class a threshold refuses and accepts: the four cells of the confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, FloatArray
from core.errors import Refused
from core.metrics.rejection import validate


@dataclass(frozen=True)
class Confusion:
    """Counts of recordings: the people's label, and what the threshold does with the recording."""

    accepted_kept: int
    accepted_refused: int
    rejected_caught: int
    rejected_passed: int


def confusion(is_accepted: BoolArray, p: FloatArray, t: float) -> Confusion:
    """The four counts at a threshold; zeros where there are no recordings. Refused for a threshold that is NaN.

    Examples
    --------
    >>> confusion(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1]), 0.5)
    Confusion(accepted_kept=1, accepted_refused=1, rejected_caught=1, rejected_passed=1)
    """
    truth, probability = validate(is_accepted, p)
    if np.isnan(t):
        raise Refused("There is no threshold to count at (NaN): choose one on recordings that have an Accepted.")
    accepts = probability >= t
    return Confusion(
        accepted_kept=int((truth & accepts).sum()),
        accepted_refused=int((truth & ~accepts).sum()),
        rejected_caught=int((~truth & ~accepts).sum()),
        rejected_passed=int((~truth & accepts).sum()),
    )
