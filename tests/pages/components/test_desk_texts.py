"""Every word on a screen is there in French, and what is compiled is what is written."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from core import errors, translation
from core.domain.labels import ROLE_IN_WORDS, JudgingState
from core.domain.permissions import Permission
from core.setting_fields import SettingFields
from core.translation import LANGUAGES, translate
from core.workflows.accounts import sign_ins
from pages.components.desk import desk_texts

ROOT = Path(__file__).parents[3]
FILES = {language: translation.LOCALE / language / "LC_MESSAGES" for language in LANGUAGES if language != "en"}
# an error of the settings is read in a terminal, before there is a screen
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)} | {"UnclearEncoding", "TicketOver"}
ERRORS -= {"SettingsError", "EarshotError"}
CALLS = {  # where texts stand in the source, by argument
    "translate": (2,),
    "mark": None,
    "say": None,
    "translate_count": (2, 3),
    "say_count": (1, 2),
    "Message": (1,),
    **dict.fromkeys(ERRORS, (1,)),
}
ROOMS = ("core", "pages", "db")
# what these say is read in a terminal by engineers, in English
OF_TERMINALS = {
    *("cli", "learning", "metrics", "demonstration", "demonstration.py", "cluster_worker.py", "mlflow_export.py"),
    *("model_export.py", "table_export.py", "exporting_dataset.py"),
    *("module_archive.py", "vggish_network.py", "vggish_layers.py", "repeated_requests.py", "device_chains.py"),
    *("encryption.py", "receipts.py", "enum_words.py", "postgres_limits.py"),
}
TEMPLATES = ("pages/http/sign_in.html", "pages/http/sign_out.html", "pages/http/account.html")
# said by a name, not where they stand
BY_NAME = {
    sign_ins.WRONG,
    *ROLE_IN_WORDS.values(),
    *map(str, JudgingState),
    *map(str, Permission),
    *(field.description for field in SettingFields.model_fields.values()),
    "Manifest",
}


def catalogue(language: str):
    with (FILES[language] / "earshot.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """A text of a catalogue: a plural has several forms."""
    return (text,) if isinstance(text, str) else tuple(text)


def is_complete(message: Message) -> bool:
    return bool(message.id) and all(forms(message.string)) and not message.fuzzy


def server_texts() -> set[str]:
    """Every text that the server may show, as Babel extracts it."""
    names = [*TEMPLATES, *(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    names = [name for name in names if not OF_TERMINALS & set(Path(name).parts)]
    extracted: set[str] = set()
    for name in names:
        with (ROOT / name).open("rb") as file:
            for _, message, _, _ in extract("python", file, keywords=CALLS):
                extracted |= {message} if isinstance(message, str) else set(message)
        if name not in TEMPLATES:
            extracted |= set(inside_f_strings((ROOT / name).read_text(encoding="utf-8")))
    return extracted


def inside_f_strings(source: str) -> Iterator[str]:
    """Texts of calls within f-strings, which Python 3.11 hands to Babel as one piece."""
    strings = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr))
    for call in (inner for string in strings for inner in ast.walk(string) if isinstance(inner, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in CALLS:
            texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            yield from (text for text in texts if isinstance(text, str) and text not in LANGUAGES)


def test_a_text_inside_an_f_string_is_seen() -> None:
    assert list(inside_f_strings("st.markdown(f\"**{say('Figures')}** {translate('fr', 'Kept')}\")")) == [
        "Figures",
        "Kept",
    ]


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
def test_every_word_is_translated(language: str) -> None:
    in_the_browser = desk_texts.script_texts() | desk_texts.page_texts()
    wanted = in_the_browser | server_texts() | BY_NAME
    has = {text for message in catalogue(language) if is_complete(message) for text in forms(message.id)}
    assert wanted - has == set()
    assert len(server_texts()) > 10


@pytest.mark.parametrize("language", FILES)
def test_translations_fill_in_the_same_places(language: str) -> None:
    for message in catalogue(language):
        places = [set(re.findall(r"\{(\w*)", text)) for text in (*forms(message.id), *forms(message.string))]
        if message.pluralizable:  # "the last recording", "the last {n} recordings"
            places = [each - {"n"} for each in places]
        assert all(each == places[0] for each in places), message.id


@pytest.mark.parametrize("language", FILES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    """`make words` compiles."""
    anew = io.BytesIO()
    write_mo(anew, catalogue(language))
    with (FILES[language] / "earshot.mo").open("rb") as file:
        compiled = {forms(message.id): forms(message.string) for message in read_mo(file) if message.id}
    anew.seek(0)
    assert compiled == {forms(message.id): forms(message.string) for message in read_mo(anew) if message.id}


def test_what_has_no_words_is_said_in_english() -> None:
    assert translate("fr", "Nobody ever said this.") == "Nobody ever said this."
    assert translate("xx", "Skip") == "Skip"
    assert translate("fr", "") == ""
    assert desk_texts.translations("en") == {}
