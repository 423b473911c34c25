"""A simulated class, whose AM is known: children who read, microphones that change, a scorer, two judges.

A child's voice makes all its recordings easier or harder (`likeness`). p is calibrated for the microphones of the
beginning; another microphone lowers the score of good readings, and p with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from core.arrays import BoolArray, Float64Array, IntArray
from core.domain.labels import Label
from core.domain.live_sampling import PastDecision, SamplingRate, plan_rate, share_budget

APART = 3.2  # between the scores of good and bad recordings, in deviations: AM 10 % at RCC 97 %
SHARE_GOOD = 0.6
NOISE_OF_BAD = 0.65
DAYS = 7


@dataclass(frozen=True)
class ClassWorld:
    """children : of each source. am, shifted_am : true AM with the first microphones, and from `shift_week` on.

    judge_error : the chance that a judge confuses good and bad
    """

    sources: tuple[str, ...] = ("school a", "school b", "school c")
    children: int = 40
    recordings_a_week: int = 1000
    likeness: float = 0.1
    am: float = 0.07
    shifted_am: float = 0.30
    shift_week: int | None = None
    judge_error: float = 0.03

    @property
    def threshold(self) -> float:
        """At which AM is `am`; a score of 0 is as likely good as bad, but for how many there are of each."""
        return float(p_of(np.array([APART / 2 + norm.ppf(self.am)]))[0])


@dataclass(frozen=True)
class Week:
    """What is decided in a week, in its order; all [shape=(n,)]. day : 0 to 6."""

    source: IntArray
    child: IntArray
    day: IntArray
    label: list[Label]
    is_good: BoolArray
    p: Float64Array
    is_refused: BoolArray

    @property
    def am(self) -> float:
        return float(self.is_refused[self.is_good].mean())


@dataclass(frozen=True)
class Sampled:
    """Places of a week that were drawn, with their probability and the floor at that time."""

    place: IntArray
    probability: Float64Array
    floor: Float64Array


def p_of(score: Float64Array) -> Float64Array:
    """The chance of a good recording at this score, with the microphones of the beginning."""
    p: Float64Array = expit(APART * score + np.log(SHARE_GOOD / (1 - SHARE_GOOD)))
    return p


class SimulatedClass:
    """The children of a world, week after week."""

    def __init__(self, world: ClassWorld, seed: int) -> None:
        self.world, self.rng = world, np.random.default_rng(seed)
        n = world.children * len(world.sources)
        self.voice = self.rng.normal(size=n) * np.sqrt(world.likeness)
        self.diligence = self.rng.lognormal(0.0, 0.6, n)
        self.past: list[list[PastDecision]] = [[] for _ in world.sources]

    def week(self, number: int) -> Week:
        """What is read in a week, from 1."""
        world, n_sources = self.world, len(self.world.sources)
        n = world.recordings_a_week * n_sources
        source = self.rng.integers(n_sources, size=n)
        child = self._readers(source)
        is_good = self.rng.random(n) < SHARE_GOOD
        is_noise = self.rng.random(n) < NOISE_OF_BAD
        is_shifted = world.shift_week is not None and number >= world.shift_week
        lower = norm.ppf(world.shifted_am) - norm.ppf(world.am) if is_shifted else 0.0
        own = self.rng.normal(size=n) * np.sqrt(1.0 - world.likeness)
        score = np.where(is_good, APART / 2 - lower, -APART / 2) + self.voice[child] + own
        p = p_of(score)
        label = [
            Label.ACCEPTED if good else Label.NOISE if noise else Label.SPEECHLESS
            for good, noise in zip(is_good, is_noise, strict=True)
        ]
        return Week(source, child, np.sort(self.rng.integers(DAYS, size=n)), label, is_good, p, p < world.threshold)

    def sample(self, week: Week, *, recordings: float, am_target: float) -> Sampled:
        """Draw of a week as the product does, with a rate a day and source from what came before."""
        drawn: list[tuple[int, float, float]] = []
        for day in range(DAYS):
            rates = self._rates(recordings, am_target)
            for place in np.flatnonzero(week.day == day):
                rate, p, is_refused = rates[week.source[place]], float(week.p[place]), bool(week.is_refused[place])
                probability = rate.probability(p, is_refused=is_refused)
                self.past[week.source[place]].append(PastDecision(p, is_refused))
                if self.rng.random() < probability:
                    drawn.append((int(place), probability, rate.floor))
        columns = np.array(drawn, dtype=np.float64).reshape(-1, 3)
        return Sampled(columns[:, 0].astype(np.int64), columns[:, 1], columns[:, 2])

    def judge(self, label: Label) -> Label:
        """One judge's label."""
        if self.rng.random() >= self.world.judge_error:
            return label
        return Label.NOISE if label is Label.ACCEPTED else Label.ACCEPTED

    def _rates(self, recordings: float, am_target: float) -> list[SamplingRate]:
        weekly = self.world.recordings_a_week
        shares = share_budget(recordings, {str(number): weekly for number in range(len(self.past))})
        return [
            plan_rate(past[-weekly:], wanted=shares[str(number)], decisions=weekly, am_target=am_target)
            for number, past in enumerate(self.past)
        ]

    def _readers(self, source: IntArray) -> IntArray:
        child = np.zeros(len(source), dtype=np.int64)
        for number in range(len(self.world.sources)):
            own = np.arange(self.world.children) + number * self.world.children
            chance = self.diligence[own] / self.diligence[own].sum()
            of_source = source == number
            child[of_source] = self.rng.choice(own, size=int(of_source.sum()), p=chance)
        return child
