"""The intervals hold what they promise, on data whose truth is known. `make bench-coverage` measures it at length."""

from __future__ import annotations

import pytest

from bench import coverage
from bench.coverage import World

DRAWS = 250
SLACK = 0.035  # two and a half standard errors of so many draws


@pytest.mark.parametrize("world", [World(30, 0.1), World(120, 0.15)], ids=["few children", "a school"])
def test_intervals_hold_the_truth_as_often_as_they_say(world):
    shares = coverage.coverage(world, draws=DRAWS, seed=3)
    bad = {name: share for name, share in shares.items() if not coverage.is_good(name, share, world, slack=SLACK)}
    assert not bad
