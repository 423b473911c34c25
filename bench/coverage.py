"""Coverage of the intervals: data with a known truth, and how often each interval holds it.

    python -m bench.coverage [--draws 2000] [--processes 2] [--only intervals|certainty]

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
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, repeat
from multiprocessing import get_context

import numpy as np
from scipy.special import ndtr, ndtri

from core.arrays import BoolArray, Float64Array, IntArray
from core.metrics import am_bound, bootstrap_intervals, clustered_shares, intervals, paired_difference, slices

LOW, HIGH = 0.93, 0.97
FEW_CHILDREN = 80  # below, an interval may only err on the safe side
SHARED = 0.7  # how much of a recording's own luck both models share
ACCEPTED = 0.36
RESAMPLED = 300  # of the interval of f(x); the product takes more
FIRST_SEED = 1000  # each world has a seed of its own


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


@dataclass(frozen=True)
class MeasuredWorld:
    """A line of the table, and how many of its figures are not as they should be."""

    line: str
    n_bad: int


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
    refused_below = np.where(is_accepted[:, None], ndtri(world.am), ndtri(world.rcc))
    return Data(children, is_accepted, ndtr(score - refused_below))


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
    f = bootstrap_intervals.bootstrap_f(data.children, data.is_accepted, data.p[:, 0], world.am[0], draws=RESAMPLED)
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


def measured_intervals(world: World, draws: int, seed: int) -> MeasuredWorld:
    """The line of a world; ! where an interval holds the truth otherwise than it promises."""
    shares = coverage(world, draws=draws, seed=seed)
    bad = [name for name, share in shares.items() if not is_good(name, share, world, slack=chance_of(draws))]
    figures = "  ".join(f"{name} {100 * share:5.1f}{'!' if name in bad else ' '}" for name, share in shares.items())
    return MeasuredWorld(f"{world.n_children:4d} children, likeness {world.likeness:.2f}:  {figures}", len(bad))


def chance_of(draws: int) -> float:
    """What chance may do to a share of 95 % of so many draws: two standard errors."""
    return float(2 * np.sqrt(0.95 * 0.05 / draws))


def main() -> None:
    from bench import certainty  # which draws from the worlds here

    parser = argparse.ArgumentParser(description="How often the intervals hold the truth.")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", choices=("intervals", "certainty"))
    arguments = parser.parse_args()
    draws, n_bad = arguments.draws, 0
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the processes have the cores already
    with ProcessPoolExecutor(arguments.processes, mp_context=get_context("spawn")) as pool:
        if arguments.only != "certainty":
            print(f"{draws} draws of each; a share measured so is sure to {100 * chance_of(draws):.1f} points")
            n_bad += _printed(pool.map(measured_intervals, WORLDS, repeat(draws), count(FIRST_SEED)))
        if arguments.only != "intervals":
            print(certainty.HEADING)
            worlds = tuple(certainty.all_worlds())
            n_bad += _printed(pool.map(certainty.measured_certainty, worlds, repeat(draws), count(FIRST_SEED)))
    sys.exit(1 if n_bad else 0)


def _printed(measured: Iterable[MeasuredWorld]) -> int:
    """Print each as soon as it is there; how many figures are not as they should be."""
    n_bad = 0
    for each in measured:
        print(each.line, flush=True)
        n_bad += each.n_bad
    return n_bad


if __name__ == "__main__":
    main()
