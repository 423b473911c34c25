"""An error carries its message as a template: English by itself, another language where it is read."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from core import translation
from core.errors import Conflict, NotFound, Refused
from core.messages import Message
from core.translation import translate, translate_message
from pages.http.statuses import words_of


def test_an_error_is_its_english_by_itself() -> None:
    assert str(NotFound("There is no recording {number}.", number=7)) == "There is no recording 7."
    assert str(Refused("a text with {braces} as it stands")) == "a text with {braces} as it stands"
    assert str(Refused()) == ""


def test_values_are_translated_and_numbers_take_the_signs_of_the_language() -> None:
    message = Message("{low} to {high}", {"low": Message("Noise"), "high": 1234.5})
    assert translate_message("fr", message) == "Bruit à 1234,5"
    assert translate("fr", "{low} to {high}", low="1.5 x.wav", high="") == "1.5 x.wav à "


def test_an_error_among_the_values_is_translated_as_well() -> None:
    outer = Conflict("{low} to {high}", low=Refused("Noise"), high=Refused("Accepted"))
    assert str(outer) == "Noise to Accepted"
    assert words_of(outer, "fr") == "Bruit à Accepté"


def test_an_error_that_comes_from_another_process_can_still_be_translated() -> None:
    sent = pickle.loads(pickle.dumps(Refused("{low} to {high}", low=3, high=object)))
    assert str(sent).startswith("3 to <class")
    assert words_of(sent, "fr").startswith("3 à ")


def test_numbers_of_numpy_are_numbers() -> None:
    assert str(Refused("{n:,} of {share:.1f}", n=np.int64(1200), share=np.float32(0.5))) == "1,200 of 0.5"


@pytest.mark.parametrize("language", translation.LANGUAGES)
def test_what_the_catalogue_does_not_have_is_english(language: str) -> None:
    assert translate_message(language, Message("Nobody wrote {n} of these.", {"n": 2})) == "Nobody wrote 2 of these."


def test_a_text_that_is_no_template_of_ours_stays_as_it_is() -> None:
    assert translate_message("fr", Message("There is no judge named 'x'.")) == "There is no judge named 'x'."


@pytest.mark.parametrize(
    ("template", "value"),
    [("{n.__class__}", 1), ("{n[0]}", "x"), ("{n:>99999999999}", 1), ("{n:,}", "x"), ("{other}", 1), ("{n", 1)],
)
def test_a_template_of_others_that_asks_for_more_than_values_is_no_message(template: str, value: object) -> None:
    assert Message.from_json({"template": template, "values": {"n": value}}) is None


def test_what_json_cannot_hold_is_stored_as_words() -> None:
    stored = json.loads(json.dumps(Message("{p:.3f} of {n}", {"p": float("nan"), "n": 2}).as_json(), allow_nan=False))
    assert Message.from_json(stored) is None


def test_a_value_may_be_called_as_an_argument_is() -> None:
    error = Refused("There is no webhook named {name!r}.", name="x y", message=1)
    assert words_of(error, "fr") == "Aucun webhook ne s'appelle x y."
