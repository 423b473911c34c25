"""Known sounds have known figures, and the words say no more than the figures do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.audio import acoustic_summary
from tests.audio_files import noise, silence, tone

USUAL = {"recordings": 30, "level_dbfs": [-30.0, -8.0], "above_background_db": [20.0, 45.0], "speech_s": [0.2, 1.5]}
READ = acoustic_summary.AcousticSummary(3.0, -15.0, 30.0, 0.6, 0.2, 0.0)


def test_a_burst_of_a_voiced_sound_in_a_quiet_room_is_heard_as_one() -> None:
    room = noise(3.0, amplitude=0.001)
    heard = acoustic_summary.hear(room + np.pad(tone(220, 0.5), (16_000, 24_000)))

    assert heard.level_dbfs == pytest.approx(-9, abs=0.5)  # a sine of half of full scale
    assert heard.above_background_db == pytest.approx(51, abs=1.5)
    assert heard.speech_s == pytest.approx(0.5, abs=0.06)
    assert heard.speech_share == pytest.approx(heard.speech_s / 3.0)


def test_a_hum_that_never_stops_is_background_and_no_speech() -> None:
    heard = acoustic_summary.hear(tone(220, 2.0))

    assert heard.above_background_db == pytest.approx(0, abs=0.5)
    assert heard.speech_s == 0


def test_a_noise_that_swells_is_loud_but_no_speech() -> None:
    heard = acoustic_summary.hear(noise(2.0, amplitude=0.001) + np.pad(noise(0.5), (8_000, 16_000)))

    assert heard.above_background_db > 30
    assert heard.speech_s < 0.05


@pytest.mark.parametrize("samples", [silence(1.0), np.zeros(0), np.zeros(1), np.ones(1), np.ones(16_000)])
def test_odd_sounds_give_finite_figures(samples: np.ndarray) -> None:
    heard = acoustic_summary.hear(samples)

    assert all(np.isfinite(value) for value in vars(heard).values())
    assert -100 <= heard.level_dbfs <= 0
    assert heard.above_background_db >= 0
    assert [measure.low for measure in acoustic_summary.compare_with_typical(heard, {})] == [None] * 3


def test_usual_is_where_nine_in_ten_lie_and_unknown_of_a_few() -> None:
    levels = np.linspace(-40, 0, 101)
    usual = acoustic_summary.typical_ranges([replace(READ, level_dbfs=float(level)) for level in levels])

    assert usual["recordings"] == 101
    assert usual["level_dbfs"] == [-38.0, -2.0]
    assert acoustic_summary.typical_ranges([READ] * (acoustic_summary.FEWEST_FOR_USUAL - 1)) == {}


@pytest.mark.parametrize("offset", [
    0.02, -0.05, np.linspace(0, 0.05, 48_000), np.where(np.arange(48_000) < 9_000, 0, 0.05),
    0.3 * np.exp(-np.arange(48_000) / 4_000),
])  # fmt: skip
def test_the_offset_of_a_microphone_hides_no_voice(offset: np.ndarray | float) -> None:
    voice = noise(3.0, amplitude=0.001) + np.pad(tone(220, 0.5, amplitude=0.1), (16_000, 24_000))
    plain, lifted = acoustic_summary.hear(voice), acoustic_summary.hear((voice + offset).astype(np.float32))

    assert lifted.above_background_db == pytest.approx(plain.above_background_db, abs=1)
    assert lifted.level_dbfs == pytest.approx(plain.level_dbfs, abs=1)
    assert lifted.speech_s == pytest.approx(plain.speech_s, abs=0.1)
