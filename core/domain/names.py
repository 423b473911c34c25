"""The normal form of names (NFC, no invisible characters), so that names that look equal are equal.

A Mac writes an accent as a sign of its own, Windows as part of the letter; what is copied from a page brings signs of
no width along. Every name that enters (people, children, files) takes this form, and every look-up asks for it.
Source: Unicode Standard Annex 15 (normalisation forms), general categories Cc, Cf, Zs.
"""

from __future__ import annotations

import re
import unicodedata

from core.domain.confusables import PROTOTYPES
from core.errors import Refused

_INVISIBLE = frozenset({"Cc", "Cf"})  # control signs; zero-width signs, byte order marks, marks of direction
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f]")  # how a sign is drawn, not which it is
_NOT_PLAIN = re.compile(r"[^\w.-]+", re.ASCII)


def normal_form(text: str) -> str:
    """Composed (NFC), without invisible signs, with plain single spaces, trimmed. Idempotent.

    >>> normal_form(" Zoe\\u0301\\u200b  B. ")
    'Zoé B.'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(" " if sign.isspace() else sign for sign in text)
    visible = "".join(sign for sign in spaced if unicodedata.category(sign) not in _INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", _VARIATION_SELECTORS.sub("", visible)).split())


def person_name(text: str) -> str:
    """The normal form of a person's name; letters of full width and ligatures count as plain ones."""
    return normal_form(text if text.isascii() else unicodedata.normalize("NFKC", text))


def person_key(text: str) -> str:
    """The key of a person's name: equal for all spellings of it, in any case."""
    return normal_form(person_name(text).casefold())


# alphabets with letters that look like those of another one; a word of a name is written in one of them
_ALPHABETS = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "GEORGIAN"})
# what looks the same within ASCII, as TR39 has it, in small letters
_ASCII_LOOK_ALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})


def checked_person_name(text: str) -> str:
    """The normal form of a name for somebody, from a person or a file.

    Raises
    ------
    Refused
        It has signs that cannot be seen or control the screen, or mixes alphabets in one word, as names do that are
        to look like others.
    """
    hidden = [sign for sign in text if unicodedata.category(sign) in _INVISIBLE or _VARIATION_SELECTORS.match(sign)]
    if hidden:
        codes = ", ".join(f"U+{ord(sign):04X}" for sign in dict.fromkeys(hidden))
        raise Refused(
            "{text!a} cannot be a name: it has signs that cannot be seen ({codes}).",
            text=text,
            codes=codes,
        )
    name = person_name(text)
    for word in name.split():
        alphabets = {unicodedata.name(sign, "?").split()[0] for sign in word if sign.isalpha()} & _ALPHABETS
        if len(alphabets) > 1:
            mixed = " and ".join(alphabet.capitalize() for alphabet in sorted(alphabets))
            raise Refused(
                "{name!r} cannot be a name: {word!r} mixes {mixed} letters, which look alike.",
                name=name,
                word=word,
                mixed=mixed,
            )
    return name


def skeleton(text: str) -> str:
    """A key that is equal for names that look alike, in any case (Unicode TS 39, section 4).

    >>> skeleton("\u0430dmin") == skeleton("Adm1n")
    True
    """
    apart = unicodedata.normalize("NFD", person_name(text))
    looks = "".join(PROTOTYPES.get(sign, PROTOTYPES.get(sign.casefold(), sign)) for sign in apart)
    return looks.casefold().translate(_ASCII_LOOK_ALIKES).replace("rn", "m").replace("vv", "w")


def child_name(text: str) -> str:
    """The normal form of a child's pseudonym. Its case counts: pseudonyms may be codes."""
    return normal_form(text)


def file_name(path: str) -> str:
    """The normal form of a file's name or path: plain slashes, every part in normal form.

    >>> file_name("mon\\\\e\\u0301te\\u0301.wav")
    'mon/été.wav'
    """
    return "/".join(normal_form(part) for part in path.replace("\\", "/").split("/"))


def file_key(path: str) -> str:
    """The key of a file name: equal for names that differ in case or form only."""
    return normal_form(file_name(path).casefold())


def readable(text: str) -> str:
    """The text with bytes that are no letters, as names of files may have, written out: it can be stored and shown."""
    return text.encode("utf-8", "backslashreplace").decode()


def plain_file_name(path: str) -> str:
    """The last part of a path as upload tools rewrite it: no accents, no capitals, other signs left out.

    Spaces become underscores, as Django's `get_valid_filename` writes them; several in a row count as one.

    >>> plain_file_name("audio/E\\u0301te\\u0301 (1).wav")
    'ete_1.wav'
    """
    last = file_name(path).rsplit("/", 1)[-1]
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", last) if not unicodedata.combining(sign))
    words = _NOT_PLAIN.sub("", bare.casefold().replace(" ", "_"))
    return re.sub(r"_+", "_", words)
