"""Staff send recordings back to two judges; what was said before stays as history."""

from __future__ import annotations

import pytest

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import JudgingState, Label, Role
from core.errors import Conflict, NotAllowed, NotFound, Refused
from core.workflows.accounts.audit_log import entries
from core.workflows.annotation import agreement_report, judge_desk, recording_search, rounds
from core.workflows.evaluation import doubtful_labels
from core.workflows.training import snapshots
from db import audit, session
from tests.annotation.hearing import settle
from tests.annotation.people import actor, add_recordings, give, lying_before, people, person
from tests.workflows import trained

A, N, S = Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS


@pytest.fixture
def staff(database: object) -> Account:
    return person("staff", Role.STAFF)


@pytest.fixture
def judges(staff: Account) -> list[Account]:
    return people("anna", "bert")


@pytest.fixture
def agreed(judges: list[Account]) -> int:
    (only,) = add_recordings(1)
    for judge in judges:
        give(judge, only, A)
    return only


def test_a_recording_sent_back_has_no_label_and_comes_to_judges_again(
    agreed: int, staff: Account, judges: list[Account]
) -> None:
    assert lying_before(judges[0]) == []
    assert rounds.begin_rounds([agreed], "the model hears noise", actor=actor(staff)).sent == (agreed,)
    found = recording_search.get_recording(agreed)
    assert (found.judging_state, found.consensus, found.recording.round) == (JudgingState.UNJUDGED, None, 2)
    assert lying_before(judges[0]) == [agreed]
    assert agreement_report.paired_labels() == []


def test_earlier_judgements_stay_in_the_history(agreed: int, staff: Account) -> None:
    rounds.begin_rounds([agreed], "the model hears noise", actor=actor(staff))
    assert [(one.judge, one.label, one.round) for one in rounds.earlier_judgements([agreed])[agreed]] == [
        ("anna", A, 1),
        ("bert", A, 1),
    ]
    (entry,) = entries(action="send back to two judges").items
    assert entry.detail == {"round": 2, "reason": "the model hears noise"}
    (new,) = rounds.open_rounds()
    assert (new.judged.recording.id, new.by, new.reason) == (agreed, "staff", "the model hears noise")


def test_a_new_round_is_taken_back_as_long_as_nobody_judged_in_it(agreed: int, staff: Account) -> None:
    rounds.begin_rounds([agreed], "why not", actor=actor(staff))
    rounds.cancel_round(agreed, actor=actor(staff))
    assert (recording_search.get_recording(agreed).consensus, rounds.open_rounds()) == (A, [])
    with pytest.raises(Conflict, match="first round"):
        rounds.cancel_round(agreed, actor=actor(staff))


def test_a_new_round_that_somebody_judged_in_stays(agreed: int, staff: Account, judges: list[Account]) -> None:
    rounds.begin_rounds([agreed], "why not", actor=actor(staff))

    (item,) = judge_desk.next_assignments(judges[0], session_id="tab", count=1).items
    give(judges[0], item, N)
    with pytest.raises(Conflict, match="judged in its new round"):
        rounds.cancel_round(agreed, actor=actor(staff))


def test_what_is_being_judged_is_left_out(agreed: int, staff: Account, judges: list[Account]) -> None:
    (other,) = add_recordings(1)
    give(judges[0], other, N)
    found = rounds.begin_rounds([agreed, other], "why not", actor=actor(staff))
    assert found.sent == (agreed,)
    (left_out,) = found.left_out
    assert (left_out.recording.id, left_out.judging_state) == (other, JudgingState.ONE_JUDGEMENT)


def test_a_settled_recording_can_be_sent_back_and_its_decision_comes_back_with_the_round(
    staff: Account, judges: list[Account]
) -> None:
    (only,) = add_recordings(1)
    for judge, label in zip(judges, (A, N), strict=True):
        give(judge, only, label)
    settle(only, S, "nobody speaks", actor=actor(staff))
    rounds.begin_rounds([only], "heard it again", actor=actor(staff))
    assert recording_search.get_recording(only).adjudication is None
    rounds.cancel_round(only, actor=actor(staff))
    assert recording_search.get_recording(only).consensus is S


def test_only_staff_sends_back_with_a_reason_what_is_there(agreed: int, staff: Account) -> None:
    with pytest.raises(NotAllowed):
        rounds.begin_rounds([agreed], "why not", actor=actor(person("cleo")))
    with pytest.raises(Refused, match="few words why"):
        rounds.begin_rounds([agreed], " ", actor=actor(staff))
    with pytest.raises(NotFound, match="no recording 99"):
        rounds.begin_rounds([agreed, 99], "why not", actor=actor(staff))
    assert recording_search.get_recording(agreed).recording.round == 1


def test_where_people_and_a_model_differ_the_model_surest_of_the_opposite_comes_first(staff: Account) -> None:
    trained.label_recordings(n_children=20)
    trained.add_model("a", skill=-3.0)  # says the opposite more often than not
    found = doubtful_labels.doubtful(limit=10)
    assert len(found) == 10
    distances = [
        one.probabilities.p_accepted if one.judged.consensus is A else 1 - one.probabilities.p_accepted for one in found
    ]
    assert distances == sorted(distances)
    assert max(distances) <= 0.2


def test_what_was_sent_back_is_no_longer_doubtful_and_in_no_snapshot(staff: Account) -> None:
    trained.label_recordings(n_children=20)
    trained.add_model("a", skill=-3.0)
    worst = doubtful_labels.doubtful(limit=1)[0].judged.recording.id
    rounds.begin_rounds([worst], "the model is sure", actor=actor(staff))
    assert worst not in [one.judged.recording.id for one in doubtful_labels.doubtful(limit=1000)]
    assert worst not in [item.recording_id for item in snapshots.freeze(seed=0).items]


def test_without_a_model_nothing_is_doubtful(staff: Account) -> None:
    assert doubtful_labels.doubtful() == []


def test_who_sent_it_back_and_why_stands_however_much_happened_since(agreed: int, staff: Account) -> None:
    rounds.begin_rounds([agreed], "the model hears noise", actor=actor(staff))
    with session.writing() as tx:
        for _ in range(1001):
            audit.record(tx, staff.id, staff.name, rounds.SENT_BACK, "recording 999", {"round": 2, "reason": "other"})
    (new,) = rounds.open_rounds()
    assert (new.by, new.reason) == ("staff", "the model hears noise")


def test_the_command_line_sends_back_too(agreed: int) -> None:
    rounds.begin_rounds([agreed], "found by a script", actor=COMMAND_LINE)
    (new,) = rounds.open_rounds()
    assert (new.by, new.reason) == ("command line", "found by a script")


def test_the_newest_rounds_come_first_and_a_limit_takes_those(staff: Account, judges: list[Account]) -> None:
    ids = add_recordings(3)
    for judge in judges:
        for recording_id in ids:
            give(judge, recording_id, A)
    for recording_id in (ids[1], ids[0], ids[2]):
        rounds.begin_rounds([recording_id], "again", actor=actor(staff))
    assert [one.judged.recording.id for one in rounds.open_rounds(limit=2)] == [ids[2], ids[0]]


def test_a_round_that_is_begun_again_after_it_was_taken_back_names_who_began_it_last(
    agreed: int, staff: Account
) -> None:
    rounds.begin_rounds([agreed], "first", actor=actor(staff))
    rounds.cancel_round(agreed, actor=actor(staff))
    rounds.begin_rounds([agreed], "second", actor=actor(person("other", Role.STAFF)))
    (new,) = rounds.open_rounds()
    assert (new.by, new.reason) == ("other", "second")
