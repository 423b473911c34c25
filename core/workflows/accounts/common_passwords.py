"""Passwords that are tried first: common words, names of this product, runs of keys, one piece again and again.

The list is our own and short; it holds what people make of ten characters or more, in English, French and German, and
the words they build them from.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

LIST_FILE = Path(__file__).with_name("common_passwords.txt")
KEY_ROWS: tuple[str, ...] = (
    *("1234567890", "0987654321", "abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb"),
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop"),
)
LONGEST_PIECE = 4  # of what is repeated: "abababab", "12341234"
SHORTEST_NAME = 3
SHORTEST_NUMBER = 14  # a shorter one is a date, a telephone number, a run
LOOK_ALIKE = str.maketrans("0134578@$!", "oleastbasi")


def is_common(password: str, *, name: str = "") -> bool:
    """Whether somebody who guesses tries this early. `name`: of the account, which is guessed with every ending."""
    plain, own = _plain(password), _letters(_plain(name))
    words = _words() | ({own} if len(own) >= SHORTEST_NAME else set())
    core = _letters(plain)
    if plain in words or _is_repeated(plain) or _is_run(plain) or (plain.isdigit() and len(plain) < SHORTEST_NUMBER):
        return True
    cores = {core, _letters(core.translate(LOOK_ALIKE))} - {""}
    return any(core in words or _is_made_of(core, words) for core in cores)


def _is_made_of(core: str, words: frozenset[str]) -> bool:
    """Whether it is one word again and again, or two of the words."""
    return any(
        core[:cut] in words and (core[cut:] in words or not core.replace(core[:cut], ""))
        for cut in range(SHORTEST_NAME, len(core))
    )


def _is_repeated(text: str) -> bool:
    return any(
        len(text) > size and text == (text[:size] * len(text))[: len(text)] for size in range(1, LONGEST_PIECE + 1)
    )


def _is_run(text: str) -> bool:
    """Whether nothing but runs of neighbouring keys, forwards or backwards, of four and more."""
    rows = [row + row for row in KEY_ROWS] + [(row + row)[::-1] for row in KEY_ROWS]
    at = 0
    while at < len(text):
        longest = next((end for end in range(len(text), at + 3, -1) if any(text[at:end] in row for row in rows)), 0)
        if not longest:
            return False
        at = longest
    return True


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip()


def _letters(text: str) -> str:
    """Without the digits and signs that people add at the ends, and without spaces between words."""
    return re.sub(r"[\s._-]+", "", re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text))


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(LIST_FILE.read_text(encoding="utf-8").split())
