"""A text for people that is filled in and translated where it is read: an English template and its values.

>>> str(Message("{n} files of {folder} were refused.", {"n": 3, "folder": "class-3"}))
'3 files of class-3 were refused.'

Standard library only. `core.translation.translate_message` gives it in another language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from numbers import Integral, Real


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
