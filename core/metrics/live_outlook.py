"""What a sampling plan will be able to see: the expected half width of AM's interval, before anything is judged.

The variance of AM = (refused good) / (good), when a decision with probability pi is drawn and p is the chance that it
is good: the sum of p (refused - AM)^2 / pi over the decisions, over the square of how many are good (Särndal, Swensson
and Wretman, Model Assisted Survey Sampling, 1992, section 5.6). Recordings of a child resemble each other, which a
design effect covers.
"""

from __future__ import annotations

from math import nan

import numpy as np

from core.arrays import BoolArray, Float64Array

QUANTILE = 1.96
DESIGN_EFFECT = 1.2  # of a few drawn recordings a child, whose p are likely as much as 0.2


def am_half_width(
    p: Float64Array, is_refused: BoolArray, probability: Float64Array, *, decisions: float, am: float
) -> float:
    """Half the expected 95 % interval of AM, from so many decisions that are like these; NaN without any.

    Parameters
    ----------
    p, is_refused, probability : [shape=(n,)] of past decisions, with the probability of being drawn that each would
        have
    am : that is expected

    Examples
    --------
    >>> p, refused = np.array([0.9] * 9 + [0.3]), np.array([False] * 9 + [True])
    >>> few, many = (am_half_width(p, refused, np.full(10, 0.1), decisions=n, am=0.1) for n in (500, 2000))
    >>> round(few / many, 6)
    2.0
    """
    n_good = float(p.sum()) / len(p) * decisions if len(p) else 0.0
    if n_good <= 0:
        return nan
    spread = float((p * (is_refused - am) ** 2 / probability).mean()) * decisions
    return QUANTILE * float(np.sqrt(DESIGN_EFFECT * spread)) / n_good
