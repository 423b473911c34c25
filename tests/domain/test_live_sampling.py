"""The draw in class: known chances, never 0, higher near the threshold, within the budget, not to be predicted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import live_sampling
from core.domain.live_sampling import DrawnByLot, LivePlan, PastDecision, plan_rate
from core.errors import Refused

THRESHOLD = 0.4
PAST = [PastDecision(p, p < THRESHOLD) for p in np.linspace(0.001, 0.999, 400).tolist()]


@given(
    st.lists(st.floats(0, 1), max_size=60),
    st.floats(0.1, 5000),
    st.floats(1, 100_000),
    st.floats(0.01, 0.5),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_chance_is_never_nought_and_at_most_one(past, wanted, decisions, am_target, p, is_refused):
    of_past = [PastDecision(each, each < THRESHOLD) for each in past]
    rate = plan_rate(of_past, wanted=wanted, decisions=decisions, am_target=am_target)
    assert 0 < rate.floor <= rate.probability(p, is_refused=is_refused) <= 1


@pytest.mark.parametrize("wanted", [4, 20, 100, 399])
def test_as_many_are_drawn_as_the_budget_is_for(wanted):
    rate = plan_rate(PAST, wanted=wanted, decisions=400, am_target=0.1)
    drawn = sum(rate.probability(each.p_accepted, is_refused=each.is_refused) for each in PAST)
    assert drawn == pytest.approx(wanted, rel=0.01)


def test_near_the_threshold_more_is_drawn_on_both_sides():
    rate = plan_rate(PAST, wanted=40, decisions=400, am_target=0.1)
    refused = [rate.probability(p, is_refused=True) for p in (0.01, 0.1, 0.39)]
    accepted = [rate.probability(p, is_refused=False) for p in (0.41, 0.7, 0.99)]
    assert refused == sorted(refused)
    assert accepted == sorted(accepted, reverse=True)
    assert refused[0] < refused[-1]
    assert accepted[-1] < accepted[0]


def test_no_weight_is_more_than_twice_the_average_one():
    rate = plan_rate(PAST, wanted=40, decisions=400, am_target=0.1)
    assert rate.floor == pytest.approx(0.5 * 40 / 400)


def test_a_draw_is_the_same_again_and_another_with_another_secret():
    ids = [f"{number:032x}" for number in range(4000)]
    drawn = [live_sampling.is_drawn(each, 0.1, secret=b"ours") for each in ids]
    assert drawn == [live_sampling.is_drawn(each, 0.1, secret=b"ours") for each in ids]
    theirs = [live_sampling.is_drawn(each, 0.1, secret=b"theirs") for each in ids]
    assert 320 < sum(drawn) < 480
    both = sum(one and other for one, other in zip(drawn, theirs, strict=True))
    assert both < 80  # 40 by chance


def test_budgets_go_by_the_root_of_what_a_source_sends():
    shares = live_sampling.share_budget(90, {"small": 100, "large": 400})
    assert shares == pytest.approx({"small": 30, "large": 60})
    assert live_sampling.share_budget(90, {}) == {}


@pytest.mark.parametrize(("days", "week"), [(0.0, 1), (6.9, 1), (7.0, 2), (20.9, 3), (21.0, 4)])
def test_weeks_count_from_the_beginning(days, week):
    assert live_sampling.week_of(days) == week


@pytest.mark.parametrize("values", [{"judgements_a_week": -1}, {"judgements_a_week": 10**6}, {"false_alarms": 0.2}])
def test_a_plan_that_cannot_be_is_refused(values):
    with pytest.raises(Refused, match="cannot be"):
        LivePlan(**values)


DRAWN = st.builds(DrawnByLot, st.sampled_from(["school", "other"]), st.floats(1e-4, 1.0))


@given(st.dictionaries(st.integers(1, 50), DRAWN, max_size=30))
def test_design_weights_are_one_over_the_chance_and_one_on_average_within_each_source(drawn):
    weights = live_sampling.design_weights(drawn)
    assert weights.keys() == drawn.keys()
    for source in {each.source for each in drawn.values()}:
        of_source = [number for number, each in drawn.items() if each.source == source]
        assert np.mean([weights[number] for number in of_source]) == pytest.approx(1.0, rel=0.006)
        totals = [weights[number] * drawn[number].probability for number in of_source]
        assert totals == pytest.approx([totals[0]] * len(totals), rel=0.011)


@given(st.floats(1e-4, 1e4))
def test_no_single_recording_rules_what_a_model_learns(weight):
    assert 1 / 3 <= live_sampling.training_weight(weight) <= 3
    assert live_sampling.training_weight(1.0) == 1.0
