"""Whether probabilities mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Refused
from core.metrics.calibration_curve import calibration_curve


def test_each_bin_says_its_mean_p_the_share_and_how_many() -> None:
    curve = calibration_curve(np.array([0.0, 0.05, 0.55, 1.0]), np.array([False, True, True, True]))
    first, last = curve.bins[0], curve.bins[-1]
    assert (first.mean_p, first.share, first.count) == (0.025, 0.5, 2)
    assert (last.mean_p, last.share, last.count) == (1.0, 1.0, 1)
    assert [filled.count for filled in curve.bins] == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert curve.ece == pytest.approx((2 * 0.475 + 0.45) / 4)


def test_drawn_by_their_own_p_recordings_lie_on_the_diagonal() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    curve = calibration_curve(p, rng.random(20_000) < p)
    assert curve.ece < 0.02
    assert curve.log_loss == pytest.approx(0.5, abs=0.02)  # the entropy of a p drawn evenly


def test_what_was_ruled_out_and_happens_costs_a_finite_amount() -> None:
    assert np.isfinite(calibration_curve(np.array([0.0]), np.array([True])).log_loss)


def test_no_recordings_have_no_figures() -> None:
    curve = calibration_curve(np.zeros(0), np.zeros(0, dtype=bool))
    assert np.isnan([curve.ece, curve.log_loss]).all()
    assert all(filled.count == 0 and np.isnan(filled.share) for filled in curve.bins)


@pytest.mark.parametrize("p", [np.array([1.2]), np.array([np.nan]), np.array([0.1, 0.2])])
def test_what_is_no_probability_is_refused(p: np.ndarray) -> None:
    with pytest.raises(Refused, match="expected as many"):
        calibration_curve(p, np.array([True]))
