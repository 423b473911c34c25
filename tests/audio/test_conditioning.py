"""Conditioning: what a device adds goes, what a voice is made of stays."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import conditioning, conditioning_spec
from tests.audio_files import noise, silence, tone


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples[1_600:-1_600].astype(float) ** 2) + 1e-12))


@pytest.mark.parametrize("hz", [10, 30, 45])
def test_rumble_is_gone(hz: int) -> None:
    rumble = tone(hz, 2.0)

    assert level_db(conditioning.without_rumble_and_hum(rumble)) < level_db(rumble) - 20


@pytest.mark.parametrize("hz", [170, 217, 440, 1_010, 3_000])
def test_a_voice_that_moves_stays(hz: int) -> None:
    voice = np.sin(2 * np.pi * np.cumsum(hz * (1 + 0.05 * np.sin(np.arange(32_000) / 2_000))) / 16_000)

    assert level_db(conditioning.without_rumble_and_hum(voice.astype(np.float32))) == pytest.approx(-3, abs=0.3)


def test_lines_of_the_mains_are_gone_and_the_background_stays() -> None:
    background = noise(2.0, amplitude=0.003)
    hum = sum((tone(number * 50.1, 2.0, amplitude=0.02 / number) for number in range(2, 8)), start=silence(2.0))
    left = conditioning.without_rumble_and_hum(background + hum) - conditioning.without_rumble_and_hum(background)

    assert level_db(left) < level_db(hum) - 20


def test_zeros_at_both_ends_are_trimmed_and_silence_is_left_as_it_is() -> None:
    voice = noise(0.5)
    np.testing.assert_array_equal(conditioning.trim_zeros(np.pad(voice, (5_000, 700))), voice)
    np.testing.assert_array_equal(conditioning.trim_zeros(silence(1.0)), silence(1.0))


def test_the_loudest_frames_come_to_one_level() -> None:
    for amplitude in (0.02, 0.9):
        conditioned = conditioning.condition(tone(500, 1.0, amplitude=amplitude))
        assert level_db(conditioned) == pytest.approx(conditioning_spec.SPEC.loud_dbfs, abs=0.2)
