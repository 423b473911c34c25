"""Text decoding: UTF-8, UTF-16 and UTF-32 are recognised by their bytes, a code page is guessed by its letters.

Sources: Unicode 15, section 23.8 (byte order marks); RFC 3629 (what is valid UTF-8 is hardly ever anything else).
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.domain.names import normal_form
from core.errors import Refused

CODE_PAGES = ("cp1252", "mac_roman", "cp850", "cp437")
"""Windows, a Mac, and what DOS and the zip tools of Windows write, in Western Europe."""

MORE_CODE_PAGES = ("cp1250", "cp1251", "cp1253", "cp1254", "cp852", "cp866", "cp737", "cp932", "gbk", "cp949", "big5")
"""Of other scripts: tried where the names of files decide which one is right."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4096  # bytes, for NULs
_WEIGHTS = {"é": 10} | dict.fromkeys("èàçêëïöäüßñ", 6) | dict.fromkeys("âáãåæíìîóòôõøœúùûýÿ", 4) | dict.fromkeys("É", 4)
_WEIGHTS |= dict.fromkeys("ÀÂÄÈÊËÇÎÏÑÔÖØÜ’«»–—°", 2)
"""How usual signs are in Western European words; a wrong code page gives others."""

_OF_A_NAME = 10_000  # what it counts that the name of a file that is there occurs in the text


class UnclearEncoding(Refused):
    """The encoding cannot be determined: it must be named."""


@dataclass(frozen=True)
class DecodedText:
    """is_guess : the encoding was guessed, so that accents may be wrong."""

    text: str
    encoding: str
    is_guess: bool = False


def decode_text(data: bytes, encoding: str | None = None, names: Collection[str] = ()) -> DecodedText:
    """The text in some bytes.

    Parameters
    ----------
    names : of files that the text probably names; they help to decide between code pages

    Raises
    ------
    Refused
        The bytes do not fit the encoding; or it is not known, and two code pages are as likely.
    """
    if encoding is not None:
        return _decoded(data, "utf-8-sig" if encoding == "utf-8" else encoding)
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _without_mark(data)
    if marked is not None:
        return _decoded(data, marked)
    try:
        return DecodedText(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _guessed(data, names)


def likeliest(texts: Iterable[tuple[str, str]], names: Collection[str] = ()) -> tuple[str, str] | None:
    """Of (encoding, text), the likeliest; None when two are as likely and differ."""
    wanted = {normal_form(name.rsplit("/", 1)[-1]) for name in names if not name.isascii()}

    def score(text: str) -> int:
        named = normal_form(text) if wanted else ""
        return _score(text) + _OF_A_NAME * sum(name in named for name in wanted)

    ranked = sorted(((score(pair[1]), pair) for pair in texts), key=lambda scored: -scored[0])
    if not ranked or ranked[0][0] <= 0:
        return None
    is_tie = len(ranked) > 1 and ranked[0][0] == ranked[1][0] and ranked[0][1][1] != ranked[1][1][1]
    return None if is_tie else ranked[0][1]


def _decoded(data: bytes, encoding: str) -> DecodedText:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Refused(
            "The text is not in {encoding}; save it as 'CSV UTF-8' and import it again.",
            encoding=encoding,
        ) from None
    return DecodedText(text.removeprefix("\ufeff"), encoding.removesuffix("-sig"))


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of plain letters is NUL."""
    head = data[:_LOOKED_AT]
    if len(head) < 4 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0) / len(head[0::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.5 > even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.5 > odd else None


def _guessed(data: bytes, names: Collection[str]) -> DecodedText:
    readable = []
    for encoding in (*CODE_PAGES[:3], *(MORE_CODE_PAGES if names else ())):
        try:
            readable.append((encoding, data.decode(encoding)))
        except UnicodeDecodeError:
            continue
    best = likeliest(readable, names)
    if best is None:
        raise UnclearEncoding(
            "The table is not UTF-8, and its encoding cannot be told from its letters; save it as 'CSV UTF-8', or name "
            "the encoding (--encoding cp1252, for instance)."
        )
    return DecodedText(best[1], best[0], is_guess=True)


def _score(text: str) -> int:
    """How much the signs beyond ASCII look like those of words: usual ones count, capitals only where a word begins."""
    score = 0
    for index, sign in enumerate(text):
        if sign < "\x80":
            continue
        before = text[index - 1] if index else " "
        score += _WEIGHTS.get(sign, 0 if unicodedata.category(sign).startswith("L") else -6)
        if sign.isupper():
            score += -6 if before.isalpha() else 1
    return score
