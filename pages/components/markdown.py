"""Escaping of text from people, files, addresses or programs, so that Markdown shows it unchanged."""

from __future__ import annotations

import re

from core.errors import EarshotError
from pages.components.words import language
from pages.http.statuses import words_of

# signs that Markdown interprets anywhere; "@", ":" and the point after "www" make an address into a link
MARKS = re.compile(r"[\\`*_{}\[\]()<>#|~$:^@&]|(?<=www)\.", re.IGNORECASE)
SPACES = re.compile(r"[^\S\u00a0\u202f]+")  # no-break ones stay where they are
ORDERED = re.compile(r"^(\s*\d+)([.)])")


def plain(text: str) -> str:
    """Text of a person or a file name, escaped for a place that reads Markdown.

    It becomes one line; what a reader sees is the text itself.
    """
    line = MARKS.sub(r"\\\g<0>", SPACES.sub(" ", text).strip(" "))
    line = ORDERED.sub(r"\1\\\2", line)
    return re.sub(r"^[-+=!]", r"\\\g<0>", line)


def bold(text: str) -> str:
    """A short text that stands out."""
    return f"**{text}**"


def plain_error(error: EarshotError) -> str:
    """The message of an error for whoever looks, escaped: it holds names of files, columns and people."""
    return plain(words_of(error, language()))
