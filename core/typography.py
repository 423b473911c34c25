"""Spaces that a language asks for and that no line may break at, put into texts as they are translated.

French (Imprimerie nationale, "Lexique des règles typographiques"): a no-break space before `:`, `%` and `»` and after
`«`, a narrow one before `;`, `!` and `?` and between thousands. Catalogues and code hold plain spaces, which people can
type and search; code in a text keeps them.
"""

from __future__ import annotations

import re

NO_BREAK, NARROW_NO_BREAK = "\u00a0", "\u202f"
_CODE = re.compile(r"(`[^`]*`|\{[^}]*\})")
# a sign ends its word: `:material/x:` and `?question` begin one
_ENDS = r"(?=$|[\s\"»”)\]<*.…])"
_FRENCH = (
    (re.compile(rf"(?<=\S) (?=:{_ENDS})"), NO_BREAK),
    (re.compile(r"(?<=\S) (?=»)|(?<=«) "), NO_BREAK),
    (re.compile(rf"(?<=[\d}}]) (?=%{_ENDS[:-1]}|[,;:/]))"), NO_BREAK),
    (re.compile(rf"(?<=\S) (?=[;!?]+{_ENDS})"), NARROW_NO_BREAK),
    (re.compile(r"(?<=\b\d) (?=\d{3}\b)|(?<=\b\d{2}) (?=\d{3}\b)|(?<=\b\d{3}) (?=\d{3}\b)"), NARROW_NO_BREAK),
)
_RULES = {"fr": _FRENCH}


def set_spaces(text: str, language: str) -> str:
    """The text with the spaces of the language; as it is in a language without rules of its own."""
    rules = _RULES.get(language)
    if rules is None or " " not in text:
        return text
    for pattern, space in rules:
        text = _outside_code(pattern, space, text)
    return text


def percent_space(language: str) -> str:
    """What stands between a number and its `%`."""
    return NO_BREAK if language in _RULES else " "


def _outside_code(pattern: re.Pattern[str], space: str, text: str) -> str:
    """Replaces where the place is not within code or a placeholder, of which the pattern may see the edges."""
    code = [match.span() for match in _CODE.finditer(text)]
    return pattern.sub(lambda at: at[0] if any(a < at.start() < b for a, b in code) else space, text)
