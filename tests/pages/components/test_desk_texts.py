"""Every word a judge sees is there in French, and what is compiled is what is written."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from core import translation
from core.domain.labels import ROLE_IN_WORDS
from core.translation import LANGUAGES, translate
from core.workflows.accounts import sign_ins
from pages.components.desk import desk_texts

ROOT = Path(__file__).parents[3]
FILES = {language: translation.LOCALE / language / "LC_MESSAGES" for language in LANGUAGES if language != "en"}
SAID = re.compile(r'\bsay\(\s*[\w.]+,\s*"([^"]+)"|\bwords = "([^"]+)"')
JUDGES_SEE = (
    "core/workflows/annotation/judge_desk.py",
    "core/workflows/annotation/audio_access.py",
    "core/workflows/annotation/preconditions.py",
    "core/workflows/accounts/sign_ins.py",
    "pages/http/guard.py",
    "pages/http/own_page.py",
    "pages/components/account.py",
    "pages/components/menu.py",
    "pages/http/sign_in.py",
)
# said by a name, not where they stand
BY_NAME = {"Annotate", "Hear a recording, give a label, next.", "Judging", sign_ins.WRONG, *ROLE_IN_WORDS.values()}


def catalogue(language: str):
    with (FILES[language] / "earshot.po").open("rb") as file:
        return read_po(file, locale=language)


def said_by_the_server() -> set[str]:
    sources = [(ROOT / name).read_text(encoding="utf-8") for name in JUDGES_SEE]
    return {one or other for source in sources for one, other in SAID.findall(source)}


@pytest.mark.parametrize("language", FILES)
def test_every_word_a_judge_sees_is_translated(language: str) -> None:
    in_the_browser = desk_texts.in_the_player() | desk_texts.beside_the_player()
    wanted = in_the_browser | said_by_the_server() | BY_NAME
    has = {message.id for message in catalogue(language) if message.id and message.string and not message.fuzzy}
    assert wanted - has == set()
    assert len(said_by_the_server()) > 10


@pytest.mark.parametrize("language", FILES)
def test_translations_fill_in_the_same_places(language: str) -> None:
    for message in catalogue(language):
        assert set(re.findall(r"\{\w*\}", message.id)) == set(re.findall(r"\{\w*\}", message.string)), message.id


@pytest.mark.parametrize("language", FILES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    """`make words` compiles."""
    anew = io.BytesIO()
    write_mo(anew, catalogue(language))
    with (FILES[language] / "earshot.mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    anew.seek(0)
    assert compiled == {message.id: message.string for message in read_mo(anew) if message.id}


def test_what_has_no_words_is_said_in_english() -> None:
    assert translate("fr", "Nobody ever said this.") == "Nobody ever said this."
    assert translate("xx", "Skip") == "Skip"
    assert translate("fr", "") == ""
    assert desk_texts.dictionary("en") == {}
