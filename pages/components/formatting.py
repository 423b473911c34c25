"""Figures of agreement, times and names as text, with the numbers of `core.number_words`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.domain.labels import Label
from core.domain.recordings import Recording
from core.number_words import (
    DASH,
    TOO_FEW,
    coefficients,
    counted,
    decibels,
    decimal,
    duration,
    in_hundred,
    interval,
    interval_of_few,
    is_known,
    is_too_few,
    percent,
    points,
    short_percent,
    signed,
    signed_points,
    trade_off,
)
from core.workflows.annotation.agreement_report import Estimate
from pages.components.markdown import plain

__all__ = [
    "DASH",
    "TOO_FEW",
    "coefficients",
    "counted",
    "decibels",
    "decimal",
    "disagreement_kind",
    "duration",
    "estimate_text",
    "in_hundred",
    "interval",
    "interval_of_few",
    "is_known",
    "is_too_few",
    "kappa_word",
    "percent",
    "plain",
    "points",
    "recording_title",
    "short_percent",
    "signed",
    "signed_points",
    "time_left",
    "time_text",
    "trade_off",
]

# Landis and Koch, "The measurement of observer agreement for categorical data", Biometrics 33, 1977: upper ends
KAPPA_WORDS = ((0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))


def estimate_text(estimate: Estimate) -> str:
    """A coefficient with its 95 % interval: `0.82 (0.78 to 0.86)`, or that the children are too few for it."""
    if not is_known(estimate.value):
        return DASH
    value = decimal(estimate.value, 2)
    has_width = is_known(estimate.low) and estimate.low < estimate.high
    return f"{value} ({coefficients(estimate.low, estimate.high) if has_width else TOO_FEW})"


def recording_title(recording: Recording) -> str:
    """The word, or the file's name where no word is known."""
    return recording.word or Path(recording.filename).name


def disagreement_kind(labels: Sequence[Label]) -> str:
    """A kind of disagreement: `Accepted against Noise`."""
    return "All three differ" if len(labels) == len(Label) else " against ".join(label.value for label in labels)


def kappa_word(value: float | None) -> str:
    """Cohen's kappa in a word, after Landis and Koch."""
    if value is None or not is_known(value):
        return "not defined: chance alone explains everything"
    if value < 0:
        return "worse than chance"  # 0 is as good as chance, and "slight" in the table
    return next((word for end, word in KAPPA_WORDS if value <= end), "almost perfect")


def time_left(seconds: float | None) -> str:
    """How long something still takes, no finer than it can be known."""
    if seconds is None or not is_known(seconds):
        return "time left not known yet"
    if seconds < 5:
        return "a few seconds left"
    return f"about {duration(5 * math.ceil(seconds / 5))} left"


def time_text(at: datetime | None, *, now: datetime | None = None) -> str:
    """A time of the database (UTC without a zone), where the person is: `3 min ago`, `today 15:05`, `2026-03-01 15:05`.

    Where the browser does not say where that is: `today 14:05 UTC`.
    """
    if at is None:
        return DASH
    today = now or datetime.now(UTC).replace(tzinfo=None)
    age_s = (today - at).total_seconds()
    if 0 <= age_s < 60:
        return "just now"
    if 0 <= age_s < 3600:
        return f"{int(age_s // 60)} min ago"
    zone = _zone_of_browser()
    there, today_there = (time.replace(tzinfo=UTC).astimezone(zone or UTC) for time in (at, today))
    day = "today" if there.date() == today_there.date() else there.date().isoformat()
    return f"{day} {there:%H:%M}{'' if zone else ' UTC'}"


def _zone_of_browser() -> ZoneInfo | None:
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):  # whatever the browser writes
        return None
