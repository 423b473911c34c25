"""Known signals have known figures."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from core.audio import loudness
from core.audio.sounds import SAMPLE_RATE_HZ
from tests.audio_files import noise


def sine(height: float, *, hz: float = 997.0, seconds: float = 2.0) -> np.ndarray:
    return height * np.sin(2 * np.pi * hz * np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ)


@pytest.mark.parametrize("height", [1.0, 0.1, 0.01])
def test_the_sine_of_the_recommendation_reads_three_below_full_scale(height: float) -> None:
    figures = loudness.measure(sine(height))
    assert figures.loudness_lufs == pytest.approx(-3.01 + 20 * np.log10(height), abs=0.1)
    assert figures.peak_dbfs == pytest.approx(20 * np.log10(height), abs=0.02)
    assert figures.duration_s == 2.0


def test_silence_and_nothing_at_all_are_infinitely_quiet() -> None:
    for samples in (np.zeros(SAMPLE_RATE_HZ), np.zeros(0), np.zeros(1)):
        figures = loudness.measure(samples)
        assert (figures.peak_dbfs, figures.loudness_lufs, figures.background_dbfs) == (-inf, -inf, -inf)
        assert figures.clipped_share == 0.0


def test_pauses_do_not_make_a_voice_quieter_but_are_the_background() -> None:
    quiet = np.random.default_rng(0).normal(0, 0.001, 6 * SAMPLE_RATE_HZ)
    quiet[: SAMPLE_RATE_HZ * 2] += sine(0.5)
    figures = loudness.measure(quiet)
    assert figures.loudness_lufs == pytest.approx(-3.01 - 6.02, abs=0.7)
    assert figures.background_dbfs == pytest.approx(-60, abs=1)


def test_the_share_at_full_scale_is_counted() -> None:
    half = np.concatenate([np.ones(SAMPLE_RATE_HZ // 2), np.zeros(SAMPLE_RATE_HZ // 2)])
    assert loudness.measure(half).clipped_share == 0.5


def test_a_hum_below_hearing_counts_less_than_a_voice() -> None:
    assert loudness.measure(sine(0.5, hz=30)).loudness_lufs < loudness.measure(sine(0.5)).loudness_lufs - 5


def test_the_offset_of_a_microphone_is_no_background() -> None:
    voice = noise(2.0, amplitude=0.001, seed=1)
    plain, lifted = loudness.measure(voice), loudness.measure(voice + 0.05)

    assert lifted.background_dbfs == pytest.approx(plain.background_dbfs, abs=0.5)
    assert lifted.loudness_lufs == pytest.approx(plain.loudness_lufs, abs=0.5)
