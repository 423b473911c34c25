"""Which networks a search tries next, and which one it chooses: pairs of numbers, one pair after the other.

Two numbers of the network vary at a time, all others held at the best so far: units and hidden layers first, then
learning rate and dropout, then batch size and noise on the inputs. A pair has a grid of cells. Where there are fewer
trials than cells, half of them are spread over the whole grid and the rest lie around the best of those.

Scores are of the validation children alone. The criterion is the mean cross-entropy of Accepted against rejected there:
it moves smoothly where f(0.10), which is shown beside it, jumps by whole recordings. A network whose cross-entropy is
no more than one standard error above the lowest (of the difference, child by child) is as good; of those the smallest
is chosen.

Planning knows no time and no chance but the seed: the same finished trials give the same plan.

Source: section 3.2.2 of the paper; the rule of one standard error is that of Breiman, Friedman, Olshen and Stone,
"Classification and Regression Trees", 1984, section 3.4.3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import Refused
from core.learning.networks import NetworkSpec

# What varies together, with the values tried; units and layers are the paper's
GRID: tuple[tuple[tuple[str, tuple[float, ...]], tuple[str, tuple[float, ...]]], ...] = (
    (("units", (32, 64, 128, 256, 512)), ("layers", tuple(range(2, 13)))),
    (("learning_rate", (0.0003, 0.001, 0.003, 0.01)), ("dropout", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5))),
    (("batch_size", (16, 32, 64, 128)), ("input_noise", (0.0, 0.1, 0.3, 0.5))),
)
NAMES = tuple(name for pair in GRID for name, _ in pair)

PATIENT_SHARE = 1 / 3  # of the epochs at most; before, nothing is given up: a slow beginning is not a bad end
MUCH_WORSE = 1.5  # times the best so far: what is still above it then is given up
SURE = 2.0  # standard errors
SPREAD_SHARE = 0.5  # of a pair's trials that are spread over its grid, before the rest gathers around the best

Point = tuple[float, ...]  # a value for each of NAMES


@dataclass(frozen=True)
class ParameterPair:
    """Two numbers that vary together, with the values of each, rising."""

    first: str
    second: str
    first_values: tuple[float, ...]
    second_values: tuple[float, ...]

    @property
    def n_cells(self) -> int:
        return len(self.first_values) * len(self.second_values)

    def cells(self, held: Point) -> list[Point]:
        """Every cell as a point, the other numbers as in `held`."""
        return [_with(held, self, one, other) for one in self.first_values for other in self.second_values]

    def place(self, point: Point) -> np.ndarray:
        """Where a cell lies, each side of the grid going from 0 to 1."""
        ends = ((self.first, self.first_values), (self.second, self.second_values))
        return np.array(
            [values.index(point[NAMES.index(name)]) / max(1, len(values) - 1) for name, values in ends], dtype=float
        )


@dataclass(frozen=True)
class Trial:
    """One network that was tried.

    loss : mean cross-entropy of the validation recordings, Accepted against rejected; None of one that was given up,
        or did not converge
    f10 : f(0.10) of the validation children; None where it cannot be said
    heard : lowest loss on validation while training, by the task's own measure
    child_losses, child_counts : sum of the cross-entropy and recordings of each validation child, in one order
    """

    point: Point
    loss: float | None
    f10: float | None
    n_parameters: int
    seconds: float
    epochs: int
    heard: float | None = None
    child_losses: tuple[float, ...] = ()
    child_counts: tuple[int, ...] = ()


def point_of(spec: NetworkSpec) -> Point:
    return tuple(getattr(spec, name) for name in NAMES)


def changed_parameters(point: Point, spec: NetworkSpec) -> tuple[tuple[str, float], ...]:
    """What a point changes of a network: (name, value) of the numbers that differ."""
    return tuple((name, value) for name, value in zip(NAMES, point, strict=True) if value != getattr(spec, name))


def pairs(start: Point) -> tuple[ParameterPair, ...]:
    """The pairs in their order; what the search starts from is a cell of each."""
    return tuple(
        ParameterPair(first, second, _and(firsts, start[NAMES.index(first)]), _and(seconds, start[NAMES.index(second)]))
        for (first, firsts), (second, seconds) in GRID
    )


def trials_per_pair(n_trials: int | None, of: Sequence[ParameterPair]) -> tuple[int, ...]:
    """New networks that each pair may try, in proportion to its cells; None: all of them.

    The cell that a later pair starts from was tried by the one before it.
    """
    cells = [pair.n_cells - (number > 0) for number, pair in enumerate(of)]
    if n_trials is None or n_trials >= sum(cells):
        return tuple(cells)
    if n_trials < 1:
        raise Refused(f"{n_trials} trials cannot be made: expected a whole number from 1.")
    exact = [n_trials * n / sum(cells) for n in cells]
    whole = [int(one) for one in exact]
    by_rest = sorted(range(len(cells)), key=lambda number: (whole[number] - exact[number], number))
    for number in by_rest[: n_trials - sum(whole)]:
        whole[number] += 1
    return tuple(whole)


def coarse_to_fine(pair: ParameterPair, held: Point, *, seed: int) -> list[Point]:
    """All cells, coarse first: what is held, then always the cell farthest from those before; draws decide ties."""
    rest = [cell for cell in pair.cells(held) if cell != held]
    rng = np.random.default_rng([seed, *map(ord, pair.first + pair.second)])
    rest = [rest[index] for index in rng.permutation(len(rest))]
    ordered, places = [held], {cell: pair.place(cell) for cell in (held, *rest)}
    near = np.array([np.hypot(*(places[cell] - places[held])) for cell in rest])
    while rest:
        farthest = int(near.argmax())
        ordered.append(rest.pop(farthest))
        near = np.delete(near, farthest)
        near = np.minimum(near, [np.hypot(*(places[cell] - places[ordered[-1]])) for cell in rest])
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
    known = {one.point: one for one in tried}
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
    center = pair.place(best.point if best else held)
    others = sorted(ordered[coarse:], key=lambda cell: (round(float(np.hypot(*(pair.place(cell) - center))), 9), cell))
    return [cell for cell in others[: allowed - coarse] if cell not in known]


def lowest_loss(trials: Iterable[Trial]) -> Trial | None:
    """The trial with the lowest loss; None when every one was given up."""
    finished = [one for one in trials if one.loss is not None]
    return min(finished, key=lambda one: (one.loss, one.n_parameters, one.point)) if finished else None


def choose(trials: Iterable[Trial], *, held: Point | None = None) -> Trial | None:
    """The smallest network that is as good as the best; of one size, what is held. None when all were given up."""
    finished = [one for one in trials if one.loss is not None]
    best = lowest_loss(finished)
    if best is None:
        return None
    as_good = [one for one in finished if is_as_good(one, best)]
    return min(as_good, key=lambda one: (one.n_parameters, one.point != held, one.loss, one.point))


def is_as_good(one: Trial, best: Trial, *, errors: float = 1.0) -> bool:
    """Whether a trial's loss lies within so many standard errors of the best one's: of their difference over children.

    Whoever asks whether the best of many is truly better asks for `SURE` of them: the best is also the luckiest.
    """
    if one == best:
        return True
    if one.loss is None or best.loss is None:
        return False
    counts = np.array(best.child_counts, dtype=float)
    if len(counts) < 2 or one.child_counts != best.child_counts:
        return one.loss <= best.loss
    difference = np.array(one.child_losses) - np.array(best.child_losses)
    mean = difference.sum() / counts.sum()
    about = difference - mean * counts
    error = math.sqrt(len(counts) / (len(counts) - 1) * float((about**2).sum())) / counts.sum()
    return bool(mean <= errors * error)


def should_prune(losses: Sequence[float], bound: float | None, *, max_epochs: int) -> bool:
    """Whether a training shall be given up: much worse than what is held after some epochs, or not a number.

    losses : on validation, one an epoch, by the task's own measure
    bound : `heard` of what the pair holds; the same whoever finishes first, so that a search done
        again gives up the same networks. None: there is nothing to compare with yet.
    """
    if losses and not math.isfinite(losses[-1]):
        return True
    is_early = len(losses) < PATIENT_SHARE * max_epochs
    return bound is not None and not is_early and min(losses) > MUCH_WORSE * bound


def _with(held: Point, pair: ParameterPair, one: float, other: float) -> Point:
    new = {pair.first: one, pair.second: other}
    return tuple(new.get(name, value) for name, value in zip(NAMES, held, strict=True))


def _and(values: tuple[float, ...], start: float) -> tuple[float, ...]:
    return tuple(sorted({*values, start}))
