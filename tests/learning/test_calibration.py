"""Scores to probabilities that mean what they say, from few recordings, and the fusion of several models."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Refused
from core.learning import calibration
from core.metrics import calibration_curve


def drawn(n: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """True log p [shape=(n, 3)] and classes drawn from them."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, 3))
    p = calibration.softmax(logits)
    return np.log(p), (p.cumsum(axis=1) > rng.random(n)[:, None]).argmax(axis=1)


def test_a_model_that_is_too_sure_learns_to_be_less_so() -> None:
    truth, targets = drawn(3000)
    too_sure = 3.0 * truth[np.newaxis] + np.array([1.0, 0.0, -1.0])
    fitted = calibration.fit(too_sure, targets)
    assert fitted.weights[0] == pytest.approx(1 / 3, abs=0.03)
    before, after = (
        calibration_curve.calibration_curve(p[:, 0], targets == 0).ece
        for p in (calibration.softmax(too_sure[0]), fitted.apply(too_sure))
    )
    assert after < before / 3


def test_a_member_that_knows_nothing_gets_no_weight_and_none_gets_less_than_none() -> None:
    truth, targets = drawn(2000)
    noise = np.random.default_rng(1).normal(0, 2, truth.shape)
    fitted = calibration.fit(np.stack([truth, noise, -truth]), targets)
    assert fitted.weights[0] == pytest.approx(1.0, abs=0.1)
    assert fitted.weights[1] < 0.1
    assert fitted.weights[2] == 0.0


def test_without_recordings_the_members_weigh_the_same() -> None:
    fitted = calibration.fit(np.zeros((2, 0, 3)), np.zeros(0, dtype=int))
    assert (fitted.weights, fitted.biases, fitted.n) == ((0.5, 0.5), (0.0, 0.0, 0.0), 0)


def test_a_handful_of_recordings_moves_it_a_little() -> None:
    truth, targets = drawn(4)
    assert calibration.fit(truth[np.newaxis], targets).weights[0] == pytest.approx(1.0, abs=1.0)


def test_probabilities_add_up_to_one_however_far_apart_the_scores() -> None:
    p = calibration.softmax(np.array([[1e4, 0.0, -1e4], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]])


@pytest.mark.parametrize("scores", [np.zeros((1, 3, 3)), np.zeros((3, 3)), np.full((1, 2, 3), np.nan)])
def test_scores_that_cannot_be_are_refused(scores: np.ndarray) -> None:
    with pytest.raises(Refused):
        calibration.fit(scores, np.zeros(2, dtype=int))
