from __future__ import annotations

import pytest

from core.domain import rounds
from core.domain.labels import JudgingState
from core.domain.rounds import Round


def test_a_recording_begins_in_round_one_and_waits_for_two_labels() -> None:
    assert Round() == Round(1, 2)
    assert Round().is_first


def test_a_new_round_waits_for_two_labels_whatever_the_earlier_one_waited_for() -> None:
    assert Round(1, 3).next_round() == Round(2, 2)


@pytest.mark.parametrize(("n_labels", "wanted"), [(0, 2), (2, 2), (3, 3)])
def test_a_round_that_is_taken_back_leaves_the_earlier_one_as_it_was(n_labels: int, wanted: int) -> None:
    assert Round(3).round_before(n_labels) == Round(2, wanted)


def test_a_third_judge_belongs_to_the_same_round() -> None:
    assert Round(2).with_third_judge() == Round(2, 3)
    assert Round(2).with_third_judge().without_third_judge() == Round(2)


def test_a_round_is_taken_back_only_while_nobody_has_judged_in_it() -> None:
    assert rounds.can_cancel(Round(2), JudgingState.UNJUDGED)
    assert not rounds.can_cancel(Round(1), JudgingState.UNJUDGED)
    assert not any(rounds.can_cancel(Round(2), state) for state in set(JudgingState) - {JudgingState.UNJUDGED})


def test_a_third_judge_is_asked_about_a_disagreement_of_two_only() -> None:
    assert rounds.can_ask_third_judge(2, JudgingState.DISAGREED)
    assert not rounds.can_ask_third_judge(3, JudgingState.DISAGREED)
    assert not rounds.can_ask_third_judge(2, JudgingState.AGREED)


def test_what_waits_for_judges_is_not_sent_back() -> None:
    waiting = {state for state in JudgingState if rounds.is_under_way(state)}
    assert waiting == {JudgingState.UNJUDGED, JudgingState.ONE_JUDGEMENT, JudgingState.AWAITING_THIRD}
