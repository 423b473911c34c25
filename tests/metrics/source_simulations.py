"""Sources whose p is calibrated, moved, or mixed otherwise, by construction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array
from core.metrics.accepted_share import from_log_odds
from core.metrics.source_threshold import Reference

SPREAD = 2.2  # of the score within a class, whose means lie 1 above and 1 below 0 in units of `APART`
APART = 3.0
USUAL_SHARE = 0.36


@dataclass(frozen=True)
class Simulated:
    """Recordings of a source: the truth, and the p of a model that was calibrated elsewhere."""

    is_accepted: BoolArray
    p: Float64Array

    def am(self, threshold: float) -> float:
        return float((self.p[self.is_accepted] < threshold).mean())

    def rcc(self, threshold: float) -> float:
        return float((self.p[~self.is_accepted] < threshold).mean())


def simulate(
    n: int, *, share: float = USUAL_SHARE, moved: float = 0.0, masked: float = 0.0, seed: int = 0
) -> Simulated:
    """Two normal scores of one spread, whose posterior is logistic; `moved` is added to all log-odds.

    masked : taken from the score of Accepted alone, as a microphone does that hides the voice
    """
    rng = np.random.default_rng(seed)
    is_accepted = rng.random(n) < share
    score = np.where(is_accepted, APART - masked, -APART) + rng.normal(0, SPREAD, n)
    usual = np.log(USUAL_SHARE / (1 - USUAL_SHARE))
    return Simulated(is_accepted, from_log_odds(2 * APART / SPREAD**2 * score + usual + moved))


def reference(*, n: int = 400, seed: int = 99, am_target: float = 0.10) -> Reference:
    usual = simulate(n, seed=seed)
    return Reference.of(usual.is_accepted, usual.p, am_target=am_target)
