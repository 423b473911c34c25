"""A text for people that is filled in and translated where it is read: an English template and its values.

>>> str(Message("{n} files of {folder} were refused.", {"n": 3, "folder": "class-3"}))
'3 files of class-3 were refused.'

Standard library only. `core.translation.translate_message` gives it in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from numbers import Integral, Real
from string import Formatter
from typing import TypeAlias

Stored: TypeAlias = "bool | int | float | str | list[Stored] | dict[str, Stored] | None"
"""As JSON holds it."""

_FORM = re.compile(r",?(\.\d)?[dfg%]?")
"""Of a number."""


@dataclass(frozen=True)
class Message:
    """A template with `{placeholders}` and what fills them in; without values it is a text as it stands.

    values : texts, numbers, dates and further messages; anything else becomes its text
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", {name: _plain(value) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template

    def as_json(self) -> dict[str, Stored]:
        """`{"template": "{n} files were refused.", "values": {"n": 3}}`; a message among the values likewise."""
        return {"template": self.template, "values": {name: _as_json(value) for name, value in self.values.items()}}

    @staticmethod
    def from_json(stored: object) -> Message | None:
        """The message; None for anything that is none, such as what an earlier version left out.

        Its template may come from a process or a backup that is not trusted: it is none either if it asks for more than
        values in their form, such as attributes of them, or a width that would take all memory.
        """
        template = stored.get("template") if isinstance(stored, dict) else None
        if not isinstance(stored, dict) or not isinstance(template, str):
            return None
        values = stored.get("values")
        inner = values if isinstance(values, dict) else {}
        message = Message(template, {str(name): Message.from_json(value) or value for name, value in inner.items()})
        return message if not message.values or message._can_be_filled_in() else None

    def _can_be_filled_in(self) -> bool:
        try:
            return _is_plain(self.template) and bool(str(self))
        except (KeyError, IndexError, ValueError):  # an erasure may have replaced a word of the template
            return False


def _is_plain(template: str) -> bool:
    places = [(name, spec) for _, name, spec, _ in Formatter().parse(template) if name is not None]
    return all(name.isidentifier() and _FORM.fullmatch(spec or "") for name, spec in places)


def listed(names: Iterable[str], *, most: int = 5) -> str | Message:
    """The first of some names, and how many more there are.

    >>> str(listed(["a.wav", "b.wav", "c.wav"], most=1))
    'a.wav and 2 more'
    """
    every = list(names)
    more, named = len(every) - most, ", ".join(every[:most])
    return Message("{names} and {n} more", {"names": named, "n": more}) if more > 0 else named


def _plain(value: object) -> object:
    """A value that can be sent to another process."""
    inner = getattr(value, "message", None)
    if isinstance(inner, Message):  # an error is a message as well
        return inner
    if isinstance(value, str | int | float | date | Message):
        return value
    if isinstance(value, Integral):  # those of NumPy are none of Python's
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)


def _as_json(value: object) -> Stored:
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):  # JSON has no way to write it
        return str(value)
    return value if isinstance(value, int | float | str) else str(value)
