"""A source's threshold once some of its recordings are judged: which to judge, what follows, and how sure it is.

The recordings are drawn spread over p: of every stretch of as many recordings by rank of p, one. So each was as likely
to be drawn as any other, and shares of the judged ones are shares of the source.

From their labels p is calibrated anew for the source, log-odds of Accepted = a + b * log-odds of p (Platt,
Probabilistic outputs for support vector machines, 1999). A penalty on the distance from a = 0 and b = 1 shrinks few
labels towards the common calibration (`recalibration`). The
threshold is then the largest at which the recalibrated p of *all* its recordings expects AM within the target, in the
mean over what a and b may be after these labels (Laplace's approximation: Tierney and Kadane, Accurate approximations
for posterior moments and marginal densities, JASA 81, 1986). AM rises faster above the likeliest threshold than it
falls below, so the likeliest a and b alone would exceed the target with few labels; with many the two agree.

Recordings on which the judges differ are left out of the fit, as where a model is validated; the AM of the whole stream
counts them half.

Where the target is to be kept with a certainty, the threshold is also no larger than the largest that keeps it so on
the judged recordings (`certain_threshold`). They are few: where they cannot be as sure as wanted, they are as sure as
they can be, and where no threshold can be sure at all it is the one without a margin and has no certainty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import AnyArray, BoolArray, Float64Array, FloatArray, IntArray
from core.domain.certainty import Certainty
from core.errors import Refused
from core.metrics import certain_threshold, intervals, recalibration, rejection, whole_stream
from core.metrics.certain_threshold import ChildrenNeeded
from core.metrics.intervals import Interval
from core.metrics.recalibration import RULE, RecalibrationRule, recalibrate
from core.metrics.source_threshold import expected_share_refused, largest_threshold


@dataclass(frozen=True)
class JudgedSource:
    """A source's threshold with what the judged recordings say of it; shares between 0 and 1, NaN without recordings.

    am, rcc : of the judged recordings on which the judges agree, with the 95 % interval over children
    am_stream : with disagreements in the denominator, half each
    rcc_common, am_common : the same at the common threshold, so the differences are what the source's own one gives
    offset, slope : of the likeliest recalibration; 0 and 1 change nothing
    certainty : with which the threshold keeps the target; None where nothing is sure
    needed : what it would take to be as sure as wanted; None where it is
    """

    threshold: float
    n: int
    n_accepted: int
    am: float
    am_interval: Interval
    am_stream: float
    rcc: float
    rcc_interval: Interval
    am_common: float
    rcc_common: float
    expected_am: float
    offset: float
    slope: float
    certainty: Certainty | None = Certainty.EVEN
    needed: ChildrenNeeded | None = None


def spread_draw(p: FloatArray, n: int, *, seed: int) -> IntArray:
    """Places of n recordings, spread over p [shape=(min(n, len(p)),)], in the order of p.

    Examples
    --------
    >>> spread_draw(np.array([0.9, 0.1, 0.2, 0.8]), 2, seed=0).tolist()
    [2, 0]
    """
    order = np.argsort(p, kind="stable")
    n = min(n, len(order))
    rng = np.random.default_rng(seed)
    stretches = np.array_split(order, n) if n else []
    return np.array([rng.choice(stretch) for stretch in stretches], dtype=np.int64)


def choose_with_labels(
    p: FloatArray,
    judged: IntArray,
    votes: FloatArray,
    children: AnyArray,
    *,
    am_target: float,
    common: float,
    certainty: Certainty = Certainty.EVEN,
    rule: RecalibrationRule = RULE,
) -> JudgedSource:
    """The threshold of a source from the labels of some of its recordings.

    Parameters
    ----------
    p : [shape=(n,)] of all its recordings
    judged : [shape=(n_judged,)] places in p, drawn by `spread_draw`
    votes : [shape=(n_judged,)] the share of the judges that say Accepted
    children : [shape=(n_judged,)] whose recording each is
    common : the threshold that is in force elsewhere
    certainty : with which the target is to be kept

    Raises
    ------
    Refused
        Fewer were judged, or fewer of them are Accepted, than `rule` asks for.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> is_accepted = np.arange(400) < 150
    >>> p = np.where(is_accepted, rng.beta(4, 6, 400), rng.beta(1, 20, 400))
    >>> judged = spread_draw(p, 80, seed=1)
    >>> own = choose_with_labels(p, judged, is_accepted[judged], judged, am_target=0.10, common=0.5)
    >>> own.am <= 0.10 < own.am_common, own.n
    (True, 80)
    """
    _, probability = rejection.validate(np.zeros(len(p), dtype=bool), p)
    share, places = np.asarray(votes, dtype=np.float64), np.asarray(judged, dtype=np.int64)
    is_agreed = (share == 0.0) | (share == 1.0)
    _require_enough(is_agreed, share, rule)
    x = recalibration.bounded_log_odds(probability)
    recalibrations = recalibrate(x[places[is_agreed]], share[is_agreed], rule)
    weights = recalibrations.mean_weights(x)
    is_accepted, p_judged = share[is_agreed] == 1.0, probability[places]
    agreed = _Agreed(np.asarray(children)[is_agreed], is_accepted, p_judged[is_agreed])
    threshold, reached = _as_sure_as_can_be(
        largest_threshold(probability, weights, am_target=am_target), agreed, am_target, certainty
    )
    at_own = _shares(is_accepted, p_judged[is_agreed], threshold)
    at_common = _shares(is_accepted, p_judged[is_agreed], common)
    ends = intervals.at_threshold(agreed.children, is_accepted, agreed.p, threshold)
    return JudgedSource(
        threshold=threshold,
        n=len(places),
        n_accepted=int(is_accepted.sum()),
        am=at_own[0],
        am_interval=ends.am,
        am_stream=whole_stream.am_at(share, p_judged, threshold),
        rcc=at_own[1],
        rcc_interval=ends.rcc,
        am_common=at_common[0],
        rcc_common=at_common[1],
        expected_am=expected_share_refused(weights, probability < threshold),
        offset=float(recalibrations.likeliest[0]),
        slope=recalibrations.slope,
        certainty=reached,
        needed=None if reached is certainty else _needed(agreed, am_target, certainty),
    )


@dataclass(frozen=True)
class _Agreed:
    """The judged recordings on which the judges agree, all [shape=(n_agreed,)]."""

    children: AnyArray
    is_accepted: BoolArray
    p: Float64Array


def _as_sure_as_can_be(
    threshold: float, agreed: _Agreed, am_target: float, certainty: Certainty
) -> tuple[float, Certainty | None]:
    """The threshold, lowered until it is sure; and how sure, at most as wanted."""
    if not certainty.has_margin:
        return threshold, certainty
    lower = [each for each in Certainty if each.has_margin and each.value <= certainty.value]
    for each in reversed(lower):
        sure = certain_threshold.choose_threshold(
            agreed.children, agreed.is_accepted, agreed.p, am_target=am_target, certainty=each
        )
        if certain_threshold.is_sure(sure, each):
            return min(threshold, sure), each
    return threshold, None


def _needed(agreed: _Agreed, am_target: float, certainty: Certainty) -> ChildrenNeeded | None:
    return certain_threshold.children_needed(
        agreed.children, agreed.is_accepted, agreed.p, am_target=am_target, certainty=certainty
    )


def _require_enough(is_agreed: BoolArray, share: Float64Array, rule: RecalibrationRule) -> None:
    n_accepted = int((share == 1.0).sum())
    if len(share) < rule.least or n_accepted < rule.least_accepted:
        raise Refused(
            f"{len(share)} recordings of the source are judged by two judges, {n_accepted} of them Accepted by both: "
            f"at least {rule.least} and {rule.least_accepted} are needed."
        )
    if is_agreed.sum() == n_accepted:
        raise Refused("Not one of the judged recordings is Noise or Speechless: nothing can be told apart.")


def _shares(is_accepted: BoolArray, p: Float64Array, threshold: float) -> tuple[float, float]:
    return rejection.am_at(is_accepted, p, threshold), rejection.rcc_at(is_accepted, p, threshold)
