"""Where two judges differ, staff can ask a third: the majority then counts."""

from __future__ import annotations

import pytest

from core.domain.accounts import Account
from core.domain.labels import JudgingState, Label, Role
from core.errors import Conflict, NotAllowed
from core.workflows.accounts.audit_log import entries
from core.workflows.annotation import judging_progress, open_disagreements, recording_search, third_judge
from db import accounts, imported_judgements, session
from tests.annotation.hearing import settle
from tests.annotation.people import actor, add_recordings, give, lying_before, people, person

A, N, S = Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS


@pytest.fixture
def staff(database: object) -> Account:
    return person("staff", Role.STAFF)


@pytest.fixture
def disputed(staff: Account) -> int:
    anna, bert = people("anna", "bert")
    (only,) = add_recordings(1)
    give(anna, only, S)
    give(bert, only, A)
    return only


def say(recording_id: int, name: str, label: Label) -> None:
    judge = person(name)
    with session.writing() as tx:
        imported_judgements.add_imported(
            tx, recording_id=recording_id, account_id=judge.id, label=label, decided_at=session.now()
        )


def test_a_recording_sent_to_a_third_judge_waits_and_is_audited(disputed: int, staff: Account) -> None:
    third_judge.request_third_judge(disputed, actor=actor(staff))
    assert open_disagreements.disagreements() == []
    assert recording_search.get_recording(disputed).judging_state is JudgingState.AWAITING_THIRD
    assert judging_progress.count_progress().awaiting_third == 1
    (sent,) = third_judge.open_requests()
    assert (sent.disagreement.recording.id, sent.disagreement.labels, sent.by) == (disputed, (A, S), "staff")
    assert "ask a third judge" in {entry.action for entry in entries().items}
    assert "anna" not in repr(sent)


def test_the_majority_of_three_is_the_label(disputed: int, staff: Account) -> None:
    third_judge.request_third_judge(disputed, actor=actor(staff))
    say(disputed, "cleo", S)
    found = recording_search.get_recording(disputed)
    assert (found.judging_state, found.consensus) == (JudgingState.AGREED, S)


def test_three_that_differ_are_for_staff_to_decide(disputed: int, staff: Account) -> None:
    third_judge.request_third_judge(disputed, actor=actor(staff))
    say(disputed, "cleo", N)
    assert open_disagreements.disagreement_kinds() == {(A, N, S): 1}
    (found,) = open_disagreements.disagreements(kind=(A, N, S))
    assert not found.can_go_to_a_third
    with pytest.raises(Conflict, match="Three judges have heard"):
        third_judge.request_third_judge(disputed, actor=actor(staff))
    assert settle(disputed, S, "nobody speaks", actor=actor(staff)).label is S


def test_the_third_judge_can_be_called_back_until_the_label_is_there(disputed: int, staff: Account) -> None:
    third_judge.request_third_judge(disputed, actor=actor(staff))
    third_judge.withdraw_request(disputed, actor=actor(staff))
    assert [one.recording.id for one in open_disagreements.disagreements()] == [disputed]
    third_judge.request_third_judge(disputed, actor=actor(staff))
    say(disputed, "cleo", A)
    with pytest.raises(Conflict, match="does not wait for a third judge: it is agreed as Accepted"):
        third_judge.withdraw_request(disputed, actor=actor(staff))


def test_only_staff_asks_and_only_about_a_disagreement(disputed: int, staff: Account) -> None:
    with pytest.raises(NotAllowed):
        third_judge.request_third_judge(disputed, actor=actor(person("cleo")))
    third_judge.request_third_judge(disputed, actor=actor(staff))
    with pytest.raises(Conflict, match="is not to settle: it is waiting for its third"):
        third_judge.request_third_judge(disputed, actor=actor(staff))


def test_the_third_judge_hears_it_like_any_other_and_neither_of_the_two_does(disputed: int, staff: Account) -> None:
    cleo, dora = people("cleo", "dora")
    assert lying_before(cleo) == []
    third_judge.request_third_judge(disputed, actor=actor(staff))
    with session.reading() as tx:
        anna, bert = (accounts.by_name(tx, name) for name in ("anna", "bert"))
    assert anna is not None
    assert bert is not None
    assert (lying_before(anna), lying_before(bert)) == ([], [])
    assert lying_before(cleo) == [disputed]
    assert lying_before(dora) == []
    give(cleo, disputed, S)
    assert recording_search.get_recording(disputed).consensus is S
    with pytest.raises(Conflict):
        give(dora, disputed, A)
