"""The Judging rules screen: staff set them, the newest is in force."""

from __future__ import annotations

import json

import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.desk_rules import WordShown
from core.domain.labels import Label, Role
from core.domain.selection import QueueOrder
from core.workflows.annotation import protocols, qualification_items
from core.workflows.annotation.protocols import DeskProtocol, QualificationProtocol, QueueProtocol
from db import models, session
from pages.components.annotation import qualification_editor
from tests.annotation.people import add_recordings, give, people
from tests.pages.seeding import seed_all


def put_in_force(test, form: int):
    """Press the form's button."""
    return [button for button in test.button if button.label == "Use these rules"][form].click().run()


def test_nothing_is_set_by_looking(signed_in, screen) -> None:
    signed_in(Role.STAFF)
    assert not screen("protocol").exception
    assert protocols.desk() == (None, DeskProtocol())


def test_staff_take_the_waveform_away(signed_in, screen) -> None:
    signed_in(Role.STAFF)
    test = screen("protocol")
    test.toggle(key="desk-waveform").set_value(False)
    test.slider(key="desk-heard-share").set_value(50)
    assert not put_in_force(test, 0).exception
    assert protocols.desk()[1] == DeskProtocol(waveform=False, heard_share=0.5)
    assert screen("protocol").toggle(key="desk-waveform").value is False


def test_staff_choose_what_comes_next(signed_in, screen) -> None:
    signed_in(Role.STAFF)
    test = screen("protocol")
    test.radio(key="queue-order").set_value("useful")
    test.slider(key="queue-repeat-share").set_value(5)
    test.slider(key="queue-control-share").set_value(4)
    test.number_input(key="queue-controls-a-day").set_value(8)
    assert not put_in_force(test, 1).exception
    expected = QueueProtocol(QueueOrder.UNCERTAINTY, repeat_share=0.05, control_share=0.04, controls_a_day=8)
    assert protocols.queue()[1] == expected


def told(test) -> str:
    return next(one.value for one in test.markdown if one.value.startswith("**Least sure first**"))


def ask(model_id: str, recording_id: int) -> None:
    with session.writing() as tx:
        models.add_probabilities(tx, model_id, [(recording_id, 0.5, 0.3, 0.2)])


def leads_to_retrain(test) -> bool:
    return any("retrain" in str(link.proto) for link in test.get("page_link"))


def test_the_order_by_a_model_says_what_it_stands_on_and_where_to_retrain(signed_in, screen) -> None:
    signed_in(Role.STAFF)
    model, _ = seed_all()
    first, second = add_recordings(2)
    test = screen("protocol")
    assert "is not in force. No model has been asked" in told(test)
    assert not leads_to_retrain(test)
    protocols.set_queue(QueueProtocol(order=QueueOrder.UNCERTAINTY), actor=COMMAND_LINE)
    test = screen("protocol")
    assert "is in force. No model has been asked" in told(test)
    assert leads_to_retrain(test)
    ask(model, first)
    test = screen("protocol")
    assert "asked about 1 recording. 1 recording came in since and comes shuffled" in told(test)
    assert leads_to_retrain(test)
    ask(model, second)
    test = screen("protocol")
    assert "No recording came in since" in told(test)
    assert not leads_to_retrain(test)


def test_staff_set_how_a_new_judge_begins(signed_in, screen) -> None:
    signed_in(Role.STAFF)
    test = screen("protocol")
    test.toggle(key="qualification-required").set_value(True)
    test.slider(key="qualification-mark").set_value(90)
    assert not put_in_force(test, 2).exception
    assert protocols.qualification()[1] == QualificationProtocol(is_required=True, mark=0.9)


@pytest.fixture
def settled(database) -> int:
    """A recording on which two judges agree."""
    only = add_recordings(1)[0]
    for judge in people("anna", "bert"):
        give(judge, only, Label.NOISE)
    return only


def players(test) -> list[dict]:
    """What the players of the screen are handed, in their order."""
    protos = [one.proto for one in test.get("bidi_component")]
    return [json.loads(proto.json) for proto in protos if proto.component_name == "earshot_player"]


def test_staff_choose_by_ear_what_new_judges_begin_with(signed_in, screen, settled: int) -> None:
    staff = signed_in(Role.STAFF)
    test = screen("protocol")
    test.button_group(key="qualification-label").set_value(Label.NOISE).run()
    (offered,) = players(test)
    assert [item["id"] for item in offered["items"]] == [settled]
    assert [action["choice"] for action in offered["actions"]] == ["add"]
    qualification_editor.add_item(settled, Actor.of(staff))
    assert [item.recording.id for item in qualification_items.items()] == [settled]
    qualification_editor.remove_item(settled, Actor.of(staff))
    assert qualification_items.items() == []


def test_what_is_chosen_is_heard_above_and_not_offered_again(signed_in, screen, settled: int) -> None:
    signed_in(Role.STAFF)
    qualification_items.add(settled, actor=COMMAND_LINE)
    test = screen("protocol")
    test.button_group(key="qualification-label").set_value(Label.NOISE).run()
    present, offered = players(test)
    assert [item["id"] for item in present["items"]] == [settled]
    assert offered["items"] == []


def test_staff_set_when_the_word_is_shown_and_the_target_of_the_day(signed_in, screen) -> None:
    signed_in(Role.STAFF)
    test = screen("protocol")
    test.radio(key="desk-word-shown").set_value(WordShown.AFTER)
    assert not put_in_force(test, 0).exception
    assert protocols.desk()[1].word_shown is WordShown.AFTER
    test.number_input(key="team-daily-target").set_value(500)
    next(button for button in test.button if button.label == "Use this target").click().run()
    assert protocols.team()[1].daily_target == 500
