"""Numbers in words: the bounds of every function, and that no NaN, infinity or negative nought is ever shown."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import number_words as words
from core.json_values import finite_or_none, known_interval, without_nan

FUNCTIONS = [
    words.decimal,
    words.signed,
    words.in_hundred,
    words.percent,
    words.short_percent,
    words.decibels,
    words.duration,
    lambda value: words.interval((value, 1.0)),
    lambda value: words.signed_points(value, value),
    lambda value: words.coefficients(value, value),
    lambda value: words.trade_off(value, value),
]


@given(st.sampled_from(FUNCTIONS), st.none() | st.floats() | st.floats(-1, 1))
def test_any_number_is_shown_as_people_read_it(function: object, value: float | None) -> None:
    shown = function(value)
    assert isinstance(shown, str)
    assert not any(sign in shown.lower() for sign in ("nan", "inf", "none", "-", "−0 ", "−0.0 "))
    assert shown not in ("−0", "−0.0", "−0.00", "+0.0")


@pytest.mark.parametrize("unknown", [None, nan, inf])
def test_what_is_not_known_is_a_dash(unknown: float | None) -> None:
    for function in FUNCTIONS[:-1]:
        assert set(function(unknown)) <= {*words.DASH, *" to"} or unknown == -inf
    assert words.percent(unknown, unknown="no data") == "no data"
    assert words.points(unknown) is None


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (words.percent(0.913), "91.3 %"),
        (words.percent(0.0), "0.0 %"),
        (words.percent(-0.0001), "0.0 %"),
        (words.percent(1.0, 0), "100 %"),
        (words.short_percent(0.1), "10 %"),
        (words.short_percent(0.125), "12.5 %"),
        (words.short_in_hundred(0.1), "10"),
        (words.short_in_hundred(0.125, speaks="fr"), "12,5"),
        (words.short_percent(0.1, speaks="fr"), "10\u00a0%"),
        (words.interval((0.68, 0.76), has_sign=False, speaks="fr"), "68 à 76"),
        (words.signed(3.14), "+3.1"),
        (words.signed(-0.04), "0.0"),
        (words.signed(-0.4), "−0.4"),
        (words.interval((0.87, 0.95)), "87 to 95 %"),
        (words.interval((0.0, 1.0)), words.TOO_FEW),
        (words.interval((0.74, 0.74)), words.TOO_FEW),
        (words.interval((nan, nan), of=0.74), words.TOO_FEW),
        (words.interval(None, of=0.74), words.TOO_FEW),
        (words.interval((nan, nan), of=nan), words.DASH),
        (words.signed_points(0.004, 0.06), "+0.4 to +6.0"),
        (words.coefficients(-0.001, 0.86), "0.00 to 0.86"),
        (words.decibels(-inf), "−∞"),
        (words.decibels(-0.4), "0"),
        (words.duration(59.6), "1 min 00 s"),
        (words.duration(3599.6), "1 h 00 min"),
        (words.duration(-3), "0 s"),
        (words.counted(1, "recording"), "1 recording"),
        (words.counted(1600, "recording"), "1,600 recordings"),
    ],
)
def test_numbers_read_like_this(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    ("ends", "share", "reason"),
    [((0.0, 1.0), 0.1, "too few children"), ((nan, nan), 0.1, "too few children"), ((nan, nan), nan, "no recordings")],
)
def test_an_interval_that_is_not_known_is_null_with_its_reason(
    ends: tuple[float, float], share: float, reason: str
) -> None:
    assert known_interval("i", ends, of=share) == {"i": [None, None], "i_reason": reason}


def test_json_has_none_where_a_number_is_not_finite() -> None:
    data = {"a": nan, "b": (1.0, inf), "c": [{"d": -inf}], "e": "nan", "f": 2}
    assert without_nan(data) == {"a": None, "b": [1.0, None], "c": [{"d": None}], "e": "nan", "f": 2}
    assert finite_or_none(nan) is None
