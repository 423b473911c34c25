"""The Judging rules screen: staff set them, the newest is in force."""

from __future__ import annotations

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.domain.selection import QueueOrder
from core.workflows.annotation import protocols, qualification_items
from core.workflows.annotation.protocols import DeskProtocol, QualificationProtocol, QueueProtocol
from db import models, session
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
    assert not put_in_force(test, 1).exception
    assert protocols.queue()[1] == QueueProtocol(order=QueueOrder.UNCERTAINTY, repeat_share=0.05)


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


def test_staff_choose_recordings_that_new_judges_begin_with(signed_in, screen, settled: int) -> None:
    signed_in(Role.STAFF)
    test = screen("protocol")
    test.multiselect(key="qualification-add").select(settled)
    next(button for button in test.button if button.label == "Add").click().run()
    assert [item.recording.id for item in qualification_items.items()] == [settled]
    screen("protocol").button(key=f"qualification-remove-{settled}").click().run()
    assert qualification_items.items() == []


def test_what_is_chosen_is_not_offered_again(signed_in, screen, settled: int) -> None:
    signed_in(Role.STAFF)
    qualification_items.add(settled, actor=COMMAND_LINE)
    assert screen("protocol").multiselect(key="qualification-add").options == []
