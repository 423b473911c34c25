"""Translation of texts for people. English is in the code; `locale/` holds the other languages.

Every text on a screen goes through `translate`, on screens by way of `pages.components.words`. Numbers take their signs
from `decimal_sign` and `group_sign`. Errors carry a `Message`, which `translate_message` gives in a language.
"""

from __future__ import annotations

import gettext
import re
import string
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

from core.messages import Message
from core.typography import set_spaces

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "earshot"
_WEIGHT = re.compile(r"0?\.[0-9]{1,9}|0\.?|1(?:\.0{0,9})?")
DEFAULT_LANGUAGE = "en"


def languages_in(folder: Path) -> dict[str, str]:
    """English, and each language that has a compiled catalogue in a folder, by its own name: `{"fr": "Français"}`."""
    compiled = sorted(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return {
        code: (Locale.parse(code).get_display_name() or code).capitalize() for code in (DEFAULT_LANGUAGE, *compiled)
    }


LANGUAGES = languages_in(LOCALE)


def translate(language: str, message: str, /, **values: object) -> str:
    """A message in a language, its `{placeholders}` filled in; English where the catalogue does not have it."""
    text = _text_of(language, message) if message else ""
    return _Filling(language).vformat(text, (), values) if values else text


@lru_cache(maxsize=8192)
def _text_of(language: str, message: str) -> str:
    """A message of the catalogue, with the spaces that the language asks for; English where it is not there."""
    text = _catalogue(language).gettext(message)
    return text if text == message else set_spaces(text, language)


def translate_message(language: str, message: Message) -> str:
    """A message in a language: its template, the messages among its values, and the numbers as that language writes
    them. A text that is no template of ours stays as it is.
    """
    return translate(language, message.template, **message.values)


class _Filling(string.Formatter):
    """Fills in placeholders as a language writes what stands there."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, Message):
            return translate_message(self.language, value)
        written = format(value, format_spec)
        if isinstance(value, int | float) and not isinstance(value, bool):
            signs = {",": group_sign(self.language), ".": decimal_sign(self.language)}
            return "".join(signs.get(sign, sign) for sign in written)
        return written


def translate_count(language: str, singular: str, plural: str, /, n: int, **values: object) -> str:
    """The form of a message that `n` of something take in a language; `{n}` is the number as that language writes it.

    The catalogue may hold both forms as one plural message, or each as a message of its own.
    """
    text = _catalogue(language).ngettext(singular, plural, n)
    if text in (singular, plural):
        text = _catalogue(language).gettext(singular if _is_singular(language, n) else plural)
    text = set_spaces(text, language)
    return _Filling(language).vformat(text, (), {"n": grouped(n, language), **values})


def _is_singular(language: str, n: int) -> bool:
    """By the rule of the language's catalogue: none is singular in French."""
    rule = getattr(_catalogue(language), "plural", None)
    return rule(n) == 0 if callable(rule) else n == 1


def grouped(n: int, language: str = DEFAULT_LANGUAGE) -> str:
    """A whole number with its thousands apart: `1,600`, `1 600`."""
    return f"{n:,}".replace(",", group_sign(language))


@cache
def decimal_sign(language: str) -> str:
    """What stands between a number and its fraction."""
    return get_decimal_symbol(_locale(language))


@cache
def group_sign(language: str) -> str:
    """What stands between thousands."""
    return get_group_symbol(_locale(language))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale(DEFAULT_LANGUAGE)


def mark(message: str) -> str:
    """A message that is translated elsewhere: marked, so that translators are shown it."""
    return message


def preferred_language(accepted: str) -> str:
    """The first of our languages in a browser's `Accept-Language` (RFC 9110, 12.5.4); English when there is none.

    Entries that cannot be parsed are ignored, so any text gives a language.
    """
    weighted = []
    for place, entry in enumerate(accepted.split(",")):
        tag, *parameters = (part.strip().lower() for part in entry.split(";"))
        weight = _weight(parameters)
        if weight > 0:
            weighted.append((-weight, place, tag.partition("-")[0]))
    return next((tag for _, _, tag in sorted(weighted) if tag in LANGUAGES), "en")


def _weight(parameters: list[str]) -> float:
    """The weight among the parameters of a language: 1 where none is named, 0 where it is no weight."""
    named = [parameter.partition("=")[2].strip() for parameter in parameters if parameter.partition("=")[0] == "q"]
    if not named:
        return 1.0
    return float(named[0]) if _WEIGHT.fullmatch(named[0]) else 0.0


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE, languages=[language], fallback=True)
