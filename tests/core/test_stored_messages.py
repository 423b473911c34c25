"""Reasons are stored as template and values, and read in any language without recognising a sentence."""

from __future__ import annotations

import json

import pytest

from core import translation
from core.errors import Refused
from core.messages import Message
from core.stored_messages import translate_text

TOO_SHORT = Message("the recording is {seconds} s long", {"seconds": 0.013})


def test_a_message_survives_the_database() -> None:
    whole = Message("{file}: {reason}", {"file": "a.wav", "reason": TOO_SHORT})
    assert Message.from_json(json.loads(json.dumps(whole.as_json()))) == whole


@pytest.mark.parametrize("stored", [None, "text", 3, {}, {"template": 3}])
def test_what_an_earlier_version_stored_is_no_message(stored: object) -> None:
    assert Message.from_json(stored) is None


def test_a_stored_reason_needs_no_recognising(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_templates", lambda _language: pytest.fail("recognised"))
    error = Refused("There is no judge named {judge!r}.", judge="Noise")
    assert translate_text("fr", error.message, str(error)) == "Aucun juge ne s'appelle Noise."


def test_a_reason_whose_template_lost_a_word_is_read_from_its_text() -> None:
    broken = Message("{gone} is empty", {"other": 1})
    assert translate_text("fr", broken, "the file is empty") == translation.translate("fr", "the file is empty")
    assert translate_text("fr", None, "the file is empty") != "the file is empty"
