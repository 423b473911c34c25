"""Coverage of the intervals: data with a known truth, and how often each interval holds it.

    python -m bench.coverage [--draws 2000]

Recordings are drawn child by child: sizes vary as in a classroom (one recording of some, dozens of others), each child
has a voice that makes all its recordings easier or harder (`likeness`, the correlation of two of its scores), and two
models partly hear the same. RCC and AM at frozen thresholds, their difference between the models, the upper bound of AM
and f(0.10) are known exactly. A 95 % interval should hold the truth 93 to 97 times of 100, one of fewer than 80
children at least 93 times, the one-sided bound at least 94 times; no slice should be called worse more often than 5
times of 100 where none is. Then `bench.certainty` measures how often certain thresholds break their word. Exits with 1
when something is otherwise.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from core.arrays import BoolArray, Float64Array, IntArray
from core.metrics import am_bound, clustered_shares, intervals, paired_difference, slices

LOW, HIGH = 0.93, 0.97
FEW_CHILDREN = 80  # below, an interval may only err on the safe side
SHARED = 0.7  # how much of a recording's own luck both models share
ACCEPTED = 0.36
RESAMPLED = 300  # of the interval of f(x); the product takes more


@dataclass(frozen=True)
class World:
    """n_children : of the test set. likeness : of two recordings of one child. AM and RCC are those of both models.
    inequality : the deviation of the logarithm of children's numbers of recordings."""

    n_children: int
    likeness: float
    am: tuple[float, float] = (0.10, 0.10)
    rcc: tuple[float, float] = (0.93, 0.90)
    mean_size: float = 4.0
    inequality: float = 0.8


@dataclass(frozen=True)
class Data:
    """One draw; p [shape=(n, 2)] is below 0.5 with the chances of the world."""

    children: IntArray
    is_accepted: BoolArray
    p: Float64Array


WORLDS = tuple(World(n, likeness) for n in (20, 40, 80, 160, 320) for likeness in (0.05, 0.1, 0.2))


def draw(world: World, rng: np.random.Generator) -> Data:
    """Recordings of the world's children, with p of both models."""
    children = np.repeat(np.arange(world.n_children), sizes_of(world, rng))
    n = len(children)
    is_accepted = rng.random(n) < ACCEPTED
    voice = rng.normal(size=world.n_children)[children] * np.sqrt(world.likeness)
    rest = 1.0 - world.likeness
    common = rng.normal(size=n) * np.sqrt(rest * SHARED)
    own = rng.normal(size=(n, 2)) * np.sqrt(rest * (1.0 - SHARED))
    score = voice[:, None] + common[:, None] + own
    refused_below = np.where(is_accepted[:, None], norm.ppf(world.am), norm.ppf(world.rcc))
    return Data(children, is_accepted, norm.cdf(score - refused_below))


def sizes_of(world: World, rng: np.random.Generator) -> IntArray:
    """How many recordings each child has [shape=(n_children,)]."""
    middle = np.log(world.mean_size) - world.inequality**2 / 2
    return np.maximum(1, np.round(rng.lognormal(middle, world.inequality, world.n_children))).astype(np.int64)


def coverage(world: World, *, draws: int, seed: int = 0) -> dict[str, float]:
    """How often each interval holds the truth; of the slices, how often one is called worse that is not."""
    rng = np.random.default_rng(seed)
    held: dict[str, list[bool]] = {}
    for _ in range(draws):
        for name, holds in _holds(world, draw(world, rng), rng).items():
            held.setdefault(name, []).append(holds)
    return {name: float(np.mean(of_draws)) for name, of_draws in held.items()}


def is_good(name: str, share: float, world: World, *, slack: float = 0.0) -> bool:
    """Whether a coverage is as it should be; `slack` is what chance may do to it."""
    if name == "false alarm":
        return share <= 0.05 + slack
    if name == "AM bound":
        return share >= 0.94 - slack
    highest = 1.0 if world.n_children < FEW_CHILDREN else HIGH
    return LOW - slack <= share <= highest + slack


def _holds(world: World, data: Data, rng: np.random.Generator) -> dict[str, bool]:
    at = intervals.at_threshold(data.children, data.is_accepted, data.p[:, 0], 0.5)
    both = paired_difference.paired_differences(data.children, data.is_accepted, data.p[:, 0], 0.5, data.p[:, 1], 0.5)
    refused = data.p[:, 0] < 0.5
    child_index, _ = clustered_shares.child_indices(data.children, len(refused))
    of_good = child_index[data.is_accepted], refused[data.is_accepted][:, None]
    bound = am_bound.am_upper_bounds(*of_good, np.array([0.1]))[0]
    # the scores of both classes differ by a shift, so where AM is the world's, RCC is the world's as well
    f = intervals.bootstrap_f(data.children, data.is_accepted, data.p[:, 0], world.am[0], draws=RESAMPLED)
    in_group = rng.random(world.n_children)[data.children] < 0.3
    random = rng.random(len(refused))
    kinds = {"of children": np.where(in_group, "a", "b"), "of recordings": np.where(random < 0.5, "c", "d")}
    compared = slices.slices(data.children, data.is_accepted, refused, kinds)
    return {
        "RCC": at.rcc[0] <= world.rcc[0] <= at.rcc[1],
        "AM": at.am[0] <= world.am[0] <= at.am[1],
        "f(0.10)": f[0] <= world.rcc[0] <= f[1],
        "RCC difference": both.rcc.low <= world.rcc[0] - world.rcc[1] <= both.rcc.high,
        "AM difference": both.am.low <= world.am[0] - world.am[1] <= both.am.high,
        "AM bound": bound.upper >= world.am[0],
        "false alarm": any(part.is_worse for part in compared),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="How often the intervals hold the truth.")
    parser.add_argument("--draws", type=int, default=2000)
    draws = parser.parse_args().draws
    slack = 2 * np.sqrt(0.95 * 0.05 / draws)
    n_bad = 0
    print(f"{draws} draws of each; a share measured so is sure to {100 * slack:.1f} points")
    for world in WORLDS:
        shares = coverage(world, draws=draws)
        bad = [name for name, share in shares.items() if not is_good(name, share, world, slack=slack)]
        n_bad += len(bad)
        figures = "  ".join(f"{name} {100 * share:5.1f}{'!' if name in bad else ' '}" for name, share in shares.items())
        print(f"{world.n_children:4d} children, likeness {world.likeness:.2f}:  {figures}", flush=True)
    n_bad += _certainty(draws)
    sys.exit(1 if n_bad else 0)


def _certainty(draws: int) -> int:
    """Print how often a threshold of each certainty exceeds an AM target of 10 %; how many do too often."""
    from bench import certainty  # which draws from the worlds here

    n_bad = 0
    print("true AM above the target, in % of the draws; in brackets its average, and how often nothing was sure")
    for world in (*certainty.worlds(), *certainty.corner_worlds()):
        shares = certainty.broken_shares(world, draws=draws)
        n_bad += sum(not share.is_within(draws) for share in shares)
        print(certainty.line(world, shares, draws=draws), flush=True)
    return n_bad


if __name__ == "__main__":
    main()
