"""Two models on the same recordings."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Refused
from core.metrics import paired_difference, rejection


def two_models(seed: int = 0, n: int = 600, n_children: int = 60):
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.4
    first = np.clip(np.where(truth, 0.7, 0.3) + rng.normal(0, 0.2, n), 0, 1)
    second = np.clip(first + rng.normal(0, 0.05, n), 0, 1)
    return rng.integers(0, n_children, n), truth, first, second


def test_the_difference_is_that_of_the_two_shares():
    children, truth, first, second = two_models()
    difference = paired_difference.paired_differences(children, truth, first, 0.5, second, 0.45)
    rcc = rejection.rcc_at(truth, first, 0.5) - rejection.rcc_at(truth, second, 0.45)
    assert difference.rcc.value == pytest.approx(rcc)
    assert difference.am.value == pytest.approx(
        rejection.am_at(truth, first, 0.5) - rejection.am_at(truth, second, 0.45)
    )
    assert difference.rcc.low < rcc < difference.rcc.high
    assert difference.rcc.n + difference.am.n == len(truth)


def test_the_other_way_round_is_the_same_with_the_sign_turned():
    children, truth, first, second = two_models()
    difference = paired_difference.paired_differences(children, truth, first, 0.5, second, 0.5).rcc
    turned = paired_difference.paired_differences(children, truth, second, 0.5, first, 0.5).rcc
    assert (turned.low, turned.high) == pytest.approx((-difference.high, -difference.low))


def test_models_that_decide_alike_are_surer_than_strangers():
    children, truth, first, second = two_models()
    stranger = two_models(seed=9)[2]
    alike = paired_difference.paired_differences(children, truth, first, 0.5, second, 0.5).rcc
    strange = paired_difference.paired_differences(children, truth, first, 0.5, stranger, 0.5).rcc
    assert alike.high - alike.low < 0.6 * (strange.high - strange.low)


def test_a_model_against_itself_differs_by_nothing_and_some_doubt_stays():
    children, truth, first, _ = two_models()
    difference = paired_difference.paired_differences(children, truth, first, 0.5, first, 0.5).rcc
    assert difference.value == 0
    assert -0.05 < difference.low <= 0 <= difference.high < 0.05
    assert not difference.is_clear


def test_a_class_without_recordings_and_a_missing_threshold_give_nan():
    children, truth, p = np.arange(5), np.ones(5, dtype=bool), np.full(5, 0.6)
    assert np.isnan(paired_difference.paired_differences(children, truth, p, 0.5, p, 0.5).rcc.value)
    assert np.isnan(paired_difference.paired_differences(children, truth, p, np.nan, p, 0.5).am.value)


def test_lengths_must_agree():
    with pytest.raises(Refused):
        paired_difference.paired_differences(np.arange(3), np.ones(3, dtype=bool), np.ones(3), 0.5, np.ones(2), 0.5)
    with pytest.raises(Refused, match="two models"):
        paired_difference.share_difference(np.arange(3), np.ones((3, 3), dtype=bool))
