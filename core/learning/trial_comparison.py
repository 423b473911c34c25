"""Which of the networks that were tried is chosen, and which training ends early.

Scores are of the validation children alone. The criterion is the mean cross-entropy of Accepted against rejected there:
it moves smoothly where f(0.10), which is shown beside it, jumps by whole recordings. A network whose cross-entropy is
no more than one standard error above the lowest (of the difference, child by child) is as good; of those the smallest
is chosen.

Source of the rule of one standard error: Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees",
1984, section 3.4.3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

PATIENT_SHARE = 1 / 3  # of the epochs at most; before, nothing is pruned: a slow beginning is not a bad end
MUCH_WORSE = 1.5  # times the best so far: what is still above it then is pruned
NOMINAL_LEVEL = 0.03
"""Of a search that calls one of equal networks better. Losses are skewed, so the share that is measured is higher: the
simulation in tests/learning/test_search_claims.py holds it to 0.05, for 1 to 120 networks and 12 to 200 children
(0.001 to 0.042)."""

Point = tuple[float, ...]  # a value for each of `core.learning.grid.NAMES`


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


def _finished(trials: Iterable[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.loss is not None]
