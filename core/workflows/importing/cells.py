"""Cells of tables: blanks, labels, splits, and text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

from core.domain.labels import Label, Split
from core.domain.names import normal_form
from core.errors import Refused

_WRITTEN_FOR_NOTHING = "- -- – — ? . na n/a n.a. #n/a #na nan none null nil (blank) (empty) <na>"
_NOTHING = frozenset(_WRITTEN_FOR_NOTHING.split())
_NOTHING_FOR_A_WORD = frozenset({"-", "--", "–", "—", "?", "n/a", "#n/a"})
_SPLITS = {"training": Split.TRAIN, "val": Split.VALIDATION, "valid": Split.VALIDATION, "dev": Split.VALIDATION}
_SPLITS |= {"testing": Split.TEST, "eval": Split.TEST} | {str(split): split for split in Split}

# A spreadsheet runs cells that begin so. Source: OWASP, CSV injection
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")


def is_blank(column: str, cell: str) -> bool:
    """Whether a cell is a blank, or a word that people write for one.

    Children are asked to read words such as "none"; and `na` is a language, that of Nauru.
    """
    word = normal_form(cell)
    if column == "word":
        return not word or word == "NA" or word.casefold() in _NOTHING_FOR_A_WORD
    if column == "language" and word == "na":
        return False
    return not word or word.casefold() in _NOTHING


def label_of(column: str, cell: str) -> Label:
    """The label that a cell names, in whatever case; Refused names the cell."""
    word = normal_form(cell)
    for label in Label:
        if word.casefold() == label.casefold():
            return label
    raise Refused(
        "{column} says {word!r}; expected one of {label}",
        column=column,
        word=word,
        label=", ".join(Label),
    )


def split_of(cell: str) -> Split:
    split = _SPLITS.get(normal_form(cell).casefold())
    if split is None:
        raise Refused(
            "split is {cell!r}; expected one of {split}, or nothing",
            cell=cell,
            split=", ".join(Split),
        )
    return split


def escape_formula(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """The text that `escape_formula` was given."""
    return text[1:] if _NEUTRALISED.match(text) else text
