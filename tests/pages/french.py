"""English words on a screen in French: a word counts that the catalogue has in English texts and in no French one."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from core import translation
from tests.pages.visible_texts import ENGLISH_WORDS, NO_PROSE, visible_texts

CATALOGUE = translation.LOCALE / "fr" / "LC_MESSAGES" / "earshot.po"
WORD = re.compile(r"\b[^\W\d_]{2,}\b")  # no letters between the digits of a number
NO_WORDS = re.compile(rf"^\{{\".*|{NO_PROSE.pattern}|:small\[|\S+[/_@]\S+", re.DOTALL)
"""Marks, commands and settings; addresses and names of files; what is shown as it is stored."""
STORED = (
    "dnn rnn svm mfcc vggish yamnet fusion signal dynamics steady scikit-learn learn "  # names of models and libraries
    "classroom kim lou mia school class platform contract"  # of tests
)
NAMES = frozenset(STORED.split())


def english_words(test: AppTest, *, names: frozenset[str] = NAMES) -> dict[str, str]:
    """The English words on a screen, in lower case, each with a text in which it stands.

    Parameters
    ----------
    names : words that are names
    """
    english = ((_vocabulary("id") - _vocabulary("string")) | ENGLISH_WORDS) - names
    shown: dict[str, str] = {}
    for text in visible_texts(test):
        for word in words_of(text):
            if word in english:
                shown.setdefault(word, text)
    return shown


def words_of(text: str) -> list[str]:
    """Its words in lower case, without what is no prose."""
    return [word.lower() for word in WORD.findall(NO_WORDS.sub(" ", text))]


@cache
def _vocabulary(side: str) -> frozenset[str]:
    """Every word of the English texts ("id") or of the French ones ("string")."""
    with CATALOGUE.open("rb") as file:
        sides = [getattr(message, side) for message in read_po(file, locale="fr") if message.id]
    texts = chain.from_iterable([each] if isinstance(each, str) else each for each in sides)
    return frozenset(chain.from_iterable(map(words_of, texts)))
