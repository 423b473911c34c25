"""How often a certain threshold breaks its word: true AM above the target, on data whose truth is known.

A world has children of classroom sizes whose recordings are more or less alike (`bench.coverage.draw`). A threshold is
chosen on one draw; its true AM is known exactly. The share of draws in which that exceeds the target is to be at most
1 - certainty. What it costs is printed beside it: true AM on average, RCC lost against the threshold whose true AM is
the target, and how often nothing could be sure. The paper's rule (50 %) has no margin and promises nothing; its share
is printed for comparison.

The hardest worlds are the corner: a few children get nearly all refusals. There each child has an AM of its own, drawn
from a beta distribution (`CornerWorld`), or 1 for a kind so rare that validation may lack it (`RareWorld`). The
bound supposes neither distribution. What it takes from simulation was chosen with other seeds.

In sampled worlds most validation recordings come from class: drawn by lot, as the product draws them, the likelier the
nearer p of the model in force is to its threshold, and counted with weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from bench.coverage import ACCEPTED, Data, MeasuredWorld, World, draw, sizes_of
from core.arrays import Float64Array
from core.domain import live_sampling
from core.domain.certainty import Certainty
from core.domain.live_sampling import PastDecision
from core.metrics import certain_threshold

HEADING = "true AM above the target, % of draws; in brackets: AM and RCC lost on average, how often nothing was sure"
AM_TARGET = 0.10
DRAWN, IMPORTED = 0.1, 0.05  # of what is read in class, and of that how much comes in without any lot
STEPS_OF_P = 512  # the chance of being drawn is a table of so many stretches of p
LIKENESS = (0.0, 0.1, 0.2, 0.3)
CHILDREN = (20, 40, 80, 160, 320)
MEAN_SIZES = (4.0, 12.0)  # recordings of a child, of which about a third are Accepted


@dataclass(frozen=True)
class CornerWorld(World):
    """Each child's AM at the threshold of 0.5 is drawn from a beta distribution with the mean of `am` and a correlation
    of `likeness`; among what is refused there, and among what is not, p is spread evenly."""

    def own_am(self, rng: np.random.Generator) -> Float64Array:
        """Of each child [shape=(n_children,)]."""
        size = (1.0 - self.likeness) / self.likeness
        return rng.beta(self.am[0] * size, (1.0 - self.am[0]) * size, self.n_children)


@dataclass(frozen=True)
class RareWorld(CornerWorld):
    """A rare kind of child is always refused, and all others equally often; mean and correlation as there."""

    def own_am(self, rng: np.random.Generator) -> Float64Array:
        rare = self.likeness * self.am[0] / (1.0 - self.am[0] + self.likeness * self.am[0])
        others = (self.am[0] - rare) / (1.0 - rare)
        return np.where(rng.random(self.n_children) < rare, 1.0, others)


@dataclass(frozen=True)
class SampledWorld(World):
    """A small share is drawn by lot from many times as many recordings; `mean_size` is what comes of a child.

    The second model is in force. The first, whose threshold is chosen, hears partly the same.
    """


@dataclass(frozen=True)
class SampledCornerWorld(CornerWorld, SampledWorld):
    """The same with children who have an AM of their own; the model in force is the one whose threshold is chosen."""


@dataclass(frozen=True)
class BrokenShare:
    """Of many draws, at one certainty.

    broken : share in which true AM exceeds the target
    unsure : share in which nothing but threshold 0 was sure
    mean_am : true AM of the chosen threshold on average
    rcc_lost : RCC at the threshold whose true AM is the target, minus that of the chosen one on average
    """

    certainty: Certainty
    broken: float
    unsure: float
    mean_am: float
    rcc_lost: float

    def is_within(self, draws: int) -> bool:
        """Whether it is no oftener than the certainty allows; two standard errors of so many draws are chance."""
        allowed = 1.0 - self.certainty.value
        slack = 2 * np.sqrt(allowed * (1.0 - allowed) / draws)
        return not self.certainty.has_margin or bool(self.broken <= allowed + slack)


def worlds() -> Iterator[World]:
    for n_children in CHILDREN:
        for mean_size in MEAN_SIZES:
            for likeness in LIKENESS:
                yield World(n_children, likeness, mean_size=mean_size)


def corner_worlds() -> Iterator[CornerWorld]:
    for n_children in CHILDREN:
        for mean_size in MEAN_SIZES:
            for inequality in (0.8, 1.2):
                yield CornerWorld(n_children, 0.3, mean_size=mean_size, inequality=inequality)
        yield RareWorld(n_children, 0.3, mean_size=MEAN_SIZES[-1])


def sampled_worlds() -> Iterator[SampledWorld]:
    for n_children in CHILDREN:
        for likeness in (0.0, 0.3):
            yield SampledWorld(n_children, likeness)
        yield SampledCornerWorld(n_children, 0.3)


def all_worlds() -> Iterator[World]:
    yield from worlds()
    yield from corner_worlds()
    yield from sampled_worlds()


def draw_corner(world: CornerWorld, rng: np.random.Generator) -> Data:
    """Recordings of a corner world; its bad ones are as far from the good ones as in the other worlds."""
    children = np.repeat(np.arange(world.n_children), sizes_of(world, rng))
    n, am = len(children), world.am[0]
    is_accepted = rng.random(n) < ACCEPTED
    is_refused = rng.random(n) < world.own_am(rng)[children]
    good = np.where(is_refused, 0.0, 0.5) + rng.random(n) / 2
    am_there = ndtr(ndtri(rng.random(n)) + ndtri(am) - ndtri(world.rcc[0]))
    bad = np.where(am_there <= am, am_there / am, 1.0 + (am_there - am) / (1.0 - am)) / 2
    p = np.where(is_accepted, good, bad)
    return Data(children, is_accepted, np.stack([p, p], axis=1))


def draw_any(world: World, rng: np.random.Generator) -> tuple[Data, Float64Array | None]:
    """Recordings of a world, and their weights where they were drawn by lot."""
    if isinstance(world, SampledWorld):
        in_class = replace(world, mean_size=world.mean_size / (DRAWN + IMPORTED))
        return _by_lot(_whole(in_class, rng), rng)
    return _whole(world, rng), None


def _whole(world: World, rng: np.random.Generator) -> Data:
    return draw_corner(world, rng) if isinstance(world, CornerWorld) else draw(world, rng)


def _by_lot(data: Data, rng: np.random.Generator) -> tuple[Data, Float64Array]:
    """What was imported, with a weight of 1, and what was drawn in class; its weights are 1 on average."""
    n = len(data.p)
    chance = CHANCE_OF_P[np.minimum((data.p[:, 1] * STEPS_OF_P).astype(np.int64), STEPS_OF_P - 1)]
    is_imported = rng.random(n) < IMPORTED
    is_drawn = ~is_imported & (rng.random(n) < chance)
    weights = np.ones(n)
    weights[is_drawn] = 1.0 / chance[is_drawn]
    weights[is_drawn] /= weights[is_drawn].mean() if is_drawn.any() else 1.0
    came = is_imported | is_drawn
    return Data(data.children[came], data.is_accepted[came], data.p[came]), weights[came]


def _chances() -> Float64Array:
    """With which a decision is drawn, by p of the model in force at a threshold of 0.5 [shape=(STEPS_OF_P,)]."""
    whole = draw(World(500, 0.1), np.random.default_rng(0)).p[:, 1]
    past = [PastDecision(p, p < 0.5) for p in whole.tolist()]
    rate = live_sampling.plan_rate(past, wanted=DRAWN * len(past), decisions=len(past), am_target=AM_TARGET)
    middles = (np.arange(STEPS_OF_P) + 0.5) / STEPS_OF_P
    return np.array([rate.probability(p, is_refused=p < 0.5) for p in middles.tolist()])


CHANCE_OF_P = _chances()


def broken_shares(
    world: World, *, draws: int, seed: int = 0, am_target: float = AM_TARGET, is_weighted: bool = True
) -> list[BrokenShare]:
    """How often the threshold of each certainty breaks its word; without weights, for comparison, if not weighted."""
    rng = np.random.default_rng(seed)
    chosen: dict[Certainty, list[float]] = {certainty: [] for certainty in Certainty}
    for _ in range(draws):
        data, weights = draw_any(world, rng)
        if not data.is_accepted.any():
            continue
        for certainty in Certainty:
            chosen[certainty].append(
                certain_threshold.choose_threshold(
                    data.children,
                    data.is_accepted,
                    data.p[:, 0],
                    am_target=am_target,
                    certainty=certainty,
                    weights=weights if is_weighted else None,
                )
            )
    return [_summarised(world, certainty, np.array(of_draws), am_target) for certainty, of_draws in chosen.items()]


def true_am(world: World, thresholds: Float64Array) -> Float64Array:
    """AM of each threshold on p: `draw` gives ndtr(score - ndtri(am)) of a standard normal score."""
    t, am = np.minimum(thresholds, 1.0), world.am[0]
    if isinstance(world, CornerWorld):
        return np.where(t <= 0.5, 2 * am * t, am + (1 - am) * (2 * t - 1))
    return np.asarray(ndtr(ndtri(t) + ndtri(am)))


def true_rcc(world: World, am: Float64Array | float) -> Float64Array:
    """RCC where AM is so much."""
    return np.asarray(ndtr(ndtri(am) - ndtri(world.am[0]) + ndtri(world.rcc[0])))


def _summarised(world: World, certainty: Certainty, thresholds: Float64Array, am_target: float) -> BrokenShare:
    am = true_am(world, thresholds)
    broken, unsure = float(np.mean(am > am_target + 1e-12)), float(np.mean(am == 0.0))
    lost = float(true_rcc(world, am_target) - true_rcc(world, am).mean())
    return BrokenShare(certainty, broken, unsure, float(am.mean()), lost)


def measured_certainty(world: World, draws: int, seed: int) -> MeasuredWorld:
    """The line of a world; ! where the word is broken too often."""
    shares = broken_shares(world, draws=draws, seed=seed)
    cells = "  ".join(
        f"{share.certainty.in_hundred} %: {100 * share.broken:4.1f}{' ' if share.is_within(draws) else '!'}"
        f" (AM {100 * share.mean_am:4.1f}, RCC lost {100 * share.rcc_lost:4.1f}, unsure {100 * share.unsure:3.0f})"
        for share in shares
    )
    size = f"{world.mean_size:g} recordings"
    if isinstance(world, CornerWorld):
        size += f" ({world.inequality:g}), {'a rare kind' if isinstance(world, RareWorld) else 'own AM'}"
    if isinstance(world, SampledWorld):
        size += ", by lot"
    line = f"{world.n_children:4d} children of {size:>13}, likeness {world.likeness:.2f}:  {cells}"
    return MeasuredWorld(line, sum(not share.is_within(draws) for share in shares))
