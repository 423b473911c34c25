"""Shares in class by weighted samples: unbiased for any chances, honest about few children, as wide as they need be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import live as bench_live
from bench.live_world import ClassWorld
from core.domain.labels import Label
from core.metrics import live_shares
from core.metrics.live_shares import JudgedSample


def test_equal_weights_give_the_plain_share():
    share = live_shares.weighted_share(np.arange(40), np.full(40, 7.0), np.arange(40) < 10)
    assert share.value == 0.25
    assert share.interval[0] < 0.25 < share.interval[1]


def test_what_was_drawn_seldom_counts_for_more():
    labels = [Label.ACCEPTED] * 20
    refused = np.arange(20) < 10
    sample = JudgedSample(np.arange(20), labels, refused, np.where(refused, 0.9, 0.1))
    assert live_shares.figures_of(sample).am.value == pytest.approx(0.1)


@pytest.mark.parametrize("n_children", [1, 4])
def test_few_children_have_no_interval_and_say_so(n_children):
    share = live_shares.weighted_share(np.arange(40) % n_children, np.ones(40), np.arange(40) < 10)
    assert share.has_few_children
    assert np.isnan(share.interval).all()


def test_nothing_judged_is_not_a_number():
    figures = live_shares.figures_of(JudgedSample(np.zeros(0), [], np.zeros(0, dtype=bool), np.zeros(0)))
    assert np.isnan(figures.am.value)
    assert figures.am.n == 0


@given(st.integers(5, 30), st.booleans())
def test_all_or_nothing_still_has_a_wide_interval(n, is_all):
    share = live_shares.weighted_share(np.arange(n), np.ones(n), np.full(n, is_all))
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1
    assert high - low > 0.05


def test_noise_and_speechless_are_apart():
    labels = [Label.NOISE] * 6 + [Label.SPEECHLESS] * 6
    sample = JudgedSample(np.arange(12), labels, np.arange(12) < 6, np.full(12, 0.5))
    figures = live_shares.figures_of(sample)
    assert (figures.rcc.value, figures.rcc_noise.value, figures.rcc_speechless.value) == (0.5, 1.0, 0.0)


def test_intervals_hold_what_am_was_in_class():
    world = ClassWorld(am=0.15, likeness=0.2, children=30, recordings_a_week=120)
    held, width = bench_live.holds_truth(world, range(40), judgements=80)
    assert held >= 0.86  # 95 % less two and a half standard errors of 40 classes
    assert width < 0.15
