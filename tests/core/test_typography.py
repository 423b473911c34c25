"""Spaces in French: no line breaks before a sign, and code stays code."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from babel.messages.pofile import read_po

from core import translation
from core.number_words import percent
from core.translation import translate, translate_count
from core.typography import set_spaces

PLAIN_BEFORE_SIGN = re.compile(r"\S [;!?»](\s|$)|\S :(\s|$)|« |\d %")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Accepté : oui", "Accepté\u00a0: oui"),
        ("Vraiment ? Oui ; non !", "Vraiment\u202f? Oui\u202f; non\u202f!"),
        ("Le compte « {name} » part.", "Le compte «\u00a0{name}\u00a0» part."),
        ("{share} % de 2 000 étiquettes", "{share}\u00a0% de 2\u202f000 étiquettes"),
        ("**Important** : lisez", "**Important**\u00a0: lisez"),
        ("sûr à 50 %.", "sûr à 50\u00a0%."),
    ],
)
def test_french_signs_stay_with_their_word(written: str, shown: str) -> None:
    assert set_spaces(written, "fr") == shown
    assert set_spaces(written, "en") == written


@pytest.mark.parametrize(
    "text",
    ["Voir :material/info: ici", "`noise : false ; x`", "{n:,} {a : b}", "le 26 11 2026", "rappel a: b", ":small[oui]"],
)
def test_code_and_marks_are_no_prose(text: str) -> None:
    assert set_spaces(text, "fr") == text


def test_every_french_text_of_the_catalogue_has_its_spaces() -> None:
    with (translation.LOCALE / "fr" / "LC_MESSAGES" / "earshot.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="fr") if message.id]
    ids = chain.from_iterable([each.id] if isinstance(each.id, str) else each.id for each in messages)
    french = [(each, translate("fr", each)) for each in ids]
    shown = [re.sub(r"`[^`]*`", "", text) for english, text in french if text != english]
    assert [text for text in shown if PLAIN_BEFORE_SIGN.search(text)] == []


def test_numbers_and_values_are_set_likewise() -> None:
    assert percent(0.913, speaks="fr") == "91,3\u00a0%"
    assert percent(0.913) == "91.3 %"
    assert translate_count("fr", "{n} file was refused.", "{n} files were refused.", 3).startswith("3 ")
    assert translate("fr", "{group}: nothing is decided wrongly at this target.", group="a : b").startswith(
        "a : b\u00a0:"
    )
