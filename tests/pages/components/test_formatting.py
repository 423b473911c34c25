"""Numbers as a person says them."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import nan
from types import SimpleNamespace

import pytest

from core.workflows.annotation.agreement_report import Estimate
from pages.components import formatting


def test_the_trade_off_in_a_sentence():
    sentence = formatting.trade_off(0.0983, 0.912)
    assert sentence == "Of 100 good readings, 10 are wrongly refused; of 100 bad recordings, 91 are caught."


@pytest.mark.parametrize("unknown", [None, nan])
def test_what_is_not_known_is_never_nought(unknown):
    assert formatting.percent(unknown) == formatting.DASH
    assert formatting.duration(unknown) == formatting.DASH
    assert formatting.interval((unknown, 0.9)) == formatting.DASH
    assert formatting.trade_off(unknown, 0.9).startswith("Of 100 good readings, – are")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (-1.0, "worse than chance"),
        (-0.01, "worse than chance"),
        (0.0, "slight"),
        (-0.0, "slight"),
        (0.2, "slight"),
        (0.21, "fair"),
        (0.4, "fair"),
        (0.6, "moderate"),
        (0.8, "substantial"),
        (0.81, "almost perfect"),
        (1.0, "almost perfect"),
        (0.61, "substantial"),
        (0.9, "almost perfect"),
    ],
)
def test_kappa_in_a_word(value, word):
    assert formatting.kappa_word(value) == word


@pytest.mark.parametrize(("seconds", "said"), [(4.2, "4 s"), (125, "2 min 05 s"), (4200, "1 h 10 min")])
def test_durations(seconds, said):
    assert formatting.duration(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(None, "not known"), (3, "a few seconds"), (61, "about 1 min 05 s")])
def test_the_time_left_is_no_finer_than_it_can_be_known(seconds, said):
    assert said in formatting.time_left(seconds)


def test_a_time_that_is_stored_as_text_is_one_where_the_person_is(monkeypatch):
    monkeypatch.setattr(formatting, "time_text", lambda at: f"{at:%H:%M}")
    assert formatting.iso_time_text("2026-03-01T14:05:00") == "14:05"
    assert formatting.iso_time_text("2026-03-01T14:05:00+01:00") == "13:05"
    assert formatting.iso_time_text("before the war") == "before the war"


def test_when_something_happened():
    now = datetime(2026, 3, 2, 14, 5)
    assert formatting.time_text(now - timedelta(seconds=20), now=now) == "just now"
    assert formatting.time_text(now - timedelta(minutes=3), now=now) == "3 min ago"
    assert formatting.time_text(now - timedelta(hours=3), now=now) == "today 11:05 UTC"
    assert formatting.time_text(now - timedelta(days=1), now=now) == "2026-03-01 14:05 UTC"


def test_counting():
    assert formatting.counted(1, "recording") == "1 recording"
    assert formatting.counted(1600, "recording") == "1,600 recordings"


def test_what_people_type_is_never_a_mark():
    assert formatting.plain("[click](http://x) *now*") == r"\[click\]\(http\://x\) \*now\*"


def test_escaping_leaves_no_break_spaces_and_one_line() -> None:
    assert formatting.plain("juges\u00a0: 2\u202f000\u2028 or\n\tmore ") == "juges\u00a0\\: 2\u202f000 or more"


def test_a_figure_of_too_few_children_says_so_instead_of_an_interval() -> None:
    alone = Estimate(0.74, nan, nan)
    assert formatting.estimate_text(alone) == "0.74 (too few children)"
    assert formatting.interval_of_few((0.0, 1.0), 1) == "too few children"
    assert formatting.interval_of_few((0.1, 0.2), 2) == "10 to 20 %"


def test_a_time_is_told_where_the_person_is(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 3, 1, 23, 30)
    for zone, expected in (
        ("Europe/Paris", "2026-03-01 22:00"),
        ("Asia/Tokyo", "today 06:00"),
        ("", "today 21:00 UTC"),
        ("No/Where", "today 21:00 UTC"),
    ):
        monkeypatch.setattr(formatting.st, "context", SimpleNamespace(timezone=zone))
        assert formatting.time_text(datetime(2026, 3, 1, 21, 0), now=now) == expected
