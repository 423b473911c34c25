"""Whether new recordings are like the old ones, with children clustered."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Refused
from core.metrics import drift


def simulated(shift: float, *, seed: int, n_children: int = 40) -> drift.FeatureShift:
    """Ten recordings a child; the last ten children are new, five more have both."""
    rng = np.random.default_rng(seed)
    children = np.repeat(np.arange(n_children), 10)
    is_new = (children >= n_children - 10) | ((children >= n_children - 15) & (rng.random(len(children)) < 0.5))
    values = rng.normal(size=n_children)[children] + rng.normal(size=len(children)) + shift * is_new
    return drift.feature_shifts(children, is_new, {"level": values})[0]


def test_the_interval_holds_the_truth_about_95_times_of_100() -> None:
    missed = sum(not (shift.low <= 0 <= shift.high) for shift in (simulated(0, seed=seed) for seed in range(400)))
    assert 0.02 <= missed / 400 <= 0.07


def test_a_large_shift_is_clear_and_large_and_has_its_direction() -> None:
    shift = simulated(2.5, seed=1)
    assert shift.is_clear
    assert shift.is_large
    assert 1.5 < shift.difference < 3.5


def test_a_trifle_is_not_called_a_change_however_sure_it_is() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=60_000)
    is_new = np.arange(60_000) % 2 == 0
    shift = drift.feature_shifts(np.arange(60_000) % 6000, is_new, {"level": values + 0.1 * is_new})[0]
    assert shift.low > 0
    assert not shift.is_clear


def test_several_figures_are_looked_at_more_carefully_than_one() -> None:
    rng = np.random.default_rng(0)
    children, is_new, values = np.repeat(np.arange(20), 5), np.arange(100) >= 50, rng.normal(size=100)
    alone = drift.feature_shifts(children, is_new, {"a": values})[0]
    together = drift.feature_shifts(children, is_new, {"a": values, "b": values, "c": values})[0]
    assert together.high - together.low > alone.high - alone.low


def test_a_side_without_recordings_or_of_few_children_says_nothing() -> None:
    children, values = np.repeat(np.arange(10), 3), np.ones(30)
    nothing = drift.feature_shifts(children, np.zeros(30, bool), {"a": values})[0]
    assert (nothing.n_old, nothing.n_new, nothing.is_known, nothing.is_clear) == (30, 0, False, False)
    few = drift.feature_shifts(children, children >= 8, {"a": values})[0]
    assert (few.is_known, few.is_clear) == (False, False)


def test_recordings_of_which_the_figure_is_not_known_are_left_out() -> None:
    children, is_new = np.repeat(np.arange(20), 2), np.arange(40) >= 20
    values = np.where(np.arange(40) % 2 == 0, np.nan, 1.0)
    shift = drift.feature_shifts(children, is_new, {"a": values})[0]
    assert (shift.n_old, shift.n_new, shift.standardised) == (10, 10, 0.0)


def test_arrays_of_other_lengths_are_refused() -> None:
    with pytest.raises(Refused, match="3 children, 2 values"):
        drift.feature_shifts(np.arange(3), np.ones(3, bool), {"a": np.ones(2)})
