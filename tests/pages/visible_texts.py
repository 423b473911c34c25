"""Every text that a screen shows, as AppTest holds it (elements, tables, charts, components), and English in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pyarrow as pa
from babel.messages.pofile import read_po
from google.protobuf.message import Message as Proto
from streamlit.testing.v1 import AppTest

from core import translation
from core.translation import translate

# fields of Streamlit's messages that people read; ids, icons, addresses and values are no text
READ_FIELDS = {
    "alt", "body", "caption", "delta", "help", "label", "options", "placeholder", "text", "title", "tooltip",
}  # fmt: skip
# short words of English that are no word of French
ENGLISH = (
    "the of and is with are this that which who was were been from they their has have it its be by to for not you "
    "your what how when more than all any one no yes these there"
)
ENGLISH_WORDS = frozenset(ENGLISH.split())
NO_PROSE = re.compile(
    r"<style.*?</style>|<script.*?</script>|<[^>]*>|`[^`]*`|:material/\w+:|\]\([^)]*\)|EARSHOT_\w+|(?<!\S)/\S+|\w+\.\w+|%?\{[^}]*\}",
    re.DOTALL,
)
READ_KEYS = {"title", "text", "name", "hovertemplate", "label", "texts", "note", "detail", "labels", "who"}


def visible_texts(test: AppTest) -> set[str]:
    """The texts of the screen and of its menu, without mark-up."""
    return {text for node in _elements(test) for text in _texts(node)}


def english_in(texts: set[str], *, names: set[str] = frozenset()) -> set[str]:
    """The texts that are English: a message that French writes otherwise, or with a short word of English.

    names : data, such as words that children read, which may be in any language
    """
    return {text for text in texts if text not in names and _is_english(text)}


def _is_english(text: str) -> bool:
    prose = " ".join(NO_PROSE.sub(" ", text).split())
    if not prose:
        return False
    if prose in _french_texts():  # "Comment" is English and French
        return False
    french = translate("fr", prose)
    return french != prose or bool(ENGLISH_WORDS & set(re.findall(r"\w+", prose.lower())))


@cache
def _french_texts() -> frozenset[str]:
    with (translation.LOCALE / "fr" / "LC_MESSAGES" / "earshot.po").open("rb") as file:
        strings = [message.string for message in read_po(file, locale="fr") if message.id]
    return frozenset(chain.from_iterable([each] if isinstance(each, str) else each for each in strings))


def _elements(test: AppTest) -> Iterator[Proto]:
    waiting = [test._tree]
    while waiting:
        node = waiting.pop()
        waiting.extend(getattr(node, "children", {}).values())
        proto = getattr(node, "proto", None)
        if isinstance(proto, Proto):
            yield proto


def _texts(proto: Proto) -> Iterator[str]:
    for field, value in proto.ListFields():
        is_several = not isinstance(value, str | bytes) and hasattr(value, "__iter__") and not hasattr(value, "items")
        for each in value if is_several else [value]:
            if isinstance(each, Proto):
                yield from _texts(each)
            elif isinstance(each, str) and field.name in READ_FIELDS:
                yield each
            elif isinstance(each, str) and field.name in ("json", "spec"):
                yield from _of_json(json.loads(each), is_read=False)
            elif isinstance(each, bytes) and field.name == "data":
                yield from _of_table(each)


def _of_json(value: object, *, is_read: bool) -> Iterator[str]:
    if isinstance(value, str) and is_read:
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _of_json(inner, is_read=is_read or key in READ_KEYS)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_json(inner, is_read=is_read)


def _of_table(data: bytes) -> Iterator[str]:
    try:
        table = pa.ipc.open_stream(data).read_all()
    except pa.ArrowInvalid:
        return
    yield from (name for name in table.column_names if not name.startswith("__"))
    for column in table.columns:
        yield from (value for value in column.to_pylist() if isinstance(value, str))
