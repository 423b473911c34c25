"""The desk as a judge likes it, kept with the account."""

from __future__ import annotations

import pytest

from core.domain.actor import Actor
from core.errors import Refused
from core.workflows.accounts import accounts
from core.workflows.annotation import desk_preferences
from core.workflows.annotation.desk_preferences import DeskPreferences
from db import accounts as table
from db import session
from tests.annotation.people import people, person


def test_what_one_judge_likes_is_kept_for_that_judge_alone(database) -> None:
    anna, bert = people("anna", "bert")
    liked = DeskPreferences(speed=1.5, volume_db=6, is_looping=True, keys={"skip": ("x",), "Noise": ("Digit9",)})
    desk_preferences.save_preferences(anna, liked)
    assert desk_preferences.preferences_of(anna) == liked
    assert desk_preferences.preferences_of(bert) == DeskPreferences()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"speed": 3.0}, "speed must be between 0.5 and 2; 3 is not"),
        ({"speed": float("nan")}, "speed"),
        ({"volume_db": 60}, "loudness"),
        ({"keys": {"dance": ("x",)}}, "no action 'dance'"),
        ({"keys": {"skip": ()}}, "cannot be the keys of 'skip'"),
        ({"keys": {"skip": ("x",), "undo": ("x",)}}, "'x' would mean two things"),
    ],
)
def test_what_cannot_be_liked_is_refused_by_name(wrong: dict, words: str) -> None:
    with pytest.raises(Refused, match=words):
        DeskPreferences(**wrong)


@pytest.mark.parametrize("kept", [{"speed": "fast"}, {"keys": 3}, {"speed": 9}, {"keys": {"gone": ["x"]}}])
def test_what_another_version_kept_and_this_one_cannot_use_is_left_out(database, kept: dict) -> None:
    anna = person("anna")
    with session.writing() as tx:
        table.set_preferences(tx, anna.id, kept)
    assert desk_preferences.preferences_of(anna) == DeskPreferences()


def test_an_account_speaks_one_of_our_languages(database) -> None:
    anna = person("anna")
    assert anna.speaks == "en"
    assert accounts.set_language(anna.id, "fr", actor=Actor.of(anna)).speaks == "fr"
    with pytest.raises(Refused, match="does not speak 'tlh'"):
        accounts.set_language(anna.id, "tlh", actor=Actor.of(anna))
