"""Reasons are stored as template and values, and read in any language without recognising a sentence."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import stored_messages, translation
from core.errors import Refused
from core.messages import Message
from core.stored_messages import translate_text

ROOT = Path(stored_messages.__file__).parents[1]
TOO_SHORT = Message("the recording is {seconds} s long", {"seconds": 0.013})


def test_a_message_survives_the_database() -> None:
    whole = Message("{file}: {reason}", {"file": "a.wav", "reason": TOO_SHORT})
    assert Message.from_json(json.loads(json.dumps(whole.as_json()))) == whole


@pytest.mark.parametrize("stored", [None, "text", 3, {}, {"template": 3}])
def test_what_an_earlier_version_stored_is_no_message(stored: object) -> None:
    assert Message.from_json(stored) is None


def test_a_stored_reason_needs_no_recognising(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_messages, "_templates", lambda _language: pytest.fail("recognised"))
    error = Refused("There is no judge named {judge!r}.", judge="Noise")
    assert translate_text("fr", error.message, str(error)) == "Aucun juge ne s'appelle Noise."


def test_a_reason_whose_template_lost_a_word_is_read_from_its_text() -> None:
    broken = Message.from_json({"template": "{gone} is empty", "values": {"other": 1}})
    assert translate_text("fr", broken, "the file is empty") == translation.translate("fr", "the file is empty")
    assert translate_text("fr", None, "the file is empty") != "the file is empty"


@pytest.mark.parametrize("name", ["{n} of {rows}.wav", "a is empty: " * 100, "1,200.wav", "the file is empty"])
def test_a_name_that_no_template_could_recognise_is_no_hindrance(name: str) -> None:
    error = Refused("There is no judge named {judge!r}.", judge=name)
    stored = Message.from_json(json.loads(json.dumps(error.message.as_json())))
    assert translate_text("fr", stored, str(error)) == f"Aucun juge ne s'appelle {name}."


def recognised(language: str, text: str) -> str:
    return translate_text(language, None, text)


def test_a_reason_that_was_stored_in_english_is_recognised() -> None:
    stored = "the recording is 0.013 s long; at least 0.1 s are needed"
    assert recognised("fr", stored) == "l'enregistrement dure 0,013 s\u202f; il faut au moins 0,1 s"
    nested = "The recording cannot be used: the cell 'filename' is empty"
    assert recognised("fr", nested) == "L'enregistrement est inutilisable\u00a0: la cellule 'filename' est vide"


def test_what_is_not_recognised_stays_as_it_was_stored() -> None:
    for stored in ("Noise.wav", "whatever somebody wrote {here}", "", "a: b"):
        assert recognised("fr", stored) == stored
    assert recognised("en", "the file is empty") == "the file is empty"


def test_nobody_waits_for_the_recognising_of_a_name_of_any_length() -> None:
    name = "a, b; is " * 20
    assert recognised("fr", f"There is no judge named '{name}'.").startswith("Aucun juge")
    stored = f"There is no judge named '{name * 100}'."
    assert recognised("fr", stored) == stored


def test_a_name_among_the_values_is_not_translated() -> None:
    assert recognised("fr", "There is no judge named 'Noise'.") == "Aucun juge ne s'appelle 'Noise'."


def sources() -> Iterator[tuple[str, ast.Module]]:
    for room in ("core", "pages", "db"):
        for path in (ROOT / room).rglob("*.py"):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def test_a_stored_sentence_is_recognised_in_one_place_only() -> None:
    for name, tree in sources():
        imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        of_here = {alias.name for node in imported if node.module == "core.stored_messages" for alias in node.names}
        assert of_here <= {"translate_text"}, name
        has_catalogue = any(node.module == "babel.messages.mofile" for node in imported)
        assert has_catalogue == (name == "core/stored_messages.py"), name


def test_whoever_shows_a_stored_text_asks_for_its_message_first() -> None:
    calls = [
        (name, node)
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate_text"
    ]
    assert len(calls) >= 5
    for name, call in calls:
        assert len(call.args) == 3, name
        assert not isinstance(call.args[1], ast.Constant), name
