"""The alarm: silent while AM keeps its target, however often one looks; raised soon when it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import live as bench_live
from bench.live_world import ClassWorld
from core.metrics import live_alarm

SHARES = st.floats(0.01, 1.0)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), SHARES, SHARES), max_size=30), st.floats(0.01, 0.5))
def test_a_payoff_lies_between_minus_the_target_and_one_less_it(rows, am_target):
    good, refused, probability, floor = (np.array([row[k] for row in rows], dtype=float) for k in range(4))
    paid = live_alarm.payoffs(good.astype(bool), refused.astype(bool), probability, floor, am_target=am_target)
    assert (paid >= -am_target).all()
    assert (paid <= 1 - am_target).all()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5), st.floats(-0.1, 0.9)), min_size=1, max_size=40))
def test_capital_is_never_negative_and_its_highest_never_below_it(rows):
    children, weeks, paid = (np.array([row[k] for row in rows]) for k in range(3))
    now = live_alarm.evidence(paid.astype(float), children, weeks, am_target=0.1)
    assert 0 <= now.capital <= now.highest


def test_nothing_judged_is_no_evidence():
    nothing = live_alarm.evidence(np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), am_target=0.1)
    assert (nothing.capital, nothing.is_raised(0.05)) == (1.0, False)


def test_at_the_target_the_capital_gains_nothing_on_average():
    rng, n = np.random.default_rng(1), 4000
    capitals = []
    for _ in range(n):
        refused, probability = rng.random(12) < 0.1, np.full(12, 0.5)
        drawn = rng.random(12) < probability
        paid = live_alarm.payoffs(np.ones(12, dtype=bool), refused, probability, np.full(12, 0.25), am_target=0.1)[
            drawn
        ]
        capitals.append(
            live_alarm.evidence(paid, np.arange(12)[drawn], np.ones(drawn.sum(), int), am_target=0.1).capital
        )
    assert np.mean(capitals) == pytest.approx(1.0, abs=4 * np.std(capitals) / np.sqrt(n))


def test_good_weeks_before_delay_it_little():
    bad = np.full(20, 0.4), np.arange(20)
    alone = live_alarm.evidence(bad[0], bad[1], np.ones(20, dtype=int), am_target=0.1)
    paid = np.concatenate([np.full(200, -0.05), bad[0]])
    later = live_alarm.evidence(
        paid, np.concatenate([np.arange(200), bad[1]]), np.repeat([1, 2], [200, 20]), am_target=0.1
    )
    assert later.is_raised(0.05)
    assert later.capital > alone.capital / 20


def test_no_alarm_while_am_is_at_its_target():
    world = ClassWorld(am=0.10, likeness=0.1, children=20, recordings_a_week=60, judge_error=0.0)
    came = bench_live.alarm_weeks(world, range(12), weeks=10, judgements=60)
    assert sum(week != bench_live.NEVER for week in came) <= 2


def test_other_microphones_in_week_three_raise_it_then_and_not_before():
    world = ClassWorld(children=30, recordings_a_week=150, shift_week=3, shifted_am=0.4)
    assert bench_live.alarm_weeks(world, range(4), weeks=4) == [3, 3, 3, 3]
