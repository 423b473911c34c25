"""A threshold of its own for a source, chosen without labels: from the p that a model gives its recordings.

Under another microphone, room or task a model still ranks recordings, but its p moves, and a threshold that was frozen
elsewhere refuses far more, or fewer, good readings than promised. A calibrated p says by itself how many of the refused
recordings are good ones: AM is expected to be (sum of p refused) / (sum of p). The threshold is the largest at which
that stays within the AM target.

- The share of Accepted may differ in the source. Saerens, Latinne and Decaestecker (Adjusting the outputs of a
  classifier to new a priori probabilities, Neural Computation 14, 2002) estimate it by EM from p alone. To them a shift
  of sound looks like a shift of that share, so it may move no further than `SourceRule.share_down` and `share_up`.
- Where the source's p are a mixture of what validation's Accepted and Rejected have, only the share differs, and that
  moves neither AM nor RCC: the common threshold stays. How well they mix is the distance of Kolmogorov and Smirnov from
  the best mixture; between `fits_below` and `misfits_above` the threshold lies between the two, in log-odds. This holds
  for mixtures with no fewer Accepted than usual: with fewer, good readings whose p fell look the same, and of the two
  mistakes the one that refuses fewer good readings is made.
- Where p moved, its own estimate of AM is too low more often than too high: `caution` times the target is aimed at.

The constants were chosen on prior shifts and device chains simulated from validation children (docs/decisions/0016).
Fewer recordings than `least`, or a p that is 0 throughout, leave the common threshold in force.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float64Array, FloatArray
from core.errors import Refused
from core.metrics import operating_point, rejection
from core.metrics.accepted_share import adjust_share, estimate_share_accepted, from_log_odds, log_odds

GRID = np.linspace(0.005, 0.995, 100)


@dataclass(frozen=True)
class SourceRule:
    """Numbers of the rule; changing them needs no retraining.

    caution : of the AM target; share_down, share_up : log-odds by which the share of Accepted may move
    fits_below, misfits_above : distance from a mixture, in units of what chance gives
    most_moved : log-odds by which the threshold may move
    least : recordings
    """

    caution: float = 0.9
    share_down: float = 0.0
    share_up: float = 1.0
    fits_below: float = 0.6
    misfits_above: float = 1.0
    most_moved: float = 4.0
    least: int = 50


RULE = SourceRule()


@dataclass(frozen=True)
class Reference:
    """What a model's p are where it was validated.

    is_accepted, p : of the validation children [shape=(n,)]
    threshold : chosen there for `am_target`
    """

    is_accepted: BoolArray
    p: Float64Array
    am_target: float
    threshold: float

    @staticmethod
    def of(is_accepted: BoolArray, p: FloatArray, *, am_target: float) -> Reference:
        """Of validation; Refused where a class has no recordings, as nothing can be compared then."""
        truth, probability = rejection.validate(is_accepted, p)
        if truth.all() or not truth.any():
            raise Refused("Validation needs Accepted and Rejected recordings to compare a source with.")
        choice = operating_point.choose_threshold(truth, probability, am_target=am_target)
        return Reference(truth, probability, am_target, choice.threshold)

    @property
    def share_accepted(self) -> float:
        return float(self.is_accepted.mean())


@dataclass(frozen=True)
class Mixture:
    """The share of Accepted in the best mixture of validation's classes, and how far it is off (`SourceThreshold`)."""

    share_accepted: float
    misfit: float


@dataclass(frozen=True)
class SourceThreshold:
    """A source's threshold, and what p expects of it; shares between 0 and 1.

    share_accepted : of the source, as far as it was allowed to move
    misfit : distance from a mixture of validation's classes, in units of what chance gives; above 1 is a shift of sound
    expected_am, expected_rcc : at the threshold; expected_rcc_common : at the common one, so the difference is what the
        source's threshold costs
    is_own : False where the common threshold stays
    """

    threshold: float
    n: int
    share_accepted: float
    misfit: float
    expected_am: float
    expected_rcc: float
    expected_rcc_common: float
    is_own: bool

    @property
    def rcc_lost(self) -> float:
        """Share of the bad recordings that the common threshold would catch and this one does not; < 0 is a gain."""
        return self.expected_rcc_common - self.expected_rcc


def choose_without_labels(p: FloatArray, reference: Reference, *, rule: SourceRule = RULE) -> SourceThreshold:
    """The threshold of a source from its p alone.

    Parameters
    ----------
    p : [shape=(n,), float in [0, 1]]
        Of the source's recordings; a few hundred are better than `rule.least`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> is_accepted = np.arange(400) < 150
    >>> p = np.where(is_accepted, rng.beta(8, 2, 400), rng.beta(1, 8, 400))
    >>> reference = Reference.of(is_accepted, p, am_target=0.10)
    >>> choose_without_labels(p, reference).threshold == reference.threshold
    True
    >>> duller = choose_without_labels(p**3, reference)
    >>> duller.threshold < reference.threshold, duller.is_own
    (True, True)
    """
    _, probability = rejection.validate(np.zeros(len(p), dtype=bool), p)
    mixture = fit_mixture(probability, reference)
    if len(probability) < rule.least or not probability.any():
        return _described(probability, reference.threshold, reference, reference.share_accepted, mixture)
    share = estimate_share_accepted(probability, reference.share_accepted, down=rule.share_down, up=rule.share_up)
    adjusted = adjust_share(probability, reference.share_accepted, share)
    alone = largest_threshold(probability, adjusted, am_target=rule.caution * reference.am_target)
    moved = _between(alone, reference, mixture, rule)
    return _described(probability, moved, reference, share, mixture)


def largest_threshold(p: Float64Array, weights: Float64Array, *, am_target: float) -> float:
    """The largest threshold on p at which no more than `am_target` of the weight is refused.

    Parameters
    ----------
    p, weights : [shape=(n,)]; the weight of a recording is its probability of Accepted, calibrated for its source.

    Examples
    --------
    >>> p = np.array([0.1, 0.2, 0.7, 0.9])
    >>> largest_threshold(p, p, am_target=0.10), largest_threshold(p, p, am_target=0.20)
    (0.2, 0.7)
    """
    thresholds, place = np.unique(p, return_inverse=True)
    below = np.concatenate([[0.0], np.cumsum(np.bincount(place, weights=weights))])
    fits = below[:-1] <= am_target * below[-1] + 1e-12
    return float(thresholds[np.flatnonzero(fits)[-1]])


def expected_share_refused(weights: Float64Array, refused: BoolArray) -> float:
    """Of a weight for each recording, the share that is refused; NaN without any weight. Both [shape=(n,)].

    Examples
    --------
    >>> expected_share_refused(np.array([0.9, 0.6, 0.5]), np.array([False, False, True]))
    0.25
    """
    total = float(weights.sum())
    return float(weights[refused].sum()) / total if total > 0 else float("nan")


def fit_mixture(p: Float64Array, reference: Reference) -> Mixture:
    """The mixture of validation's classes that is nearest to the source's p; all NaN without recordings.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> is_accepted = np.arange(200) < 80
    >>> reference = Reference.of(is_accepted, np.where(is_accepted, 0.9, 0.1) + rng.uniform(0, 0.1, 200), am_target=0.1)
    >>> fit_mixture(reference.p[20:], reference).misfit < 0.5 < fit_mixture(reference.p / 2, reference).misfit
    True
    """
    if not len(p):
        return Mixture(float("nan"), float("nan"))
    accepted, rejected, observed = (
        np.searchsorted(np.sort(some), GRID) / len(some)
        for some in (reference.p[reference.is_accepted], reference.p[~reference.is_accepted], p)
    )
    apart = accepted - rejected
    height = float(apart @ apart)
    share = float(np.clip((observed - rejected) @ apart / height, 0.0, 1.0)) if height > 0 else 0.0
    distance = float(np.abs(observed - share * accepted - (1.0 - share) * rejected).max())
    n, n_reference = len(p), len(reference.p)
    return Mixture(share, distance * float(np.sqrt(n * n_reference / (n + n_reference))))


def _between(alone: float, reference: Reference, mixture: Mixture, rule: SourceRule) -> float:
    """From the common threshold to the source's own as the misfit grows; no further than `rule.most_moved`."""
    trust = 1.0
    if mixture.share_accepted >= reference.share_accepted:
        trust = float(np.clip((mixture.misfit - rule.fits_below) / (rule.misfits_above - rule.fits_below), 0.0, 1.0))
    if trust == 0.0:
        return reference.threshold
    own, common = log_odds(np.array([alone, reference.threshold]))
    moved = np.clip(trust * (own - common), -rule.most_moved, rule.most_moved)
    return float(from_log_odds(np.array([common + moved]))[0])


def _described(
    p: Float64Array, threshold: float, reference: Reference, share: float, mixture: Mixture
) -> SourceThreshold:
    weights = adjust_share(p, reference.share_accepted, share)
    return SourceThreshold(
        threshold=threshold,
        n=len(p),
        share_accepted=share,
        misfit=mixture.misfit,
        expected_am=expected_share_refused(weights, p < threshold),
        expected_rcc=expected_share_refused(1.0 - weights, p < threshold),
        expected_rcc_common=expected_share_refused(1.0 - weights, p < reference.threshold),
        is_own=threshold != reference.threshold,
    )
