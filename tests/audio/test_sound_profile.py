"""Measures of sound that people can name."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from core.arrays import Float64Array
from core.audio import sound_profile
from core.audio.sound_profile import SoundProfile

RATE_HZ = 16_000


def voice(seconds: float = 3.0, *, background_db: float = -60.0, seed: int = 0) -> Float64Array:
    """Bursts of a harmonic tone over faint noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 220 * k * t) / k for k in range(1, 12)) * (np.sin(2 * np.pi * 1.5 * t) > 0.3)
    return 0.1 * tone + rng.normal(size=len(t)) * 10 ** (background_db / 20)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(1), np.ones(1), np.zeros(16_000), np.full(800, 0.5)])
def test_silence_a_constant_and_a_single_sample_are_finite(samples: Float64Array) -> None:
    assert np.isfinite(sound_profile.as_row(sound_profile.describe(samples))).all()


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_a_hum_stands_out_whatever_the_mains(mains_hz: float) -> None:
    t = np.arange(3 * RATE_HZ) / RATE_HZ
    hum = 0.005 * sum(np.sin(2 * np.pi * mains_hz * k * t) for k in (1, 2, 3))
    assert sound_profile.describe(voice() + hum).hum_db > sound_profile.describe(voice()).hum_db + 15


def test_each_measure_goes_the_way_of_its_name() -> None:
    plain, quieter = sound_profile.describe(voice()), sound_profile.describe(voice() / 4)
    noisier, longer = sound_profile.describe(voice(background_db=-35)), sound_profile.describe(voice(6.0))
    assert plain.level_db - quieter.level_db == pytest.approx(12.04, abs=0.1)
    assert noisier.snr_db < plain.snr_db - 15
    assert longer.log_duration - plain.log_duration == pytest.approx(np.log(2))
    assert longer.log_active > plain.log_active
    assert sound_profile.describe(np.clip(20 * voice(), -1, 1)).log_clipped_share > plain.log_clipped_share


def test_a_gate_leaves_noughts() -> None:
    gated = np.where(np.abs(voice()) > 0.01, voice(), 0.0)
    assert sound_profile.describe(gated).log_zero_share > sound_profile.describe(voice()).log_zero_share + 1


def test_the_row_has_every_measure_in_its_order() -> None:
    profile = sound_profile.describe(voice())
    assert isinstance(profile, SoundProfile)
    assert dict(zip(sound_profile.MEASURES, sound_profile.as_row(profile), strict=True)) == asdict(profile)
