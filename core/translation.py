"""Texts in the language of whoever reads them. English stands in the code; `locale/` holds the other languages.

Every text a judge sees goes through `translate`; what only staff see is English. Imports nothing of the project.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "earshot"
LANGUAGES = {"en": "English", "fr": "Français"}  # each by its own name


def translate(language: str, message: str, **values: object) -> str:
    """A message in a language, its `{placeholders}` filled in; English where the catalogue does not have it."""
    text = _catalogue(language).gettext(message) if message else ""
    return text.format(**values) if values else text


def mark(message: str) -> str:
    """A message that is translated elsewhere: marked, so that translators are shown it."""
    return message


def preferred_language(accepted: str) -> str:
    """The first of our languages in a browser's `Accept-Language`, by its weights; English when there is none."""
    weighted = []
    for position, entry in enumerate(accepted.split(",")):
        tag, _, weight = entry.partition(";")
        number = weight.strip().removeprefix("q=")
        is_number = number.replace(".", "", 1).isdigit()
        weighted.append((-float(number) if is_number else -1.0, position, tag.strip().lower().split("-")[0]))
    return next((tag for weight, _, tag in sorted(weighted) if weight and tag in LANGUAGES), "en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE, languages=[language], fallback=True)
