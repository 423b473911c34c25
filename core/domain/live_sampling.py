"""Which decisions in class are sampled for judges: with which probability, and by which draw.

A share of what is decided is drawn, heard by two judges, and weighed with one over its probability of being drawn
(Horvitz and Thompson, 1952). The probability is known before the draw, never 0, and higher where a label tells more:
it follows the optimal allocation for a ratio (Särndal, Swensson and Wretman, Model Assisted Survey Sampling, 1992,
section 12.2), taken for AM and RCC together with p as the chance that the recording is good. That is highest near the
threshold. A floor bounds the weights, so that a model that is wrong far from its threshold is noticed too.

The draw is a keyed hash of the decision's id: the same again for whoever has the secret, and for nobody else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from core.domain.labels import JUDGEMENTS_PER_RECORDING
from core.errors import Refused

FLOOR_SHARE = 0.5  # of the average probability: no weight is more than twice the average one
LOWEST_FLOOR = 1e-4
RCC_WORTH = 0.25  # of RCC beside AM, whose target is the promise that is watched
EXPECTED_RCC = 0.9  # only shapes the allocation; a wrong one costs width, never bias
USUAL_WEEK = 1000  # decisions of a source, while too few were counted
ENOUGH_DECISIONS = 50
MOST_JUDGEMENTS = 100_000
ALARM_LEVELS = (0.01, 0.05, 0.10)
MOST_TRAINING_WEIGHT = 3.0
HALVINGS = 30


@dataclass(frozen=True)
class LivePlan:
    """What staff choose.

    judgements_a_week : how many judges can give to recordings from class, over all sources; 0: nothing is sampled
    false_alarms : the chance that an alarm is ever raised while AM keeps its target
    """

    judgements_a_week: int = 0
    false_alarms: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.judgements_a_week <= MOST_JUDGEMENTS:
            raise Refused(
                "{judgements_a_week} judgements a week cannot be: expected 0 to {most_judgements:,}.",
                judgements_a_week=self.judgements_a_week,
                most_judgements=MOST_JUDGEMENTS,
            )
        if self.false_alarms not in ALARM_LEVELS:
            levels = ", ".join(f"{level:g}" for level in ALARM_LEVELS)
            raise Refused(
                "A chance of false alarms of {false_alarms!r} cannot be: expected one of {levels}.",
                false_alarms=self.false_alarms,
                levels=levels,
            )

    @property
    def recordings_a_week(self) -> float:
        """How many recordings so many judgements are enough for."""
        return self.judgements_a_week / JUDGEMENTS_PER_RECORDING


@dataclass(frozen=True)
class PastDecision:
    """What the allocation learns from: p, and whether it was refused."""

    p_accepted: float
    is_refused: bool


@dataclass(frozen=True)
class DrawnByLot:
    """A recording that was drawn in class: of which source, and with which probability."""

    source: str
    probability: float


@dataclass(frozen=True)
class SamplingRate:
    """How likely the decisions of a source are drawn, until it is computed anew.

    scale : times the allocation; floor : the least probability
    am_target, share_good : what the allocation is shaped by
    """

    scale: float
    floor: float
    am_target: float
    share_good: float

    def probability(self, p_accepted: float, *, is_refused: bool) -> float:
        """Of being drawn: between the floor and 1."""
        worth = allocation(p_accepted, is_refused=is_refused, am_target=self.am_target, share_good=self.share_good)
        return min(1.0, max(self.floor, self.scale * worth))


def allocation(p_accepted: float, *, is_refused: bool, am_target: float, share_good: float) -> float:
    """What a label of this decision tells of AM and RCC, up to a factor.

    The square root of the expected squared residual of both ratios, each by the size of its class.
    """
    refused = 1.0 if is_refused else 0.0
    of_am = p_accepted * ((refused - am_target) / share_good) ** 2
    of_rcc = (1.0 - p_accepted) * ((refused - EXPECTED_RCC) / (1.0 - share_good)) ** 2
    return sqrt(of_am + RCC_WORTH * of_rcc)


def plan_rate(past: Sequence[PastDecision], *, wanted: float, decisions: float, am_target: float) -> SamplingRate:
    """The rate that draws `wanted` of so many decisions a week, if these are like those of the past.

    past : may be empty; then every decision is as likely
    """
    average = min(1.0, wanted / max(decisions, 1.0))
    floor = max(LOWEST_FLOOR, FLOOR_SHARE * average)
    share_good = _bounded(sum(each.p_accepted for each in past) / len(past)) if past else 0.5
    if not past:
        return SamplingRate(0.0, max(LOWEST_FLOOR, average), am_target, share_good)
    worth = [
        allocation(each.p_accepted, is_refused=each.is_refused, am_target=am_target, share_good=share_good)
        for each in past
    ]
    low, high = 0.0, 1.0 / min(worth)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        drawn = sum(min(1.0, max(floor, middle * each)) for each in worth) / len(worth)
        low, high = (middle, high) if drawn < average else (low, middle)
    return SamplingRate((low + high) / 2, floor, am_target, share_good)


def share_budget(recordings: float, decisions: Mapping[str, float]) -> dict[str, float]:
    """How many recordings of each source shall be drawn: by the square root of how many decisions it has.

    Between an equal share, which sees each source best, and one by size, which sees all together best (Bankier, Power
    allocations, The American Statistician 42, 1988).
    """
    roots = {source: sqrt(max(0.0, n)) for source, n in decisions.items()}
    total = sum(roots.values())
    return {source: recordings * root / total if total else 0.0 for source, root in roots.items()}


def is_drawn(decision_id: str, probability: float, *, secret: bytes) -> bool:
    """Whether a decision is in the sample."""
    digest = hmac.digest(secret, decision_id.encode(), hashlib.sha256)
    return int.from_bytes(digest[:7], "big") / 2**56 < probability


def design_weights(drawn: Mapping[int, DrawnByLot]) -> dict[int, float]:
    """How much each drawn recording counts, by its number: one over its probability, on average 1 within its source.

    So a source counts as much as recordings of it are labelled, as it does where they were brought in, and within it
    what is likelier to be drawn does not count more. Three digits, so that the same labels are the same snapshot.

    Examples
    --------
    >>> design_weights({1: DrawnByLot("school", 0.1), 2: DrawnByLot("school", 0.3), 3: DrawnByLot("other", 0.01)})
    {1: 1.5, 2: 0.5, 3: 1.0}
    """
    of_source: dict[str, list[float]] = {}
    for each in drawn.values():
        of_source.setdefault(each.source, []).append(1.0 / each.probability)
    average = {source: sum(inverse) / len(inverse) for source, inverse in of_source.items()}
    return {number: float(f"{1.0 / each.probability / average[each.source]:.3g}") for number, each in drawn.items()}


def training_weight(weight: float) -> float:
    """What a recording of this design weight counts when a model learns: bounded, so that no single one rules.

    Examples
    --------
    >>> training_weight(1.5), training_weight(8.0)
    (1.5, 3.0)
    """
    return min(MOST_TRAINING_WEIGHT, max(1.0 / MOST_TRAINING_WEIGHT, weight))


def week_of(days_since_beginning: float) -> int:
    """The week, from 1, in which a moment lies so many days after the beginning."""
    return max(1, ceil((days_since_beginning + 1e-9) / 7))


def _bounded(share: float) -> float:
    return min(0.95, max(0.05, share))
