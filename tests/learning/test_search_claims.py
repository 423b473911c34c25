"""Of many equal networks one is the luckiest; a search must not call it better than the one in use.

The simulation: children differ in size and in difficulty, losses are skewed as cross-entropies are, and every network
has luck of its own with every child, but no network is better than another.
"""

from __future__ import annotations

import numpy as np
import pytest

from core.learning import trial_comparison
from core.learning.trial_comparison import Point, Trial

IN_USE: Point = (0.0,) * 6


def equal_networks(n: int, rng: np.random.Generator, *, n_children: int = 60, gain: float = 0.0) -> list[Trial]:
    """`n` networks and, first, the one in use; the last is better by `gain` standard errors of one child."""
    counts = rng.integers(4, 25, n_children)
    hard = rng.lognormal(-1.0, 0.8, n_children)
    luck = rng.gamma(2.0, 0.5, (n + 1, n_children))
    luck[-1] -= gain * np.sqrt(0.5) / np.sqrt(n_children)
    losses = hard * luck * counts
    points = [IN_USE] + [(float(number), *IN_USE[1:]) for number in range(1, n + 1)]
    totals = losses.sum(axis=1) / counts.sum()
    every = zip(points, totals, losses, strict=True)
    sizes = tuple(map(int, counts))
    return [Trial(point, float(loss), 0.8, 100, 1.0, 10, None, tuple(own), sizes) for point, loss, own in every]


def called_better(n: int, *, runs: int, n_children: int = 60, gain: float = 0.0) -> float:
    """In how many of all searches the best is called better than the one in use."""
    rng, calls = np.random.default_rng(2019), 0
    for _ in range(runs):
        trials = equal_networks(n, rng, n_children=n_children, gain=gain)
        best = trial_comparison.lowest_loss(trials)
        assert best is not None
        calls += trial_comparison.is_surely_better(best, trials[0], n_tried=n)
    return calls / runs


def test_of_forty_equal_networks_hardly_ever_one_is_called_better() -> None:
    assert called_better(40, runs=300) <= 0.05


@pytest.mark.simulation
@pytest.mark.parametrize("n", [1, 10, 40, 120])
@pytest.mark.parametrize("n_children", [12, 60, 200])
def test_equal_networks_are_called_better_at_most_five_times_in_a_hundred(n: int, n_children: int) -> None:
    assert called_better(n, runs=1_000, n_children=n_children) <= 0.05


def test_two_standard_errors_were_wrong_far_more_often() -> None:
    rng, calls = np.random.default_rng(2019), 0
    for _ in range(200):
        trials = equal_networks(40, rng)
        best = trial_comparison.lowest_loss(trials)
        assert best is not None
        calls += not trial_comparison.is_as_good(trials[0], best, errors=2.0)
    assert calls > 30


def test_a_network_that_is_better_is_still_seen_among_forty() -> None:
    assert called_better(40, runs=100, gain=9.0) > 0.8


def test_a_single_child_tells_nothing() -> None:
    good, poor = (Trial(IN_USE, loss, 0.8, 100, 1.0, 10, None, (loss,), (1,)) for loss in (0.1, 0.9))

    assert not trial_comparison.is_surely_better(good, poor, n_tried=1)


def test_a_network_in_use_that_failed_tells_nothing() -> None:
    failed, fine = (Trial(IN_USE, loss, 0.8, 100, 1.0, 10) for loss in (None, 0.9))

    assert not trial_comparison.is_surely_better(fine, failed, n_tried=1)
