"""What is told of the class, in both languages."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.domain.certainty import Certainty
from core.domain.live import LiveAlarm
from core.metrics.certain_threshold import ChildrenNeeded
from core.sentences.certainty_sentences import needed_sentence
from core.sentences.live_sentences import alarm_sentence

ALARM = LiveAlarm(1, None, datetime(2026, 9, 27), 0.0, 0.147, 330)


@pytest.mark.parametrize(
    ("speaks", "day", "share"),
    [
        ("en", "Since 2026-09-27", "more than 12.5 of 100"),
        ("fr", "27 sept. 2026", "plus de 12,5 bonnes lectures sur 100"),
    ],
)
def test_an_alarm_names_the_day_and_the_target_in_the_form_of_the_language(speaks: str, day: str, share: str) -> None:
    sentence = alarm_sentence(ALARM, 0.125, speaks)

    assert day in sentence
    assert share in sentence
    assert "%" not in sentence


def test_of_a_hundred_stands_without_a_sign_in_french_too() -> None:
    needed = ChildrenNeeded(Certainty.HIGHEST, 0.10, 12, 12, 31, 31)

    assert "au plus 10 bonnes lectures sur 100" in needed_sentence(needed, "fr")
