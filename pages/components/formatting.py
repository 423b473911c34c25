"""Numbers as a person says them. A number that is not known (None or NaN) is a dash, never a nought."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.domain.labels import Label

DASH = "–"
MARKDOWN = frozenset("\\`*_{}[]()#+-.!|<>$:~")
# Landis and Koch, "The measurement of observer agreement for categorical data", Biometrics 33, 1977: upper ends
KAPPA_WORDS = ((0.0, "worse than chance"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))


def is_known(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def percent(share: float | None, *, digits: int = 1) -> str:
    """A share between 0 and 1 as `91.3 %`."""
    return f"{100 * share:.{digits}f} %" if share is not None and is_known(share) else DASH


def points(share: float | None) -> float | None:
    """A share between 0 and 1 in percent, for a column of numbers; None where it is not known."""
    return 100 * share if share is not None and is_known(share) else None


def interval(ends: tuple[float, float] | list[float | None] | None) -> str:
    """Both ends of a share's 95 % interval, as `87 to 95 %`."""
    if ends is None or not all(is_known(end) for end in ends):
        return DASH
    low, high = (100 * (end or 0.0) for end in ends)
    return f"{low:.0f} to {high:.0f} %"


def decibels(level: float) -> str:
    """A level, with a real minus; silence is minus infinity."""
    return "−∞" if level == -math.inf else f"{level:.0f}".replace("-", "−")


def ends(low: float, high: float) -> str:
    """The ends of a coefficient's interval, as `0.78 to 0.86`."""
    return f"{low:.2f} to {high:.2f}".replace("-", "−") if is_known(low) and is_known(high) else DASH


def figure_of(found: Any) -> str:
    """A coefficient (`core.annotation.reliability.Estimate`) with its 95 % interval, as `0.82 (0.78 to 0.86)`."""
    if not is_known(found.value):
        return DASH
    value = f"{found.value:.2f}".replace("-", "−")
    return f"{value} ({ends(found.low, found.high)})" if is_known(found.low) else value


def kind(labels: Sequence[Label]) -> str:
    """A kind of disagreement: `Accepted against Noise`."""
    return "All three differ" if len(labels) == len(Label) else " against ".join(label.value for label in labels)


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """`1 recording`, `1,600 recordings`."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def trade_off(am: float | None, rcc: float | None) -> str:
    """What staff decide about, in a sentence."""
    asked, caught = (f"{100 * share:.0f}" if share is not None and is_known(share) else DASH for share in (am, rcc))
    return f"Of 100 good readings, {asked} are asked again; of 100 bad recordings, {caught} are caught."


def kappa(value: float | None) -> str:
    """Cohen's kappa in a word, after Landis and Koch."""
    if value is None or not is_known(value):
        return "cannot be said: chance alone explains everything"
    return next((word for end, word in KAPPA_WORDS if value <= end), "almost perfect")


def duration(seconds: float | None) -> str:
    """`4 s`, `2 min 05 s`, `1 h 10 min`."""
    if seconds is None or not is_known(seconds):
        return DASH
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def left(seconds: float | None) -> str:
    """How long something still takes, no finer than it can be known."""
    if seconds is None or not is_known(seconds):
        return "time left not known yet"
    if seconds < 5:
        return "a few seconds left"
    return f"about {duration(5 * math.ceil(seconds / 5))} left"


def when(at: datetime | None, *, now: datetime | None = None) -> str:
    """A time of the database (UTC without a zone): `3 min ago`, `today 14:05 UTC`, `2026-03-01 14:05 UTC`."""
    if at is None:
        return DASH
    today = now or datetime.now(UTC).replace(tzinfo=None)
    age_s = (today - at).total_seconds()
    if 0 <= age_s < 60:
        return "just now"
    if 0 <= age_s < 3600:
        return f"{int(age_s // 60)} min ago"
    day = "today" if at.date() == today.date() else at.date().isoformat()
    return f"{day} {at:%H:%M} UTC"


def plain(text: str) -> str:
    """Text that a person typed, or that a file is called, for a place that reads Markdown: nothing in it is a mark."""
    return "".join(f"\\{sign}" if sign in MARKDOWN else sign for sign in text).replace("\n", " ")
