"""Which networks a search tries next: pairs of parameters, one pair after the other.

Two parameters of the network vary at a time, all others held at the best so far: units and hidden layers first, then
learning rate and dropout, then batch size and noise on the inputs. A pair has a grid of cells. Where there are fewer
trials than cells, half of them are spread over the whole grid and the rest lie around the best of those.

Planning knows no time and no chance but the seed: the same finished trials give the same plan.

Source: section 3.2.2 of the paper.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Float64Array
from core.errors import Refused
from core.learning.networks import NetworkSpec
from core.learning.trial_comparison import Point, Trial, lowest_loss

# What varies together, with the values tried; units and layers are the paper's
GRID: tuple[tuple[tuple[str, tuple[float, ...]], tuple[str, tuple[float, ...]]], ...] = (
    (("units", (32, 64, 128, 256, 512)), ("layers", tuple(range(2, 13)))),
    (("learning_rate", (0.0003, 0.001, 0.003, 0.01)), ("dropout", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5))),
    (("batch_size", (16, 32, 64, 128)), ("input_noise", (0.0, 0.1, 0.3, 0.5))),
)
NAMES = tuple(name for pair in GRID for name, _ in pair)

SPREAD_SHARE = 0.5  # of a pair's trials that are spread over its grid; the rest lies around the best of them


@dataclass(frozen=True)
class ParameterPair:
    """Two parameters that vary together, with the values of each, rising."""

    first: str
    second: str
    first_values: tuple[float, ...]
    second_values: tuple[float, ...]

    @property
    def n_cells(self) -> int:
        return len(self.first_values) * len(self.second_values)

    def cells(self, held: Point) -> list[Point]:
        """Every cell as a point, the other parameters as in `held`."""
        return [_with(held, self, first, second) for first in self.first_values for second in self.second_values]

    def position(self, point: Point) -> Float64Array:
        """Where a cell lies [shape=(2,)], each side of the grid going from 0 to 1."""
        ends = ((self.first, self.first_values), (self.second, self.second_values))
        return np.array(
            [values.index(point[NAMES.index(name)]) / max(1, len(values) - 1) for name, values in ends], dtype=float
        )


def point_of(spec: NetworkSpec) -> Point:
    """The values of `NAMES` in a spec."""
    return tuple(getattr(spec, name) for name in NAMES)


def changed_parameters(point: Point, spec: NetworkSpec) -> tuple[tuple[str, float], ...]:
    """What a point changes of a network: (name, value) of the parameters that differ."""
    return tuple((name, value) for name, value in zip(NAMES, point, strict=True) if value != getattr(spec, name))


def pairs(start: Point) -> tuple[ParameterPair, ...]:
    """The pairs in their order; what the search starts from is a cell of each."""
    return tuple(
        ParameterPair(first, second, _and(firsts, start[NAMES.index(first)]), _and(seconds, start[NAMES.index(second)]))
        for (first, firsts), (second, seconds) in GRID
    )


def trials_per_pair(n_trials: int | None, pairs: Sequence[ParameterPair]) -> tuple[int, ...]:
    """New networks that each pair may try, in proportion to its cells; None: all of them.

    The cell that a later pair starts from was tried by the one before it.
    """
    cells = [pair.n_cells - (number > 0) for number, pair in enumerate(pairs)]
    if n_trials is None or n_trials >= sum(cells):
        return tuple(cells)
    if n_trials < 1:
        raise Refused(f"{n_trials} trials cannot be made: expected a whole number from 1.")
    exact = [n_trials * n / sum(cells) for n in cells]
    whole = [int(share) for share in exact]
    by_rest = sorted(range(len(cells)), key=lambda number: (whole[number] - exact[number], number))
    for number in by_rest[: n_trials - sum(whole)]:
        whole[number] += 1
    return tuple(whole)


def coarse_to_fine(pair: ParameterPair, held: Point, *, seed: int) -> list[Point]:
    """All cells, coarse first: what is held, then always the cell farthest from those before; ties by chance."""
    rest = [cell for cell in pair.cells(held) if cell != held]
    rng = np.random.default_rng([seed, *map(ord, pair.first + pair.second)])
    rest = [rest[index] for index in rng.permutation(len(rest))]
    ordered, positions = [held], {cell: pair.position(cell) for cell in (held, *rest)}
    near = np.array([np.hypot(*(positions[cell] - positions[held])) for cell in rest])
    while rest:
        farthest = int(near.argmax())
        ordered.append(rest.pop(farthest))
        near = np.delete(near, farthest)
        near = np.minimum(near, [np.hypot(*(positions[cell] - positions[ordered[-1]])) for cell in rest])
    return ordered


def next_points(pair: ParameterPair, held: Point, tried: Sequence[Trial], *, share: int, seed: int) -> list[Point]:
    """What to try now, all at once; nothing when the pair is done.

    Parameters
    ----------
    tried : finished trials of any pair
    share : networks that the pair may try, those among `tried` that it tried itself included; what it holds is not
        counted where an earlier pair tried it

    Returns
    -------
    First what is held, by itself, since the others are measured by it; then the spread cells; then, when those are
    there, cells around the best.
    """
    known = {trial.point: trial for trial in tried}
    if held not in known:
        return [held]
    ordered = coarse_to_fine(pair, held, seed=seed)
    is_first = pair.first == NAMES[0]
    allowed = min(pair.n_cells, share + (not is_first))  # cells, what is held included
    coarse = allowed if allowed == pair.n_cells else max(1, math.ceil(allowed * SPREAD_SHARE))
    missing = [cell for cell in ordered[:coarse] if cell not in known]
    if missing or allowed == coarse:
        return missing
    best = lowest_loss([known[cell] for cell in ordered[:coarse]])
    center = pair.position(best.point if best else held)
    distance = {cell: round(float(np.hypot(*(pair.position(cell) - center))), 9) for cell in ordered[coarse:]}
    others = sorted(ordered[coarse:], key=lambda cell: (distance[cell], cell))
    return [cell for cell in others[: allowed - coarse] if cell not in known]


def _with(held: Point, pair: ParameterPair, first: float, second: float) -> Point:
    new = {pair.first: first, pair.second: second}
    return tuple(new.get(name, value) for name, value in zip(NAMES, held, strict=True))


def _and(values: tuple[float, ...], start: float) -> tuple[float, ...]:
    return tuple(sorted({*values, start}))
