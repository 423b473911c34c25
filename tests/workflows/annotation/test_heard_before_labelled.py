"""A label is taken once enough of the recording was heard, and says under which rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.judgements import NewJudgement
from core.domain.labels import Label
from core.errors import Refused
from core.workflows.annotation import judge_desk, protocols
from core.workflows.annotation.protocols import DeskProtocol
from db import schema, session
from tests.annotation.people import add_recordings, lay, person


@pytest.fixture
def anna(database) -> Account:
    return person("anna")


@pytest.fixture
def only(anna: Account) -> int:
    """A recording of one second."""
    return add_recordings(1)[0]


def label(judge: Account, recording_id: int, seconds_heard: float | None, **more: object) -> None:
    lay(judge, recording_id)
    new = NewJudgement(f"r{seconds_heard}", recording_id, 1, Label.NOISE, "tab", seconds_heard, **more)
    judge_desk.record_judgement(judge, new)


def stored() -> list[tuple]:
    columns = schema.judgements.c
    with session.reading() as tx:
        return [tuple(row) for row in tx.execute(select(columns.protocol_id, columns.flag, columns.comment))]


@pytest.mark.parametrize("heard_s", [None, 0.0, 0.5])
def test_a_label_before_all_of_it_was_heard_is_refused_and_the_recording_stays(anna, only, heard_s) -> None:
    with pytest.raises(Refused, match=f"heard {heard_s or 0:.1f} s of this recording and 1.0 s are needed"):
        label(anna, only, heard_s)
    assert stored() == []
    assert [item.recording_id for item in judge_desk.next_assignments(anna, session_id="tab").items] == [only]


def test_what_two_decoders_differ_by_is_not_held_against_a_judge(anna, only) -> None:
    label(anna, only, 0.95)
    assert len(stored()) == 1


def test_staff_set_how_much_must_be_heard(anna, only) -> None:
    number = protocols.set_desk(DeskProtocol(heard_share=0.4), actor=COMMAND_LINE)
    with pytest.raises(Refused, match=r"0\.4 s are needed"):
        label(anna, only, 0.2)
    label(anna, only, 0.4, flag=True, comment="  somebody laughs ")
    assert stored() == [(number, True, "somebody laughs")]


def test_a_label_keeps_the_rules_it_was_given_under_when_they_change_on_the_way(anna, only) -> None:
    lax = protocols.set_desk(DeskProtocol(heard_s=0.2), actor=COMMAND_LINE)
    protocols.set_desk(DeskProtocol(waveform=False), actor=COMMAND_LINE)
    label(anna, only, 0.3, protocol_id=lax)
    assert stored()[0][0] == lax


def test_the_built_in_rules_have_no_number(anna, only) -> None:
    protocols.set_desk(DeskProtocol(heard_s=0.2), actor=COMMAND_LINE)
    with pytest.raises(Refused, match="are needed"):
        label(anna, only, 0.3, protocol_id=0)
    label(anna, only, 1.0, protocol_id=0)
    assert stored()[0][0] is None
    with pytest.raises(Refused, match="no rules for desks with the number 99"):
        label(anna, only, 0.9, protocol_id=99)


def test_the_refusal_speaks_the_judges_language(anna, only) -> None:
    with pytest.raises(Refused, match=r"Vous avez entendu 0\.5 s"):
        label(replace(anna, speaks="fr"), only, 0.5)
