"""Dates as people and spreadsheets write them. Without a zone a time is taken as UTC.

Read are ISO 8601 (also without leading zeros), day.month.year, day/month/year and month/day/year, and the day numbers
of spreadsheets (1 is 1900-01-01; ECMA-376, part 1, 18.17.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core.errors import Refused
from core.workflows.importing.import_options import DateOrder

_CLOCK = r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<sign>[-/.])(?P<b>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})" + _CLOCK)
_DAY_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?")
_DAY_NUMBERS = (20_000, 80_000)  # 1954 to 2119
_DAY_ZERO = datetime(1899, 12, 30)  # spreadsheets count a 29 February 1900, which never was
_LAST_MONTH = 12


def order_of(cells: Iterable[str]) -> DateOrder | None:
    """The order that a column of dates proves by a day after the 12th; None where none does, or two contradict."""
    orders = set()
    for cell in cells:
        match = _YEAR_LAST.fullmatch(cell.strip())
        if match is None or match["sign"] == ".":
            continue
        if int(match["a"]) > _LAST_MONTH:
            orders.add(DateOrder.DMY)
        elif int(match["b"]) > _LAST_MONTH:
            orders.add(DateOrder.MDY)
    return orders.pop() if len(orders) == 1 else None


def is_open(cell: str) -> bool:
    """Whether a date can be meant in two ways."""
    match = _YEAR_LAST.fullmatch(cell.strip())
    if match is None or match["sign"] == ".":
        return False
    return match["a"] != match["b"] and int(match["a"]) <= _LAST_MONTH and int(match["b"]) <= _LAST_MONTH


def read_time(text: str, order: DateOrder | None = None) -> datetime:
    """The time, in UTC and without a zone.

    Raises
    ------
    Refused
        It is no date, or one that can be meant in two ways while `order` is not known.
    """
    word = text.strip()
    try:
        return _iso(word) or _numbers(word, order) or _day_number(word) or _none(text)
    except (ValueError, OverflowError):
        return _none(text)


def _iso(word: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(word)
    except ValueError:
        return None
    return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)


def _numbers(word: str, order: DateOrder | None) -> datetime | None:
    first = _YEAR_FIRST.fullmatch(word)
    if first is not None:
        return _time(first, int(first["year"]), int(first["month"]), int(first["day"]))
    match = _YEAR_LAST.fullmatch(word)
    if match is None:
        return None
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
    year += 2000 if len(match["year"]) == 2 else 0
    if match["sign"] == ".":
        order = DateOrder.DMY
    if order is None and is_open(word):
        raise Refused(
            "{word!r} can be the day {a} of the month {b}, or the day {b} of the month {a}; say which "
            "(--dates dmy or --dates mdy)",
            word=word,
            a=a,
            b=b,
        )
    is_month_first = order is DateOrder.MDY if a <= _LAST_MONTH and b <= _LAST_MONTH else a <= _LAST_MONTH
    return _time(match, year, a, b) if is_month_first else _time(match, year, b, a)


def _time(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0))


def _day_number(word: str) -> datetime | None:
    if not _DAY_NUMBER.fullmatch(word):
        return None
    number = float(word.replace(",", "."))
    if not _DAY_NUMBERS[0] <= number <= _DAY_NUMBERS[1]:
        return None
    return _DAY_ZERO + timedelta(seconds=round(number * 86_400))


def _none(text: str) -> datetime:
    raise Refused(
        "{text!r} is no date; expected one such as 2026-01-31 or 2026-01-31T09:30:00",
        text=text,
    )
