"""What staff read of one recording: its labels in every state, its way, and what the model in force makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import JudgingState, Label, Role
from core.domain.recording_history import LabelState, RecordingEventKind
from core.errors import NotAllowed, NotFound
from core.workflows.annotation import (
    adjudication,
    judge_desk,
    qualification_items,
    recording_comments,
    rounds,
    setting_aside,
)
from core.workflows.deployment import deployment_control, recording_overview
from core.workflows.deployment.recording_overview import RecordingOverview
from db import session
from tests.annotation.people import actor, add_recordings, give, lay, people, person
from tests.workflows import trained

Kind = RecordingEventKind


@pytest.fixture
def staff(any_database: object) -> Account:
    return person("lea", Role.STAFF)


@pytest.fixture
def judges(staff: Account) -> list[Account]:
    return people("ana", "ben")


def overview(recording_id: int) -> RecordingOverview:
    return recording_overview.overview_of(recording_id, actor=COMMAND_LINE)


def kinds(recording_id: int) -> list[RecordingEventKind]:
    return [event.kind for event in overview(recording_id).events]


def test_a_recording_that_nobody_has_heard_has_come_in_and_no_more(staff: Account) -> None:
    (only,) = add_recordings(1)
    seen = overview(only)
    assert kinds(only) == [Kind.IMPORTED]
    assert (seen.judged.judging_state, seen.verdict, seen.model_in_force) == (JudgingState.UNJUDGED, None, "")
    assert (seen.labels, seen.places, seen.comments, seen.same_sound, seen.n_of_child) == ((), (), (), (), 1)


def test_every_label_has_its_state(staff: Account, judges: list[Account]) -> None:
    (only,) = add_recordings(1)
    give(judges[0], only, Label.NOISE)
    judge_desk.undo_judgement(judges[0], session_id="tab")
    give(judges[0], only, Label.ACCEPTED, request="again")
    give(judges[1], only, Label.ACCEPTED)
    rounds.begin_rounds([only], "doubt", actor=actor(staff))
    states = [(past.judgement.judge, past.state) for past in overview(only).labels]
    assert states == [
        ("ana", LabelState.TAKEN_BACK),
        ("ana", LabelState.EARLIER_ROUND),
        ("ben", LabelState.EARLIER_ROUND),
    ]
    heard = overview(only).labels[0].judgement
    assert (heard.seconds_heard, heard.replays, heard.decision_s) == (1.0, 0, 0.8)


def test_its_way_is_told_with_who_and_why(staff: Account, judges: list[Account]) -> None:
    (only,) = add_recordings(1)
    for judge, label in zip(judges, (Label.NOISE, Label.ACCEPTED), strict=True):
        give(judge, only, label)
    lay(staff, only)
    adjudication.adjudicate(only, Label.NOISE, "a door slams", seconds_heard=1.0, actor=actor(staff))
    qualification_items.add(only, actor=actor(staff))
    rounds.begin_rounds([only], "heard again", actor=actor(staff))
    events = overview(only).events
    told = [(event.kind, event.by, event.reason) for event in events if event.kind in (Kind.SETTLED, Kind.SENT_BACK)]
    assert told == [(Kind.SETTLED, "lea", "a door slams"), (Kind.SENT_BACK, "lea", "heard again")]
    assert Kind.FOR_PRACTICE in kinds(only)
    assert [event.at for event in events] == sorted(event.at for event in events)
    rounds.cancel_round(only, actor=actor(staff))
    assert kinds(only)[-1] is Kind.ROUND_WITHDRAWN
    adjudication.undo_adjudication(only, actor=actor(staff))
    assert kinds(only)[-1] is Kind.SETTLING_UNDONE


def test_labels_that_staff_set_aside_say_why(staff: Account, judges: list[Account]) -> None:
    (only,) = add_recordings(1)
    give(judges[0], only)
    now = session.now()
    hour = timedelta(hours=1)
    setting_aside.set_aside("ana", now - hour, now + hour, "clicked at random", actor=actor(staff))
    assert [past.state for past in overview(only).labels] == [LabelState.SET_ASIDE]
    assert overview(only).events[-1].reason == "clicked at random"


@pytest.mark.usefixtures("database")
def test_the_model_in_force_decides_at_its_threshold_and_names_what_is_likelier() -> None:
    ids = trained.label_recordings(n_children=30)
    trained.add_model("m-1")
    deployment_control.deploy("m-1", 0.10, actor=COMMAND_LINE)
    seen = [overview(number) for number in ids]
    verdicts = [each.verdict for each in seen if each.verdict]
    assert len(verdicts) == len(ids)
    refused = [verdict for verdict in verdicts if verdict.is_refused]
    assert refused
    assert len(refused) < len(ids)
    assert {verdict.reason.value for verdict in refused if verdict.reason} == {"speechless"}  # which is drawn likelier
    assert all(verdict.p_accepted < verdict.threshold for verdict in refused)
    assert seen[0].places[0].models == (seen[0].model_in_force,)


def test_comments_stand_with_it(staff: Account) -> None:
    (only,) = add_recordings(1)
    recording_comments.add_comment(only, "a dog barks", actor=actor(staff))
    assert [comment.text for comment in overview(only).comments] == ["a dog barks"]


def test_what_is_not_there_is_named_and_a_judge_sees_none(staff: Account, judges: list[Account]) -> None:
    (only,) = add_recordings(1)
    with pytest.raises(NotFound, match="number 99"):
        overview(99)
    with pytest.raises(NotAllowed, match="ana may not see labels"):
        recording_overview.overview_of(only, actor=actor(judges[0]))
