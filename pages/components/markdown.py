"""Escaping of text from people, files, addresses or programs, so that Markdown shows it unchanged."""

from __future__ import annotations

import re

from core.errors import EarshotError
from pages.http.statuses import words_of

# signs that mean something wherever they stand; "@", ":" and the point after "www" make an address into a link
MARKS = re.compile(r"[\\`*_{}\[\]()<>#|~$:^@&]|(?<=www)\.", re.IGNORECASE)
ORDERED = re.compile(r"^(\s*\d+)([.)])")


def plain(text: str) -> str:
    """Text that a person typed, or that a file is called, for a place that reads Markdown: nothing in it is a mark.

    It becomes one line; what a reader sees is the text itself.
    """
    line = MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    line = ORDERED.sub(r"\1\\\2", line)
    return re.sub(r"^[-+=!]", r"\\\g<0>", line)


def plain_error(error: EarshotError) -> str:
    """What a screen shows of an error: its words hold names of files, columns and people; nothing in them is a mark."""
    return plain(words_of(error))
