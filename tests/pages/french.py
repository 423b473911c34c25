"""What a screen shows to somebody who reads French, and which of its words are English.

A word counts as English where the catalogue has it in English texts and in no French one. Names are no words of a
language: those of people, models, settings and commands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

from babel.messages.pofile import read_po
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from core import translation

CATALOGUE = translation.LOCALE / "fr" / "LC_MESSAGES" / "earshot.po"
WORD = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = re.compile(
    r"`[^`]*`"  # commands, settings, paths
    r"|:material/\w+:|:small\[|</?\w+>"  # marks
    r"|%\{[^}]*\}|\{\w*\}"  # places that the browser fills in
    r"|\S+[/_@]\S+"  # addresses and names of files
)
SHOWN = frozenset("label help body placeholder options title text caption alt message content format value".split())
"""Fields of Streamlit's messages that people read; others are identifiers, addresses and styles."""
OF_CHARTS = frozenset("text name title hovertemplate ticktext customdata x y".split())
ENGLISH = frozenset(
    "the of and is are was were with without by from this that what which when nothing nobody more less wrongly caught "
    "refused recording recordings child children threshold reading readings judge judges label labels".split()
)
NAMES = frozenset(
    "dnn rnn svm mfcc vggish yamnet fusion demo classroom signal dynamics steady kim lou mia school class".split()
)
"""What stands on screens as it is stored: families, models' names, and what tests call things."""


def english_words(test: AppTest, *, names: frozenset[str] = NAMES) -> dict[str, str]:
    """The English words on a screen, in lower case, each with a text in which it stands.

    Parameters
    ----------
    names : words that are names
    """
    english = ((_vocabulary("id") - _vocabulary("string")) | ENGLISH) - names
    shown: dict[str, str] = {}
    for text in shown_texts(test):
        for word in WORD.findall(NO_WORDS.sub(" ", text)):
            if word.lower() in english:
                shown.setdefault(word.lower(), text)
    return shown


def shown_texts(test: AppTest) -> Iterator[str]:
    """Every text of a screen: of elements and their help, of tables, of charts, of what is handed to the browser."""
    for node in test._tree:
        kind, proto = getattr(node, "type", ""), getattr(node, "proto", None)
        if kind in ("arrow_data_frame", "arrow_table"):
            yield from _of_table(node.value)
        elif kind == "plotly_chart":
            yield from _of_json(json.loads(proto.spec), keys=OF_CHARTS)
        elif kind == "bidi_component":
            yield from _of_json(json.loads(proto.json) if proto.json else {})
        elif isinstance(proto, Message):
            yield from _of_message(proto)


def _of_table(table) -> Iterator[str]:
    yield from (str(name) for column in table.columns for name in (column if isinstance(column, tuple) else [column]))
    yield from (cell for cell in chain(table.index, table.to_numpy().ravel()) if isinstance(cell, str))


def _of_json(data: object, *, keys: frozenset[str] | None = None, is_shown: bool = False) -> Iterator[str]:
    """Every text in it, or those below `keys`."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _of_json(value, keys=keys, is_shown=is_shown or key in (keys or ()))
    elif isinstance(data, list):
        for value in data:
            yield from _of_json(value, keys=keys, is_shown=is_shown)
    elif isinstance(data, str) and (keys is None or is_shown):
        yield data


def _of_message(message: Message, *, is_shown: bool = False) -> Iterator[str]:
    for field, value in message.ListFields():
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message):
                yield from _of_message(each, is_shown=is_shown or field.name in SHOWN)
            elif isinstance(each, str) and (is_shown or field.name in SHOWN):
                yield each


@cache
def _vocabulary(side: str) -> frozenset[str]:
    """Every word of the English texts ("id") or of the French ones ("string"), in lower case."""
    with CATALOGUE.open("rb") as file:
        sides = [getattr(message, side) for message in read_po(file, locale="fr") if message.id]
    texts = chain.from_iterable([each] if isinstance(each, str) else each for each in sides)
    return frozenset(word.lower() for text in texts for word in WORD.findall(NO_WORDS.sub(" ", text)))
