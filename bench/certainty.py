"""How often a certain threshold breaks its word: true AM above the target, on data whose truth is known.

A world has children of classroom sizes whose recordings are more or less alike (`bench.coverage.draw`). A threshold is
chosen on one draw; its true AM is known exactly. The share of draws in which that exceeds the target is to be at most
1 - certainty, and printed beside it are the AM that the target leaves unused and how often nothing could be sure. The
paper's rule (50 %) has no margin and promises nothing; its share is printed for comparison.

The hardest worlds are the corner: a few children get nearly all refusals. There each child has an AM of its own, drawn
from a beta distribution (`CornerWorld`), or 1 for a kind so rare that validation may lack it (`RareWorld`). The
bound supposes neither distribution. What it takes from simulation was chosen with other seeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from bench.coverage import ACCEPTED, Data, World, draw, sizes_of
from core.arrays import Float64Array
from core.domain.certainty import Certainty
from core.metrics import certain_threshold

AM_TARGET = 0.10
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
class BrokenShare:
    """Of many draws, at one certainty.

    broken : share in which true AM exceeds the target
    unsure : share in which nothing but threshold 0 was sure
    mean_am : true AM of the chosen threshold on average
    """

    certainty: Certainty
    broken: float
    unsure: float
    mean_am: float

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


def draw_corner(world: CornerWorld, rng: np.random.Generator) -> Data:
    """Recordings of a corner world."""
    children = np.repeat(np.arange(world.n_children), sizes_of(world, rng))
    own_am = world.own_am(rng)
    is_accepted = rng.random(len(children)) < ACCEPTED
    is_refused = rng.random(len(children)) < np.where(is_accepted, own_am[children], world.rcc[0])
    p = np.where(is_refused, 0.0, 0.5) + rng.random(len(children)) / 2
    return Data(children, is_accepted, np.stack([p, p], axis=1))


def broken_shares(world: World, *, draws: int, seed: int = 0, am_target: float = AM_TARGET) -> list[BrokenShare]:
    """How often the threshold of each certainty breaks its word."""
    rng = np.random.default_rng(seed)
    true_am: dict[Certainty, list[float]] = {certainty: [] for certainty in Certainty}
    for _ in range(draws):
        data = draw_corner(world, rng) if isinstance(world, CornerWorld) else draw(world, rng)
        if not data.is_accepted.any():
            continue
        for certainty in Certainty:
            threshold = certain_threshold.choose_threshold(
                data.children, data.is_accepted, data.p[:, 0], am_target=am_target, certainty=certainty
            )
            true_am[certainty].append(am_of_threshold(world, threshold))
    return [_summarised(certainty, np.array(of_draws), am_target) for certainty, of_draws in true_am.items()]


def am_of_threshold(world: World, threshold: float) -> float:
    """The true AM of a threshold on p: `draw` gives norm.cdf(score - norm.ppf(am)) of a standard normal score."""
    if isinstance(world, CornerWorld):
        t, am = min(threshold, 1.0), world.am[0]
        return 2 * am * t if t <= 0.5 else am + (1 - am) * (2 * t - 1)
    return float(norm.cdf(norm.ppf(min(threshold, 1.0)) + norm.ppf(world.am[0])))


def _summarised(certainty: Certainty, true_am: Float64Array, am_target: float) -> BrokenShare:
    broken, unsure = float(np.mean(true_am > am_target + 1e-12)), float(np.mean(true_am == 0.0))
    return BrokenShare(certainty, broken, unsure, float(true_am.mean()))


def line(world: World, shares: list[BrokenShare], *, draws: int) -> str:
    """A line of the table; ! where the word is broken too often."""
    cells = "  ".join(
        f"{share.certainty.in_hundred} %: {100 * share.broken:4.1f}{' ' if share.is_within(draws) else '!'}"
        f" (AM {100 * share.mean_am:4.1f}, unsure {100 * share.unsure:3.0f})"
        for share in shares
    )
    size = f"{world.mean_size:g} recordings"
    if isinstance(world, CornerWorld):
        size += f" ({world.inequality:g}), {'a rare kind' if isinstance(world, RareWorld) else 'own AM'}"
    return f"{world.n_children:4d} children of {size:>13}, likeness {world.likeness:.2f}:  {cells}"
