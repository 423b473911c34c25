"""Every word a judge sees is there in French, and what is compiled is what is written."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from core import translation
from core.domain.labels import ROLE_IN_WORDS
from core.translation import LANGUAGES, translate
from core.workflows.accounts import sign_ins
from pages.components.desk import desk_texts

ROOT = Path(__file__).parents[3]
FILES = {language: translation.LOCALE / language / "LC_MESSAGES" for language in LANGUAGES if language != "en"}
CALLS = {"translate": (2,), "mark": None}  # where texts stand in the source, by argument
JUDGES_SEE = (
    "core/sentences/certainty_sentences.py",  # staff do
    "core/workflows/annotation/judge_desk.py",
    "core/workflows/annotation/audio_access.py",
    "core/workflows/annotation/preconditions.py",
    "core/workflows/accounts/authorisation.py",
    "core/workflows/accounts/sign_ins.py",
    "pages/http/guard.py",
    "pages/http/own_page.py",
    "pages/components/current_account.py",
    "pages/components/menu.py",
    "pages/http/sign_in.py",
    "pages/http/sign_in.html",
    "pages/http/sign_out.html",
)
# said by a name, not where they stand
BY_NAME = {"Annotate", "Hear a recording, give a label, next.", "Judging", sign_ins.WRONG, *ROLE_IN_WORDS.values()}


def catalogue(language: str):
    with (FILES[language] / "earshot.po").open("rb") as file:
        return read_po(file, locale=language)


def server_texts() -> set[str]:
    """Every text that a judge may be shown by the server, as Babel extracts it."""
    extracted: set[str] = set()
    for name in JUDGES_SEE:
        with (ROOT / name).open("rb") as file:
            extracted |= {str(message) for _, message, _, _ in extract("python", file, keywords=CALLS)}
    return extracted


class Marked(HTMLParser):
    """What the desk's markup marks to be translated."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.is_marked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.is_marked = "data-t" in names
        if "data-t-label" in names:
            self.texts.add(names["aria-label"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.is_marked = False

    def handle_data(self, data: str) -> None:
        if self.is_marked:
            self.texts.add(" ".join(data.split()))


def test_every_text_of_the_markup_is_in_the_table() -> None:
    marked = Marked()
    marked.feed((desk_texts.FOLDER / "annotator.html").read_text(encoding="utf-8"))
    assert {"Start", "Loop", "The judge's desk"} <= marked.texts
    assert marked.texts - desk_texts.script_texts() == set()


@pytest.mark.parametrize("language", FILES)
def test_every_word_a_judge_sees_is_translated(language: str) -> None:
    in_the_browser = desk_texts.script_texts() | desk_texts.page_texts()
    wanted = in_the_browser | server_texts() | BY_NAME
    has = {message.id for message in catalogue(language) if message.id and message.string and not message.fuzzy}
    assert wanted - has == set()
    assert len(server_texts()) > 10


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
    assert desk_texts.translations("en") == {}
