"""Texts as the database stores them: in English, which programs read, and as the message that they are translated from.

A text of a version before has no message: it is recognised by the template that it was written from, here and nowhere
else. What is not recognised stays English, and so does what is longer than any message of ours.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache, lru_cache

from babel.messages.mofile import read_mo

from core.messages import Message
from core.translation import (
    DEFAULT_LANGUAGE,
    DOMAIN,
    LOCALE,
    decimal_sign,
    group_sign,
    translate,
    translate_message,
)
from core.typography import set_spaces

# names of files may be as long as somebody likes, and recognising takes longer than in proportion
LONGEST_STORED = 600  # characters
LEAST_LETTERS = 10  # of a template that is recognised in a text
_PLACE = re.compile(r"\{(\w+)[^}]*\}")


def translate_text(language: str, message: Message | None, text: str) -> str:
    """A stored text in a language: from its message, where there is one, else from its English.

    text : the English sentence, which is stored beside the message for programs
    """
    return _recognised(language, text) if message is None else translate_message(language, message)


@lru_cache(maxsize=4096)
def _recognised(language: str, text: str) -> str:
    """A text that was stored in English, such as why a file was refused, in a language: it is recognised by its
    template. What is not recognised stays English, and so does what is longer than any message of ours.
    """
    known = translate(language, text)
    if known != text or language == DEFAULT_LANGUAGE or len(text) > LONGEST_STORED:
        return known
    for template in _templates(language):
        match = template.pattern.fullmatch(text) if text.startswith(template.begin) else None
        if match:
            values = {name: _stored_value(language, value) for name, value in match.groupdict().items()}
            return _PLACE.sub(r"{\1}", template.translation).format(**values)
    return text


def _stored_value(language: str, value: str) -> str:
    if re.fullmatch(r"[\d,]+(\.\d+)?", value):
        return value.translate({ord(","): group_sign(language), ord("."): decimal_sign(language)})
    return _recognised(language, value) if " " in value else value  # a single word may be a name


@dataclass(frozen=True)
class _Template:
    """A message with placeholders, as what it matches; `begin` is what stands before the first placeholder."""

    pattern: re.Pattern[str]
    begin: str
    translation: str


@cache
def _templates(language: str) -> list[_Template]:
    """The templates that can be told from their words, those with most words first."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if not path.exists():
        return []
    with path.open("rb") as file:
        pairs = [(message.id, message.string) for message in read_mo(file) if message.id]
    templates = []
    for english, translation in pairs:
        parts = list(string.Formatter().parse(english)) if isinstance(english, str) else []
        words = "".join(literal for literal, _, _, _ in parts)
        if any(name for _, name, _, _ in parts) and sum(map(str.isalpha, words)) >= LEAST_LETTERS:
            shown = set_spaces(str(translation), language)
            templates.append((len(words), _Template(_pattern(parts), parts[0][0], shown)))
    return [template for _, template in sorted(templates, key=lambda each: -each[0])]


def _pattern(parts: list[tuple[str, str | None, str | None, str | None]]) -> re.Pattern[str]:
    pattern, names = "", set[str]()
    for literal, name, _, _ in parts:
        pattern += re.escape(literal)
        if name:
            pattern += f"(?P={name})" if name in names else f"(?P<{name}>.+?)"
            names.add(name)
    return re.compile(pattern, re.DOTALL)
