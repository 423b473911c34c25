"""The synthesised corpus is what its plan says, each time."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.audio import encoding
from core.demonstration import synthesis
from core.demonstration.synthesis import SynthesisPlan, SyntheticRecording
from core.demonstration.voices import Voice, speech_engine
from core.domain.labels import Label
from core.errors import Unavailable

FEW = SynthesisPlan(n_recordings=50, n_children=6)


@pytest.fixture(scope="module")
def recordings() -> list[SyntheticRecording]:
    return synthesis.synthesise(FEW)


def test_the_same_plan_makes_the_same_bytes(recordings: list[SyntheticRecording]) -> None:
    again = synthesis.synthesise(FEW)
    assert [encoding.flac(recording.samples) for recording in again] == [
        encoding.flac(recording.samples) for recording in recordings
    ]


def test_another_seed_makes_other_recordings(recordings: list[SyntheticRecording]) -> None:
    other = synthesis.synthesise(SynthesisPlan(seed=12, n_recordings=2, n_children=2))
    assert not np.array_equal(other[0].samples, recordings[0].samples)


def test_the_classes_stand_in_the_proportions_of_the_paper(recordings: list[SyntheticRecording]) -> None:
    counts = Counter(recording.label for recording in recordings)
    assert counts == {Label.ACCEPTED: 19, Label.NOISE: 8, Label.SPEECHLESS: 23}


def test_every_recording_is_a_few_seconds_within_full_scale(recordings: list[SyntheticRecording]) -> None:
    for recording in recordings:
        assert 1.6 <= len(recording.samples) / 16_000 < 6
        assert np.isfinite(recording.samples).all()
        assert 0 < np.abs(recording.samples).max() <= 1
        assert 0 <= recording.clarity <= 1


def test_a_child_reads_words_of_one_language_into_one_device(recordings: list[SyntheticRecording]) -> None:
    about = {(recording.child, recording.language, recording.source) for recording in recordings}
    assert len(about) == len({recording.child for recording in recordings}) == 6
    assert all(recording.word in synthesis.WORDS[recording.language] for recording in recordings)
    assert {recording.language for recording in recordings} == {"en", "fr"}


def test_nearly_silent_rooms_are_quieter_than_reading(recordings: list[SyntheticRecording]) -> None:
    rms = {recording.filename: float(np.sqrt(np.mean(recording.samples**2))) for recording in recordings}
    quietest = min(recordings, key=lambda recording: rms[recording.filename])
    assert quietest.label is Label.SPEECHLESS
    assert rms[quietest.filename] < 0.003


def test_a_raised_voice_says_the_word_in_the_same_time_but_higher() -> None:
    with speech_engine() as speaker:
        adult = speaker.say("maison", Voice("fr+f1", pitch=50, words_per_minute=140, raised=1.0))
        child = speaker.say("maison", Voice("fr+f1", pitch=50, words_per_minute=140, raised=1.3))
    assert len(child) == pytest.approx(len(adult), rel=0.2)
    assert _centre_hz(child) > 1.1 * _centre_hz(adult)


def test_a_voice_that_espeak_does_not_have_is_named() -> None:
    with speech_engine() as speaker, pytest.raises(Unavailable, match="no voice 'xx'"):
        speaker.say("maison", Voice("xx", pitch=50, words_per_minute=140, raised=1.0))


def test_where_espeak_cannot_be_loaded_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("espeakng_loader.get_library_path", lambda: "/nowhere/libespeak-ng.so")
    with pytest.raises(Unavailable, match="pip install espeakng-loader"):
        synthesis.synthesise(FEW)


def _centre_hz(samples: np.ndarray) -> float:
    """The mean frequency, weighed by the power there."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float(np.sum(np.fft.rfftfreq(len(samples), 1 / 16_000) * power) / np.sum(power))
