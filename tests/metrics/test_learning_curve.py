"""What more labels are likely to bring."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.domain.verdicts import GainVerdict
from core.metrics import learning_curve
from core.metrics.learning_curve import LearningCurve

SIZES = np.array([200.0, 400.0, 600.0, 800.0])


def power(exponent: float, *, noise: float = 0.002, height: float = 1.0) -> LearningCurve:
    values = 1.0 - height * SIZES**-exponent
    draws = values + np.random.default_rng(0).normal(size=(200, 4)) * noise
    return LearningCurve(SIZES, values, draws)


def test_a_power_law_is_continued_as_it_goes_on() -> None:
    gain = learning_curve.expected_gain(power(0.4), 800, 1200)
    assert gain.value == pytest.approx(800**-0.4 - 1200**-0.4, abs=1e-6)
    assert gain.low < gain.value < gain.high
    assert gain.verdict == GainVerdict.PAYS


def test_a_flat_curve_is_no_longer_limited_by_labels() -> None:
    flat = LearningCurve(
        SIZES, np.full(4, 0.93), np.full((200, 4), 0.93) + np.random.default_rng(0).normal(size=(200, 1)) * 0.01
    )
    gain = learning_curve.expected_gain(flat, 800, 1200)
    assert (round(gain.value, 9), gain.verdict) == (0.0, GainVerdict.SATURATED)


def test_a_curve_that_falls_promises_nothing_but_no_harm_either() -> None:
    values = np.array([0.95, 0.94, 0.93, 0.92])
    assert learning_curve.expected_gain(LearningCurve(SIZES, values, np.tile(values, (50, 1))), 800, 1200).value == 0.0


def test_noise_that_hides_the_gain_is_said_to() -> None:
    noisy = LearningCurve(SIZES, *_noisy())
    assert learning_curve.expected_gain(noisy, 800, 1200).verdict == GainVerdict.UNSURE


def _noisy() -> tuple[np.ndarray, np.ndarray]:
    values = np.array([0.80, 0.81, 0.815, 0.82])
    return values, values + np.random.default_rng(0).normal(size=(200, 4)) * 0.04


def test_nothing_is_said_beyond_twice_the_labels_learned_from() -> None:
    assert learning_curve.expected_gain(power(0.4), 800, 100_000).labels_to == 1600
    assert math.isnan(learning_curve.expected_gain(power(0.4), 1700, 2000).value)


def test_what_came_since_is_worth_what_the_curve_says_of_both_ends() -> None:
    assert learning_curve.expected_gain(power(0.4), 400, 800).value == pytest.approx(400**-0.4 - 800**-0.4, abs=1e-6)


def test_one_size_and_unknown_draws_say_nothing() -> None:
    assert math.isnan(
        learning_curve.expected_gain(LearningCurve(SIZES[:1], np.ones(1), np.ones((9, 1))), 800, 1200).value
    )
    assert math.isnan(
        learning_curve.expected_gain(LearningCurve(SIZES, np.full(4, np.nan), np.full((9, 4), np.nan)), 800, 1200).value
    )
