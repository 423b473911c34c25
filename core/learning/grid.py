"""Which networks a search tries next, and which it chooses: pairs of parameters, one pair after the other.

Two parameters of the network vary at a time, all others held at the best so far: units and hidden layers first, then
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

from core.arrays import Float64Array
from core.errors import Refused
from core.learning.networks import NetworkSpec

# What varies together, with the values tried; units and layers are the paper's
GRID: tuple[tuple[tuple[str, tuple[float, ...]], tuple[str, tuple[float, ...]]], ...] = (
    (("units", (32, 64, 128, 256, 512)), ("layers", tuple(range(2, 13)))),
    (("learning_rate", (0.0003, 0.001, 0.003, 0.01)), ("dropout", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5))),
    (("batch_size", (16, 32, 64, 128)), ("input_noise", (0.0, 0.1, 0.3, 0.5))),
)
NAMES = tuple(name for pair in GRID for name, _ in pair)

PATIENT_SHARE = 1 / 3  # of the epochs at most; before, nothing is pruned: a slow beginning is not a bad end
MUCH_WORSE = 1.5  # times the best so far: what is still above it then is pruned
NOMINAL_LEVEL = 0.03
"""Of a search that calls one of equal networks better. Losses are skewed, so the share that is measured is higher: the
simulation in tests/learning/test_search_claims.py holds it to 0.05, for 1 to 120 networks and 12 to 200 children
(0.001 to 0.042)."""
SPREAD_SHARE = 0.5  # of a pair's trials that are spread over its grid; the rest lies around the best of them

Point = tuple[float, ...]  # a value for each of NAMES


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


@dataclass(frozen=True)
class Trial:
    """A network that was tried, with its scores on the validation children.

    loss : mean cross-entropy of the validation recordings, Accepted against rejected; None where it was pruned or did
        not converge
    f10 : f(0.10) of the validation children; None without Accepted or without rejected ones
    best_validation_loss : lowest loss of all epochs, by the task's own cross-entropy; None without a finite one
    child_losses, child_counts : sum of the cross-entropy and recordings of each validation child, in one order
    """

    point: Point
    loss: float | None
    f10: float | None
    n_parameters: int
    seconds: float
    epochs: int
    best_validation_loss: float | None = None
    child_losses: tuple[float, ...] = ()
    child_counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class _LossDifference:
    """The mean difference of two losses a recording, with its standard error over the children."""

    mean: float
    error: float
    n_children: int


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


def lowest_loss(trials: Iterable[Trial]) -> Trial | None:
    """The trial with the lowest loss; None when all were pruned."""
    return min(_finished(trials), key=lambda trial: (trial.loss, trial.n_parameters, trial.point), default=None)


def choose(trials: Iterable[Trial], *, held: Point | None = None) -> Trial | None:
    """The smallest network that is as good as the best; of one size, what is held. None when all were pruned."""
    finished = _finished(trials)
    best = lowest_loss(finished)
    if best is None:
        return None
    as_good = [trial for trial in finished if is_as_good(trial, best)]
    return min(as_good, key=lambda trial: (trial.n_parameters, trial.point != held, trial.loss, trial.point))


def is_as_good(trial: Trial, best: Trial, *, errors: float = 1.0) -> bool:
    """Whether a trial's loss lies within so many standard errors of the best: of their difference over children.

    This chooses among networks. It does not say that one is better: see `is_surely_better`.
    """
    if trial == best:
        return True
    if trial.loss is None or best.loss is None:
        return False
    difference = _difference(trial, best)
    return trial.loss <= best.loss if difference is None else difference.mean <= errors * difference.error


def is_surely_better(best: Trial, in_use: Trial, *, n_tried: int) -> bool:
    """Whether the best of several networks is better than the one in use, and not only the luckiest of them.

    The difference over the children must be beyond Student's quantile at `NOMINAL_LEVEL` divided by the number of
    networks that were tried (Bonferroni): of any number of equal networks, one is called better in at most 5 of 100
    searches. Fewer than two children tell nothing.

    Parameters
    ----------
    n_tried : networks that were compared with the one in use, those that were pruned included
    """
    from scipy import stats

    difference = None if in_use.loss is None or best.loss is None else _difference(in_use, best)
    if difference is None or best == in_use:
        return False
    level = NOMINAL_LEVEL / max(1, n_tried)
    return bool(difference.mean > stats.t.ppf(1 - level, difference.n_children - 1) * difference.error)


def _difference(trial: Trial, best: Trial) -> _LossDifference | None:
    """How much more a trial loses than the best a recording; None where fewer than two children are the same."""
    counts = np.array(best.child_counts, dtype=float)
    if len(counts) < 2 or trial.child_counts != best.child_counts:
        return None
    difference = np.array(trial.child_losses) - np.array(best.child_losses)
    mean = difference.sum() / counts.sum()
    residual = difference - mean * counts
    error = math.sqrt(len(counts) / (len(counts) - 1) * float((residual**2).sum())) / counts.sum()
    return _LossDifference(float(mean), float(error), len(counts))


def should_prune(losses: Sequence[float], bound: float | None, *, max_epochs: int) -> bool:
    """Whether a training shall end early: much worse than what is held after some epochs, or a loss that is no number.

    Parameters
    ----------
    losses : on validation, a value an epoch, by the task's own cross-entropy
    bound : `best_validation_loss` of what the pair holds; independent of which trial finishes first, so that a repeated
        search prunes the same networks. None: there is nothing to compare with yet.
    """
    if losses and not math.isfinite(losses[-1]):
        return True
    is_early = len(losses) < PATIENT_SHARE * max_epochs
    return bound is not None and not is_early and min(losses) > MUCH_WORSE * bound


def _finished(trials: Iterable[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.loss is not None]


def _with(held: Point, pair: ParameterPair, first: float, second: float) -> Point:
    new = {pair.first: first, pair.second: second}
    return tuple(new.get(name, value) for name, value in zip(NAMES, held, strict=True))


def _and(values: tuple[float, ...], start: float) -> tuple[float, ...]:
    return tuple(sorted({*values, start}))
