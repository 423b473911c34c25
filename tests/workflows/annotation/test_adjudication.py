"""Staff settle what judges differ on."""

from __future__ import annotations

import pytest

from core.domain.accounts import Account
from core.domain.labels import Label, Role
from core.errors import Conflict, NotAllowed, NotFound, Refused
from core.workflows.accounts.audit_log import entries
from core.workflows.annotation import adjudication, judging_progress, open_disagreements
from tests.annotation.hearing import send_sound, settle
from tests.annotation.people import actor, add_recordings, give, people, person

A, N, S = Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS


@pytest.fixture
def staff(database: object) -> Account:
    return person("staff", Role.STAFF)


@pytest.fixture
def disputed(staff: Account) -> int:
    """A recording of which anna says Speechless and bert Accepted; another one is agreed."""
    anna, bert = people("anna", "bert")
    first, second = add_recordings(2)
    give(anna, first, S)
    give(bert, first, A)
    give(anna, second, N)
    give(bert, second, N)
    return first


def test_a_disagreement_shows_both_labels_but_not_whose(disputed: int) -> None:
    (found,) = open_disagreements.disagreements()
    assert found.recording.id == disputed
    assert [(one.label, one.comment, one.is_unsure, one.seconds_heard) for one in found.judgements] == [
        (A, "", False, 1.0),
        (S, "", False, 1.0),
    ]
    assert "anna" not in repr(found)
    assert "bert" not in repr(found)


def test_the_staffs_decision_is_the_consensus_and_is_audited(disputed: int, staff: Account) -> None:
    decision = settle(disputed, S, " nobody speaks ", actor=actor(staff))
    assert (decision.label, decision.reason, decision.staff) == (S, "nobody speaks", "staff")
    assert open_disagreements.disagreements() == []
    (decided,) = adjudication.adjudicated()
    assert (decided.recording.id, decided.labels, decided.decision) == (disputed, (A, S), decision)
    assert "decided" in {entry.action for entry in entries().items}


def test_a_decision_taken_back_leaves_a_disagreement_that_can_be_decided_anew(disputed: int, staff: Account) -> None:
    settle(disputed, S, "first thought", actor=actor(staff))
    adjudication.undo_adjudication(disputed, actor=actor(staff))
    assert [item.recording.id for item in open_disagreements.disagreements()] == [disputed]
    with pytest.raises(Conflict, match="no decision to take back"):
        adjudication.undo_adjudication(disputed, actor=actor(staff))
    assert settle(disputed, A, "second thought", actor=actor(staff)).label is A


def test_disagreements_come_by_kind(disputed: int) -> None:
    assert open_disagreements.disagreement_kinds() == {(A, S): 1}
    assert [one.recording.id for one in open_disagreements.disagreements(kind=(A, S))] == [disputed]
    assert open_disagreements.disagreements(kind=(A, N)) == []
    assert open_disagreements.disagreements(kind=(A, N, S)) == []


def test_what_is_not_to_settle_cannot_be_decided(disputed: int, staff: Account) -> None:
    with pytest.raises(Conflict, match="agreed as Noise"):
        settle(disputed + 1, A, "why not", actor=actor(staff))
    settle(disputed, S, "heard it", actor=actor(staff))
    with pytest.raises(Conflict, match="settled as Speechless by staff"):
        settle(disputed, A, "me too", actor=actor(staff))
    with pytest.raises(NotFound, match="no recording 99"):
        settle(99, A, "why not", actor=actor(staff))


def test_a_decision_needs_a_reason_and_a_member_of_staff(disputed: int, staff: Account) -> None:
    with pytest.raises(Refused, match="Say in a few words why"):
        settle(disputed, A, "  ", actor=actor(staff))
    with pytest.raises(NotAllowed, match="cleo may not decide"):
        settle(disputed, A, "heard it", actor=actor(person("cleo")))


def test_progress_counts_every_recording_once(disputed: int, staff: Account) -> None:
    add_recordings(3)
    give(person("cleo"), disputed + 2)
    found = judging_progress.count_progress()
    assert (found.recordings, found.unjudged, found.judged_once) == (5, 2, 1)
    assert (found.agreed, found.disagreed, found.settled, found.judged_twice) == (1, 1, 0, 2)


def test_nothing_is_settled_unheard(disputed: int, staff: Account) -> None:
    with pytest.raises(Refused, match=r"Hear it first: 0\.0 s"):
        adjudication.adjudicate(disputed, S, "nobody speaks", seconds_heard=9.0, actor=actor(staff))  # nothing was sent
    send_sound(disputed, staff.id, share=0.3)
    with pytest.raises(Refused, match="Hear it first"):
        adjudication.adjudicate(disputed, S, "nobody speaks", seconds_heard=9.0, actor=actor(staff))
    send_sound(disputed, staff.id)
    with pytest.raises(Refused, match=r"1\.0 s are needed"):
        adjudication.adjudicate(disputed, S, "nobody speaks", seconds_heard=0.4, actor=actor(staff))
    assert adjudication.adjudicate(disputed, S, "nobody speaks", seconds_heard=1.0, actor=actor(staff)).label is S
