"""The one spelling of a language: a BCP 47 tag such as `fr` or `fr-FR`, by langcodes (IANA's registry, CLDR names)."""

from __future__ import annotations

from functools import lru_cache

from core.domain.names import normal_form


@lru_cache(maxsize=1000)
def standard_tag(text: str) -> str | None:
    """The tag that a spelling of it means: FR is fr, fr_FR is fr-FR, fra is fr; None where it is no tag.

    Names such as "French" are no tags: `tag_of_name` reads them.
    """
    import langcodes
    from langcodes.tag_parser import LanguageTagError

    word = normal_form(text).split(".")[0].split("@")[0]  # locales carry an encoding and a variant: fr_FR.UTF-8
    if not word:
        return None
    try:
        tag = str(langcodes.standardize_tag(word))
    except LanguageTagError:
        return None
    return tag if langcodes.tag_is_valid(tag) else None


@lru_cache(maxsize=1000)
def tag_of_name(text: str) -> str | None:
    """The tag of a language's name, in whichever language the name is written; None where nobody calls one so."""
    import langcodes

    try:
        return str(langcodes.find(normal_form(text)).to_tag())
    except LookupError:
        return None


@lru_cache(maxsize=1000)
def tag_of_country(text: str) -> str | None:
    """The language that is most spoken in a country, by its code (gr: el): people write one for the other."""
    import langcodes

    word = normal_form(text)
    if len(word) != 2 or not word.isalpha() or not langcodes.tag_is_valid(f"und-{word}"):
        return None
    language = langcodes.Language.get(f"und-{word}").maximize().language
    return None if language in (None, "und", "en") else str(language)


def read(text: str) -> str | None:
    """The tag of what somebody wrote for a language: a tag in any spelling, or a name; None where it is neither."""
    return standard_tag(text) or (tag_of_name(text) if normal_form(text) else None)
