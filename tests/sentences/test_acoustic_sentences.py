"""The sentences about a sound say no more than its figures do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.audio.acoustic_summary import AcousticSummary, compare_with_typical
from core.domain.json_types import JsonObject
from core.sentences.acoustic_sentences import child_messages, clipping_sentence, deviation_sentence, measure_sentence
from core.translation import LANGUAGES
from tests.audio.test_acoustic_summary import READ, USUAL


def deviation(summary: AcousticSummary, usual: JsonObject = USUAL) -> str:
    return deviation_sentence(summary, compare_with_typical(summary, usual))


def test_a_figure_out_of_the_usual_says_so_in_its_sentence() -> None:
    faint = replace(READ, level_dbfs=-38.2, above_background_db=4.4, speech_s=0.0)

    assert [measure_sentence(measure) for measure in compare_with_typical(faint, USUAL)] == [
        "Quiet: the loudest part is at -38 dBFS (usual: -30 to -8).",
        "Only 4 dB above the background (usual: 20 to 45).",
        "No speech-like sound was found (usual: 0.2 to 1.5).",
    ]
    assert measure_sentence(compare_with_typical(READ, {})[1]) == "30 dB above the background."


def test_why_names_what_lies_furthest_from_the_usual() -> None:
    assert deviation(replace(READ, level_dbfs=-31, speech_s=4.0)).startswith("More than usual: 4.0 s")
    assert deviation(replace(READ, clipped_share=0.1)).startswith("Clipped: 10.0 %")
    assert clipping_sentence(READ) == ""


def test_where_nothing_stands_out_it_says_so() -> None:
    assert deviation(READ) == "Nothing that is measured here stands out against accepted recordings."
    assert deviation(READ, {}) == "What is usual is not known: this model was made without it."


def test_a_child_is_asked_to_read_louder_only_when_it_was_faint() -> None:
    faint, near = (compare_with_typical(replace(READ, level_dbfs=level), USUAL) for level in (-60.0, -15.0))
    messages = [child_messages("rejected", "speechless", one) for one in (faint, near)]

    assert messages[0] is not None
    assert messages[1] is not None
    assert messages[0]["en"] == "We did not hear you, please read a little louder."
    assert "come closer" in messages[1]["en"]


@pytest.mark.parametrize("reason", ["noise", "speechless", None])
def test_a_child_is_told_in_every_language(reason: str | None) -> None:
    measured = compare_with_typical(READ, USUAL)
    messages = child_messages("rejected", reason, measured)

    assert messages is not None
    assert set(messages) == set(LANGUAGES)
    assert len(set(messages.values())) == len(LANGUAGES)
    assert child_messages("accepted", None, measured) is None
