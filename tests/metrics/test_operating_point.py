"""A threshold is chosen on validation and only looked at elsewhere."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.metrics import operating_point, rejection

ROWS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40).filter(
    lambda rows: any(truth for truth, _ in rows)
)


@given(ROWS, st.floats(0, 1))
def test_the_chosen_threshold_keeps_its_target_on_validation(rows, am_target: float) -> None:
    truth, p = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    choice = operating_point.choose_threshold(truth, p, am_target=am_target)
    assert choice.am == rejection.am_at(truth, p, choice.threshold) <= am_target
    assert 0.0 <= choice.threshold <= rejection.REFUSE_ALL
    assert choice.accepted + choice.rejected == len(rows)


@given(ROWS, st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_many_targets_at_once_give_the_threshold_of_each_alone(rows, am_targets: list[float]) -> None:
    truth, p = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    alone = [operating_point.choose_threshold(truth, p, am_target=target).threshold for target in am_targets]
    assert operating_point.choose_thresholds(truth, p, am_targets=np.array(am_targets)).tolist() == alone


def test_a_target_of_one_refuses_everything() -> None:
    choice = operating_point.choose_threshold(np.array([True, False]), np.array([1.0, 0.2]), am_target=1.0)
    assert (choice.threshold, choice.rcc, choice.am) == (rejection.REFUSE_ALL, 1.0, 1.0)


def test_a_frozen_threshold_is_reported_on_other_recordings() -> None:
    truth, p = np.array([True, True, False, False, False]), np.array([0.9, 0.3, 0.1, 0.2, 0.8])
    assert operating_point.figures_at_threshold(truth, p, threshold=0.5) == operating_point.ThresholdChoice(
        0.5, 2 / 3, 0.5, 2, 3
    )


def test_without_accepted_recordings_no_threshold_is_chosen() -> None:
    choice = operating_point.choose_threshold(np.array([False, False]), np.array([0.1, 0.2]), am_target=0.10)
    assert np.isnan([choice.threshold, choice.rcc, choice.am]).all()
    assert (choice.accepted, choice.rejected) == (0, 2)
    assert np.isnan(
        operating_point.figures_at_threshold(np.array([True]), np.array([0.5]), threshold=choice.threshold).am
    )


def test_without_rejected_recordings_only_the_rcc_is_unknown() -> None:
    choice = operating_point.choose_threshold(np.array([True, True]), np.array([0.4, 0.6]), am_target=0.10)
    assert (choice.threshold, choice.am) == (0.4, 0.0)
    assert np.isnan(choice.rcc)
