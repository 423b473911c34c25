"""Options for reading a table that is ambiguous. None: detected from the table itself."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from enum import StrEnum

from core.errors import Refused

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


class DateOrder(StrEnum):
    """How 03/04/2026 is meant: the third of April, or the fourth of March."""

    DMY = "dmy"
    MDY = "mdy"


@dataclass(frozen=True)
class ImportOptions:
    """separator : one sign. encoding : a name that Python knows. judge : of files that name nobody."""

    separator: str | None = None
    encoding: str | None = None
    dates: DateOrder | None = None
    judge: str | None = None


DEFAULT = ImportOptions()


def options(
    *, separator: str | None = None, encoding: str | None = None, dates: str | None = None, judge: str | None = None
) -> ImportOptions:
    """Options as people write them.

    Raises
    ------
    Refused
        A separator, an encoding or an order of dates that is not known.
    """
    sign = SEPARATORS.get(separator.lower(), separator) if separator else None
    if sign is not None and len(sign) != 1:
        raise Refused(
            "The separator {separator!r} is not known; expected one sign, or {separators}.",
            separator=separator,
            separators=", ".join(SEPARATORS),
        )
    if encoding:
        try:
            encoding = codecs.lookup(encoding).name
        except LookupError:
            raise Refused(
                "The encoding {encoding!r} is not known; try utf-8, utf-16, cp1252 or mac_roman.",
                encoding=encoding,
            ) from None
    if dates and dates.lower() not in set(DateOrder):
        raise Refused(
            "The order of dates {dates!r} is not known; expected one of {known}.",
            dates=dates,
            known=", ".join(DateOrder),
        )
    return ImportOptions(sign, encoding or None, DateOrder(dates.lower()) if dates else None, judge or None)
