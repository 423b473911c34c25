"""The intervals hold what they promise, on data whose truth is known. `make bench-coverage` measures it at length."""

from __future__ import annotations

import numpy as np
import pytest

from bench import coverage
from bench.certainty import SampledWorld, draw_any
from bench.coverage import World
from core.metrics import am_bound, intervals

DRAWS = 250
SLACK = 0.035  # two and a half standard errors of so many draws


@pytest.mark.parametrize("world", [World(30, 0.1), World(120, 0.15)], ids=["few children", "a school"])
def test_intervals_hold_the_truth_as_often_as_they_say(world):
    shares = coverage.coverage(world, draws=DRAWS, seed=3)
    bad = {name: share for name, share in shares.items() if not coverage.is_good(name, share, world, slack=SLACK)}
    assert not bad


def test_intervals_and_the_bound_hold_what_is_true_of_a_class_whose_recordings_were_drawn_by_lot():
    world, rng = SampledWorld(80, 0.1), np.random.default_rng(4)
    held = np.zeros(3)
    for _ in range(DRAWS):
        data, weights = draw_any(world, rng)
        at = intervals.at_threshold(data.children, data.is_accepted, data.p[:, 0], 0.5, weights=weights)
        refused = data.p[data.is_accepted, :1] < 0.5
        bound = am_bound.am_upper_bounds(
            data.children[data.is_accepted], refused, np.array([0.1]), weights=weights[data.is_accepted]
        )[0]
        am, rcc = world.am[0], world.rcc[0]
        held += at.am[0] <= am <= at.am[1], at.rcc[0] <= rcc <= at.rcc[1], am <= bound.upper
    assert (held / DRAWS >= 0.94 - SLACK).all()
