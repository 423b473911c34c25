"""Numbers as people read them, the same on screens, on the command line and in the report.

A number that is not known (None, NaN or infinite) is a dash, never a nought; a minus is a real one; nothing is a
negative nought. Imports nothing of the project.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

DASH = "–"
TOO_FEW = "too few children"
MINUS = "−"


def is_known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def decimal(value: float | None, digits: int = 1, *, unknown: str = DASH) -> str:
    """`0.82`, `−3.1`; with a sign in front only where it is negative."""
    if value is None or not math.isfinite(value):
        return unknown
    written = f"{value:.{digits}f}"
    return written.lstrip("-") if float(written) == 0 else written.replace("-", MINUS)


def signed(value: float | None, digits: int = 1, *, unknown: str = DASH) -> str:
    """A difference: `+3.1`, `−0.4`, `0.0`."""
    written = decimal(value, digits, unknown=unknown)
    return f"+{written}" if value is not None and value > 0 and written != unknown and float(written) else written


def in_hundred(share: float | None, digits: int = 1, *, unknown: str = DASH) -> str:
    """A share between 0 and 1 in percent, without its sign: `91.3`."""
    return decimal(None if share is None else 100 * share, digits, unknown=unknown)


def percent(share: float | None, digits: int = 1, *, unknown: str = DASH) -> str:
    """A share between 0 and 1: `91.3 %`."""
    return f"{in_hundred(share, digits)} %" if is_known(share) else unknown


def short_percent(share: float | None) -> str:
    """A share without a nought behind the point: `10 %`, `12.5 %`."""
    return percent(share).replace(".0 %", " %")


def points(share: float | None) -> float | None:
    """A share between 0 and 1 in percent, for a column of numbers; None where it is not known."""
    return 100 * share if share is not None and math.isfinite(share) else None


def interval(ends: Sequence[float | None] | None, *, of: float | None = None) -> str:
    """Both ends of the interval of a share: `87 to 95 %`; or that the children are too few for one.

    Parameters
    ----------
    of : the share. Where it is known and its interval is not, the children are too few.
    """
    if is_too_few(ends, of=of):
        return TOO_FEW
    if ends is None or not all(is_known(end) for end in ends):
        return DASH
    low, high = ends
    return f"{in_hundred(low, 0)} to {percent(high, 0)}"


def is_too_few(ends: Sequence[float | None] | None, *, of: float | None = None) -> bool:
    """Whether the children are too few for an interval of a share: it is not known, says no more than 0 to 1, or has
    no width. Drawing children among which nothing varies tells nothing of others.
    """
    low, high = ends or (None, None)
    if low is None or high is None or not is_known(low) or not is_known(high):
        return is_known(of)
    return low == high or (low <= 0.0 and high >= 1.0)


def interval_of_few(ends: Sequence[float | None] | None, n_children: int) -> str:
    """The same, unless it comes from a single child: one child cannot tell what others do."""
    return TOO_FEW if n_children == 1 else interval(ends)


def signed_points(low: float | None, high: float | None) -> str:
    """Both ends of the interval of a difference of shares, in percentage points: `+0.4 to +6.0`."""
    return " to ".join(signed(None if end is None else 100 * end) for end in (low, high))


def coefficients(low: float | None, high: float | None) -> str:
    """Both ends of the interval of a coefficient: `0.78 to 0.86`."""
    return f"{decimal(low, 2)} to {decimal(high, 2)}" if is_known(low) and is_known(high) else DASH


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """`1 recording`, `1,600 recordings`."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def decibels(level: float | None) -> str:
    """A level; silence is minus infinity."""
    return f"{MINUS}∞" if level == -math.inf else decimal(level, 0)


def duration(seconds: float | None) -> str:
    """`4 s`, `2 min 05 s`, `1 h 10 min`."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02d} min"


def trade_off(am: float | None, rcc: float | None) -> str:
    """AM and RCC in a sentence, as staff decide about them."""
    return (
        f"Of 100 good readings, {in_hundred(am, 0)} are wrongly refused; of 100 bad recordings, "
        f"{in_hundred(rcc, 0)} are caught."
    )
