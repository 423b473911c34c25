"""Plain sentences on one recording, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.audio.acoustic_summary import ComparedMeasure
from core.domain.labels import Label
from core.domain.model_verdicts import ModelVerdict
from core.sentences import recording_sentences

REFUSED = ModelVerdict("m-1", "Fusion 7", 0.1, 0.7, 0.2, 0.5)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (REFUSED, "other sounds are heard more clearly"),
        (replace(REFUSED, p_noise=0.2, p_speechless=0.7), "hardly any reading"),
        (replace(REFUSED, p_noise=None, p_speechless=None), "does not sound like a reading"),
        (replace(REFUSED, p_accepted=0.9), "accepts this recording"),
    ],
)
def test_the_first_sentence_says_why(verdict: ModelVerdict, words: str) -> None:
    assert words in recording_sentences.verdict_sentences(verdict, None)[0]


@pytest.mark.parametrize(
    ("label", "is_refused", "words"),
    [
        (Label.ACCEPTED, True, "wrongly refused"),
        (Label.ACCEPTED, False, "decided rightly"),
        (Label.NOISE, True, "as Noise: caught"),
        (Label.SPEECHLESS, False, "let through"),
        (None, True, "nobody can say"),
    ],
)
def test_the_decision_is_compared_with_people(label: Label | None, is_refused: bool, words: str) -> None:
    assert words in recording_sentences.compared_with_people(label, is_refused=is_refused)


def test_only_a_close_decision_is_called_close() -> None:
    close = recording_sentences.verdict_sentences(replace(REFUSED, p_accepted=0.47), None)
    assert recording_sentences.CLOSE in close
    assert recording_sentences.CLOSE not in recording_sentences.verdict_sentences(REFUSED, None)


def test_what_stands_out_is_named_strongest_first_and_without_decibels() -> None:
    quiet = ComparedMeasure("level_dbfs", -40.0, -30.0, -10.0)
    drowned = ComparedMeasure("above_background_db", 1.0, 20.0, 30.0)
    usual = ComparedMeasure("speech_s", 1.0, 0.5, 2.0)
    sentences = recording_sentences.sound_sentences([quiet, drowned, usual])
    assert ["stands out" in sentences[0], "quieter" in sentences[1], len(sentences)] == [True, True, 2]
    assert not any("dB" in sentence for sentence in sentences)
    assert recording_sentences.sound_sentences([usual]) == [recording_sentences.NOTHING_STANDS_OUT]
    assert recording_sentences.sound_sentences([replace(quiet, low=None, high=None)]) == []


def test_it_is_said_in_french() -> None:
    sentences = recording_sentences.verdict_sentences(REFUSED, Label.NOISE, "fr")
    assert sentences[0].startswith("Fusion 7 refuse cet enregistrement")
