"""Taking words out of texts: a child's pseudonym, the names and hashes of its recordings.

A word is found whatever its case and its Unicode normal form. A long one (from `GLUED_LENGTH` signs) is found inside of
other words as well; a short one only where no letter or digit touches it, so that erasing the child "7" leaves "17"
alone. What contains the word and belongs to somebody else, such as the pseudonym of another child, stays.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from core.domain.json_types import JsonValue

GLUED_LENGTH = 6
SHA256_PREFIX_LENGTH = 12  # as messages show a recording
REPLACEMENT = "[erased]"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NEVER = r"(?!)"
# beyond ASCII, and yet equal to an ASCII letter where case does not count
_LIKE_ASCII = str.maketrans({"\u017f": "s", "\u212a": "k", "\u0131": "i", "\u0130": "i"})


@dataclass(frozen=True)
class Redactor:
    """Replaces words in texts. `pattern` finds them and what is protected; the group `word` is set for words only.

    needles, file_needles : in small letters; where none of them is inside, `pattern` finds no word. Looking for many of
        them takes a hundredth of the time that a pattern of many alternatives takes.
    """

    pattern: re.Pattern[str]
    file_pattern: re.Pattern[bytes]
    needles: tuple[str, ...]
    file_needles: tuple[bytes, ...]

    def in_text(self, text: str) -> str:
        """The text with every word replaced by `REPLACEMENT`."""
        if not self.may_have_word(text):
            return text
        return self.pattern.sub(lambda match: match[0] if match["word"] is None else REPLACEMENT, text)

    def in_json(self, value: JsonValue) -> JsonValue:
        """The same in every string, and every key, of a value."""
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, list):
            return [self.in_json(item) for item in value]
        if isinstance(value, dict):
            return {self.in_text(key): self.in_json(item) for key, item in value.items()}
        return value

    def in_file(self, data: bytes) -> bytes:
        """The bytes of a file with stars over every word: no byte moves, as another process may be writing to it."""
        if not self._may_have_word_in_file(data):
            return data
        return self.file_pattern.sub(lambda match: match[0] if match["word"] is None else b"*" * len(match[0]), data)

    def is_in_file(self, data: bytes) -> bool:
        return self._may_have_word_in_file(data) and any(
            match["word"] is not None for match in self.file_pattern.finditer(data)
        )

    def may_have_word(self, text: str) -> bool:
        """False where `in_text` surely leaves a text as it is."""
        if not text.isascii():  # the case of other letters is not as simple
            return True
        lowered = text.lower()
        for needle in self.needles:  # noqa: SIM110 - a loop, since a generator takes twice the time
            if needle in lowered:
                return True
        return False

    def _may_have_word_in_file(self, data: bytes) -> bool:
        lowered = data.lower()
        return any(needle in lowered for needle in self.file_needles)


def redactor(
    words: Collection[str],
    *,
    whole_words: Iterable[str] = (),
    hashes: Iterable[str] = (),
    protected: Collection[str] = (),
) -> Redactor:
    """A redactor of words and of SHA-256 hashes, which are found by their first 12 digits.

    Parameters
    ----------
    whole_words : found only where no letter or digit touches them, however long they are.
    protected : what stays although a word is a part of it.
    """
    glued = {word for word in words if len(word) >= GLUED_LENGTH}
    bounded = {word for word in (*words, *whole_words) if word} - glued
    wanted = [(word, word in bounded) for word in sorted(glued | bounded, key=len, reverse=True)]
    folded = [word.casefold() for word, _ in wanted]
    spellings = [(spelling, spelling.casefold()) for spelling in protected]
    every = "\n".join(form for _, form in spellings)  # most words are in none, which this says a hundred times faster
    some = [word for word in folded if word in every]
    whole = sorted(
        {spelling for word in some for spelling, form in spellings if word in form and word != form}, key=len
    )
    prefixes = sorted({value[:SHA256_PREFIX_LENGTH] for value in hashes if _SHA256.fullmatch(value)})
    return Redactor(
        re.compile(_alternatives(wanted, whole[::-1], prefixes), re.IGNORECASE),
        re.compile(_file_alternatives(wanted, whole[::-1], prefixes).encode("utf-8", "surrogatepass"), re.IGNORECASE),
        _needles([form for word, _ in wanted for form in _forms(word)], prefixes),
        _file_needles([form for word, _ in wanted for form in _file_forms(word)], prefixes),
    )


def hashes_in(values: Iterable[object]) -> set[str]:
    """Every SHA-256 among values, such as the columns of a row."""
    return {value for value in values if isinstance(value, str) and _SHA256.fullmatch(value)}


def _needles(forms: Iterable[str], prefixes: Iterable[str]) -> tuple[str, ...]:
    plain = (form.translate(_LIKE_ASCII).lower() for form in forms)
    return tuple(dict.fromkeys([*(form for form in plain if form.isascii()), *prefixes]))


def _file_needles(forms: Iterable[str], prefixes: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(form.encode("utf-8", "surrogatepass").lower() for form in (*forms, *prefixes)))


def _alternatives(words: Iterable[tuple[str, bool]], protected: Iterable[str], prefixes: Iterable[str]) -> str:
    patterns = [_pattern(form, is_bounded, r"[^\W_]") for word, is_bounded in words for form in _forms(word)]
    patterns += [f"{prefix}[0-9a-f]{{0,52}}" for prefix in prefixes]
    stays = [re.escape(form) for word in protected for form in _forms(word)]
    return "|".join([*stays, f"(?P<word>{'|'.join(patterns) or _NEVER})"])


def _file_alternatives(words: Iterable[tuple[str, bool]], protected: Iterable[str], prefixes: Iterable[str]) -> str:
    """For bytes: UTF-8, and what JSON writes for signs beyond ASCII."""
    patterns = [_pattern(form, is_bounded, "[0-9a-z]") for word, is_bounded in words for form in _file_forms(word)]
    patterns += [f"{prefix}[0-9a-f]{{0,52}}" for prefix in prefixes]
    stays = [re.escape(form) for word in protected for form in _file_forms(word)]
    return "|".join([*stays, f"(?P<word>{'|'.join(patterns) or _NEVER})"])


def _pattern(form: str, is_bounded: bool, touching: str) -> str:
    return f"(?<!{touching}){re.escape(form)}(?!{touching})" if is_bounded else re.escape(form)


def _forms(word: str) -> Iterator[str]:
    yield from dict.fromkeys(unicodedata.normalize(form, word) for form in ("NFC", "NFD", "NFKC"))


def _file_forms(word: str) -> Iterator[str]:
    # bytes know no case beyond ASCII
    spellings = [case for form in _forms(word) for case in (form, form.upper(), form.lower(), form.title())]
    yield from dict.fromkeys([*spellings, *(json.dumps(spelling)[1:-1] for spelling in spellings)])
