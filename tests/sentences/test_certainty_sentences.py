"""What staff read of certainty, in both languages, and of groups that nothing can be known of."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.domain.certainty import Certainty
from core.metrics import slices
from core.metrics.certain_threshold import ChildrenNeeded
from core.sentences.certainty_sentences import meaning, needed_sentence, target_words
from core.sentences.slice_sentences import unknown_slice_sentences


def test_a_target_is_a_number_of_readings_and_how_sure_that_is():
    assert target_words(0.1, Certainty.HIGHEST) == "at most 10 of 100 good readings wrongly refused, sure to 95 %"
    assert target_words(0.125, Certainty.EVEN).startswith("at most 12.5 of 100")


@pytest.mark.parametrize("certainty", list(Certainty))
def test_every_certainty_says_how_often_it_fails(certainty):
    fails = f" {100 - certainty.in_hundred} "
    assert fails in meaning(certainty)
    assert fails in meaning(certainty, "fr")
    assert meaning(certainty, "fr") != meaning(certainty)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_where_nothing_is_sure_it_says_how_many_children_would_do(language):
    enough = needed_sentence(ChildrenNeeded(Certainty.HIGH, 0.1, 5, 12, 21, 50), language)
    assert {"90", "10", "5", "12", "21", "50"} <= set(re.findall(r"\d+", enough))
    never = needed_sentence(ChildrenNeeded(Certainty.HIGH, 0.0, 5, 12, None, None), language)
    assert "None" not in never


def test_a_group_without_a_good_reading_comes_first_among_what_cannot_be_known():
    is_accepted = np.repeat([True, False], [60, 60])
    language = np.where(np.arange(120) < 60, "en", np.where(np.arange(120) < 100, "fr", "de"))
    language[:5] = "de"
    compared = slices.slices(np.arange(120), is_accepted, ~is_accepted, {"language": language})
    assert unknown_slice_sentences(compared) == [
        "language de: only 5 good readings of 5 children, so whether they are wrongly refused more often cannot be "
        "known.",
        "language fr: no good reading, so whether they are wrongly refused more often cannot be known.",
        "language en: no bad recording, so whether fewer of them are caught cannot be known.",
    ]
