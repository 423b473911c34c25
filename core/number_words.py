"""Numbers as people read them, the same on screens, on the command line and in the report, in a language (`speaks`).

A number that is not known (None, NaN or infinite) is a dash, never a nought; a minus is a real one; nothing is a
negative nought. On screens they come from `pages.components.formatting`, in the language of whoever looks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from core.translation import DEFAULT_LANGUAGE, decimal_sign, grouped, translate, translate_count
from core.typography import percent_space

DASH = "–"
TOO_FEW = "too few children"
MINUS = "−"


def is_known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def decimal(value: float | None, digits: int = 1, *, unknown: str = DASH, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`0.82`, `−3.1`; with a sign in front only where it is negative."""
    if value is None or not math.isfinite(value):
        return unknown
    written = f"{value:.{digits}f}"
    sign = MINUS if written.startswith("-") and float(written) != 0 else ""
    return sign + written.lstrip("-").replace(".", decimal_sign(speaks))


def signed(value: float | None, digits: int = 1, *, unknown: str = DASH, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A difference: `+3.1`, `−0.4`, `0.0`."""
    written = decimal(value, digits, unknown=unknown, speaks=speaks)
    return f"+{written}" if is_known(value) and float(f"{value:.{digits}f}") > 0 else written


def in_hundred(share: float | None, digits: int = 1, *, unknown: str = DASH, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A share between 0 and 1 in percent, without its sign: `91.3`."""
    return decimal(None if share is None else 100 * share, digits, unknown=unknown, speaks=speaks)


def percent(share: float | None, digits: int = 1, *, unknown: str = DASH, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A share between 0 and 1: `91.3 %`."""
    return f"{in_hundred(share, digits, speaks=speaks)}{percent_space(speaks)}%" if is_known(share) else unknown


def short_percent(share: float | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A share without a nought behind the point: `10 %`, `12.5 %`."""
    return f"{short_in_hundred(share, speaks=speaks)}{percent_space(speaks)}%" if is_known(share) else DASH


def short_in_hundred(share: float | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The same without its sign: `10`, `12.5`."""
    return in_hundred(share, speaks=speaks).removesuffix(f"{decimal_sign(speaks)}0")


def points(share: float | None) -> float | None:
    """A share between 0 and 1 in percent, for a column of numbers; None where it is not known."""
    return 100 * share if share is not None and math.isfinite(share) else None


def too_few(*, speaks: str = DEFAULT_LANGUAGE) -> str:
    """That children are too few for an interval."""
    return translate(speaks, TOO_FEW)


def interval(
    ends: Sequence[float | None] | None,
    *,
    of: float | None = None,
    has_sign: bool = True,
    speaks: str = DEFAULT_LANGUAGE,
) -> str:
    """Both ends of the interval of a share: `87 to 95 %`; or that the children are too few for one.

    Parameters
    ----------
    of : the share. Where it is known and its interval is not, the children are too few.
    has_sign : whether the second end has its `%`
    """
    if is_too_few(ends, of=of):
        return too_few(speaks=speaks)
    if ends is None or not all(is_known(end) for end in ends):
        return DASH
    low, high = ends
    last = percent if has_sign else in_hundred
    return _both(in_hundred(low, 0, speaks=speaks), last(high, 0, speaks=speaks), speaks)


def is_too_few(ends: Sequence[float | None] | None, *, of: float | None = None) -> bool:
    """Whether the children are too few for an interval of a share: it is not known, says no more than 0 to 1, or has
    no width. Drawing children among which nothing varies tells nothing of others.
    """
    low, high = ends or (None, None)
    if low is None or high is None or not is_known(low) or not is_known(high):
        return is_known(of)
    return low == high or (low <= 0.0 and high >= 1.0)


def interval_of_few(ends: Sequence[float | None] | None, n_children: int, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The same, unless it comes from a single child: one child cannot tell what others do."""
    return too_few(speaks=speaks) if n_children == 1 else interval(ends, speaks=speaks)


def signed_points(low: float | None, high: float | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """Both ends of the interval of a difference of shares, in percentage points: `+0.4 to +6.0`."""
    first, last = (signed(None if end is None else 100 * end, speaks=speaks) for end in (low, high))
    return _both(first, last, speaks)


def coefficients(low: float | None, high: float | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """Both ends of the interval of a coefficient: `0.78 to 0.86`."""
    if not (is_known(low) and is_known(high)):
        return DASH
    return _both(decimal(low, 2, speaks=speaks), decimal(high, 2, speaks=speaks), speaks)


def counted(n: int, noun: str, plural: str | None = None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`1 recording`, `1,600 recordings`. Both forms are messages of the catalogue: `{n} recording`, ..."""
    return translate_count(speaks, f"{{n}} {noun}", f"{{n}} {plural or noun + 's'}", n)


def decibels(level: float | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A level; silence is minus infinity."""
    return f"{MINUS}∞" if level == -math.inf else decimal(level, 0, speaks=speaks)


def duration(seconds: float | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`4 s`, `2 min 05 s`, `1 h 10 min`: signs of the SI, the same in all languages."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{grouped(whole // 3600, speaks)} h {whole % 3600 // 60:02d} min"


def day_words(day: date, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A day in the form of the language: `2026-03-01` in English, `1 mars 2026` in French."""
    return day.isoformat() if speaks == DEFAULT_LANGUAGE else format_date(day, format="medium", locale=speaks)


def trade_off(am: float | None, rcc: float | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """AM and RCC in a sentence, as staff decide about them."""
    return translate(
        speaks,
        "Of 100 good readings, {am} are wrongly refused; of 100 bad recordings, {rcc} are caught.",
        am=in_hundred(am, 0, speaks=speaks),
        rcc=in_hundred(rcc, 0, speaks=speaks),
    )


def _both(low: str, high: str, speaks: str) -> str:
    return translate(speaks, "{low} to {high}", low=low, high=high)
