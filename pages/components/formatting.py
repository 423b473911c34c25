"""Figures of agreement, times and names as text, with the numbers of `core.number_words`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core import number_words, translation
from core.domain.labels import Label
from core.domain.recordings import Recording
from core.number_words import DASH, is_known, is_too_few
from core.translation import DEFAULT_LANGUAGE, mark
from core.workflows.annotation.agreement_report import Estimate
from pages.components.markdown import plain
from pages.components.words import language, say

__all__ = [
    "DASH",
    "coefficients",
    "column_format",
    "counted",
    "date_text",
    "day_format",
    "decibels",
    "decimal",
    "disagreement_kind",
    "duration",
    "estimate_text",
    "grouped",
    "in_hundred",
    "interval",
    "interval_of_few",
    "is_known",
    "is_too_few",
    "iso_time_text",
    "kappa_word",
    "local_time",
    "moment_text",
    "number_signs",
    "percent",
    "plain",
    "points",
    "recording_title",
    "short_percent",
    "signed",
    "signed_points",
    "time_left",
    "time_text",
    "too_few",
    "trade_off",
    "utc_time",
    "zone_note",
    "zone_of_browser",
]

Arguments = ParamSpec("Arguments")


def _as_read(write: Callable[Arguments, str]) -> Callable[Arguments, str]:
    """A function of `core.number_words` in the language of whoever looks."""

    @wraps(write)
    def written(*args: Arguments.args, **kwargs: Arguments.kwargs) -> str:
        kwargs.setdefault("speaks", language())
        return write(*args, **kwargs)

    return written


coefficients = _as_read(number_words.coefficients)
counted = _as_read(number_words.counted)
decibels = _as_read(number_words.decibels)
decimal = _as_read(number_words.decimal)
duration = _as_read(number_words.duration)
in_hundred = _as_read(number_words.in_hundred)
interval = _as_read(number_words.interval)
interval_of_few = _as_read(number_words.interval_of_few)
percent = _as_read(number_words.percent)
short_percent = _as_read(number_words.short_percent)
signed = _as_read(number_words.signed)
signed_points = _as_read(number_words.signed_points)
too_few = _as_read(number_words.too_few)
trade_off = _as_read(number_words.trade_off)

# Landis and Koch, "The measurement of observer agreement for categorical data", Biometrics 33, 1977: upper ends
KAPPA_WORDS = ((0.2, mark("slight")), (0.4, mark("fair")), (0.6, mark("moderate")), (0.8, mark("substantial")))


def grouped(n: int) -> str:
    """A whole number with its thousands apart."""
    return translation.grouped(n, language())


def column_format(english: str) -> str:
    """How a table's column writes its numbers: as C's printf does in English, else as the browser's language does."""
    return english if language() == DEFAULT_LANGUAGE else "localized"


def points(share: float | None) -> float | None:
    """A share between 0 and 1 in percent with one digit, for a column of numbers; None where it is not known."""
    in_percent = number_words.points(share)
    return None if in_percent is None else round(in_percent, 1)


def number_signs() -> str:
    """The signs of fractions and of thousands, as Plotly takes them."""
    return translation.decimal_sign(language()) + translation.group_sign(language())


def estimate_text(estimate: Estimate) -> str:
    """A coefficient with its 95 % interval: `0.82 (0.78 to 0.86)`, or that the children are too few for it."""
    if not is_known(estimate.value):
        return DASH
    value = decimal(estimate.value, 2)
    has_width = is_known(estimate.low) and estimate.low < estimate.high
    return f"{value} ({coefficients(estimate.low, estimate.high) if has_width else too_few()})"


def recording_title(recording: Recording) -> str:
    """The word, or the file's name where no word is known."""
    return recording.word or Path(recording.filename).name


def disagreement_kind(labels: Sequence[Label]) -> str:
    """A kind of disagreement: `Accepted against Noise`."""
    if len(labels) == len(Label):
        return say("All three differ")
    against = say("against")
    return f" {against} ".join(say(label.value) for label in labels)


def kappa_word(value: float | None) -> str:
    """Cohen's kappa in a word, after Landis and Koch."""
    if value is None or not is_known(value):
        return say("not defined: chance alone explains everything")
    if value < 0:
        return say("worse than chance")  # 0 is as good as chance, and "slight" in the table
    return say(next((word for end, word in KAPPA_WORDS if value <= end), mark("almost perfect")))


def day_format() -> str:
    """How a field and a column write a day, as Streamlit takes it: the largest first in English, as times are there."""
    return "YYYY-MM-DD" if language() == DEFAULT_LANGUAGE else "DD/MM/YYYY"


def time_left(seconds: float | None) -> str:
    """How long something still takes, no finer than it can be known."""
    if seconds is None or not is_known(seconds):
        return say("time left not known yet")
    if seconds < 5:
        return say("a few seconds left")
    return say("about {duration} left", duration=duration(5 * math.ceil(seconds / 5)))


def time_text(at: datetime | None, *, now: datetime | None = None) -> str:
    """A time of the database (UTC without a zone), where the person is: `3 min ago`, `today 15:05`, `2026-03-01 15:05`.

    Where the browser does not say where that is: `today 14:05 UTC`.
    """
    if at is None:
        return DASH
    today = now or datetime.now(UTC).replace(tzinfo=None)
    age_s = (today - at).total_seconds()
    if 0 <= age_s < 60:
        return say("just now")
    if 0 <= age_s < 3600:
        return say("{n} min ago", n=int(age_s // 60))
    zone = zone_of_browser()
    there, today_there = (time.replace(tzinfo=UTC).astimezone(zone or UTC) for time in (at, today))
    day = say("today") if there.date() == today_there.date() else date_text(there.date())
    return f"{day} {there:%H:%M}{'' if zone else ' UTC'}"


def moment_text(at: datetime) -> str:
    """A time of the database in full, where the person is: `2026-03-01 15:05`, `1 mars 2026 15:05`."""
    return f"{date_text(local_time(at).date())} {local_time(at):%H:%M}{'' if zone_of_browser() else ' UTC'}"


def local_time(at: datetime) -> datetime:
    """A time of the database where the person is, without a zone; UTC where the browser does not say where that is."""
    return at.replace(tzinfo=UTC).astimezone(zone_of_browser() or UTC).replace(tzinfo=None)


def utc_time(there: datetime) -> datetime:
    """A time where the person is, as the database stores it."""
    return there.replace(tzinfo=zone_of_browser() or UTC).astimezone(UTC).replace(tzinfo=None)


def zone_note(label: str) -> str:
    """The label of a time that is typed; where the browser does not say where the person is, it is a time of UTC."""
    return label if zone_of_browser() else f"{label} (UTC)"


def iso_time_text(text: str) -> str:
    """A time that is stored as ISO 8601 text, in UTC unless it names a zone, like `time_text`; other text as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return time_text(at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at)


def date_text(day: date) -> str:
    """A day in the form of the language: `2026-03-01` in English, `1 mars 2026` in French."""
    return number_words.day_words(day, speaks=language())


def zone_of_browser() -> ZoneInfo | None:
    """Where the person is, as far as the browser says."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):  # whatever the browser writes
        return None
