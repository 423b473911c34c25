"""The Disagreements screen: hear, decide with a reason, take back, put aside."""

from __future__ import annotations

import pytest

from core.labels import Label, Role
from core.workflows import accounts, adjudicating, agreeing
from core.workflows.actor import COMMAND_LINE, Actor
from tests.pages import seeding
from tests.pages.looking import component_data


@pytest.fixture
def ids(database, signed_in) -> list[int]:
    signed_in(Role.STAFF)
    made = seeding.seed_recordings()
    seeding.seed_judgements(made, differ=3)
    return made


def shown(test) -> dict:
    return component_data(test, "earshot_player")["items"][0]


def test_both_labels_are_shown_but_not_whose(ids, screen):
    test = screen("disagreements")
    assert not test.exception
    item = shown(test)
    assert item["id"] == ids[0]
    assert [chip["label"] for chip in item["chips"]] == ["Accepted", "Noise"]
    assert {chip["who"] for chip in item["chips"]} == {""}


def test_a_decision_is_stored_with_its_reason_and_the_next_one_comes(ids, screen):
    test = screen("disagreements")
    test.button(key="decide_noise").click().run()
    assert not test.exception
    newest = adjudicating.decided()[0]
    assert (newest.recording.id, newest.decision.label) == (ids[0], Label.NOISE)
    assert newest.decision.reason == "Clear when heard again"
    assert shown(test)["id"] == ids[1]


def test_own_words_count_before_the_common_reason(ids, screen):
    test = screen("disagreements")
    test.text_input(key="own_reason").set_value("A door slams over the word")
    test.button(key="decide_accepted").click().run()
    assert adjudicating.decided()[0].decision.reason == "A door slams over the word"
    assert test.text_input(key="own_reason").value == ""


def test_the_last_decision_can_be_taken_back(ids, screen):
    test = screen("disagreements")
    test.button(key="decide_accepted").click().run()
    test.button(key="undo_last").click().run()
    assert not test.exception
    assert agreeing.progress().disagreed == 3
    assert shown(test)["id"] == ids[0]


def test_one_put_aside_comes_again_after_the_others(ids, screen):
    test = screen("disagreements")
    seen = []
    for _ in range(4):
        seen.append(shown(test)["id"])
        test.button(key="later").click().run()
    assert seen == [*ids[:3], ids[0]]


def test_what_is_left_is_counted(ids, screen):
    assert "3 recordings" in screen("disagreements").markdown[0].value


def test_a_decision_of_somebody_else_is_said_not_overwritten(ids, screen):
    test = screen("disagreements")
    other = Actor.of(accounts.create("eve", None, Role.ADMIN, actor=COMMAND_LINE))
    adjudicating.decide(ids[0], Label.SPEECHLESS, "Nobody speaks", actor=other)
    test.button(key="decide_accepted").click().run()
    assert "not to settle" in test.error[0].value
    assert adjudicating.decided()[0].decision.label is Label.SPEECHLESS


def test_nothing_to_settle_is_good_news(database, signed_in, screen):
    signed_in(Role.STAFF)
    seeding.seed_judgements(seeding.seed_recordings(), differ=0)
    assert screen("disagreements").info[0].proto.title == "Nothing to settle"


def test_before_any_judging_it_says_what_to_do(database, signed_in, screen):
    signed_in(Role.ADMIN)
    assert screen("disagreements").info[0].proto.title == "Nothing is judged twice yet"


def test_a_judge_may_not_see_it(ids, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("disagreements")
    assert "This screen is for" in test.error[0].value
    assert not test.get("bidi_component")


def test_nobody_takes_back_what_somebody_else_decided(ids, screen):
    other = Actor.of(accounts.create("eve", None, Role.ADMIN, actor=COMMAND_LINE))
    adjudicating.decide(ids[0], Label.SPEECHLESS, "Nobody speaks", actor=other)
    test = screen("disagreements")
    assert not any(button.key == "undo_last" for button in test.button)
    assert list(test.dataframe[0].value["By"]) == ["eve"]
