"""Device chains: seeded, finite, and each does to the sound what its name says."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import device_chains
from core.audio.device_chains import CHAINS
from core.errors import NotFound
from tests.audio_files import noise, silence, tone

EVERY = pytest.mark.parametrize("name", CHAINS)
DRAWN = sorted(set(CHAINS) - {"quieter", "louder", "telephone", "opus_16_kbps"})


def reading() -> np.ndarray:
    """A second of background with a voice in its middle."""
    samples = noise(1.0, amplitude=0.003)
    samples[6_000:10_000] += tone(300, 0.25)
    return samples


@EVERY
def test_the_same_seed_gives_the_same_samples(name: str) -> None:
    first, second = (device_chains.apply(name, reading(), seed=5) for _ in range(2))

    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.float32
    assert np.abs(first).max() <= 1


@pytest.mark.parametrize("name", DRAWN)
def test_another_seed_gives_other_samples(name: str) -> None:
    first, second = (device_chains.apply(name, reading(), seed=seed) for seed in (5, 6))

    assert first.shape != second.shape or not np.array_equal(first, second)


@EVERY
@pytest.mark.parametrize("samples", [silence(0.5), np.ones(1, np.float32)], ids=["silence", "one sample"])
def test_odd_waveforms_come_out_finite(name: str, samples: np.ndarray) -> None:
    changed = device_chains.apply(name, samples, seed=1)

    assert np.isfinite(changed).all()
    assert len(changed) == len(samples) or name == "zeros_around"


def test_automatic_gain_brings_the_faint_nearer_to_the_loud() -> None:
    faint = np.tile(reading() * np.float32(0.1), 4)
    changed = device_chains.apply("automatic_gain", np.concatenate([faint, np.tile(reading(), 2)]), seed=3)

    assert level_db(changed[len(faint) // 2 : len(faint)]) > level_db(faint) + 6
    assert level_db(changed[-16_000:]) < -10


def test_a_gate_leaves_the_voice_and_silences_the_pause() -> None:
    samples, changed = reading(), device_chains.apply("gate", reading(), seed=3)

    assert level_db(changed[7_000:9_000]) == pytest.approx(level_db(samples[7_000:9_000]), abs=0.1)
    assert level_db(changed[:3_000]) < level_db(samples[:3_000]) - 30


def test_suppression_takes_more_from_the_background_than_from_the_voice() -> None:
    samples, changed = reading(), device_chains.apply("suppression", reading(), seed=3)
    lost_db = [level_db(samples[where]) - level_db(changed[where]) for where in (slice(0, 4_000), slice(7_000, 9_000))]

    assert lost_db[0] > 6 > 3 > lost_db[1]


@pytest.mark.parametrize(("name", "mains_hz"), [("hum_50_hz", 50), ("hum_60_hz", 60)])
def test_a_hum_is_lines_at_the_mains(name: str, mains_hz: int) -> None:
    spectrum = np.abs(np.fft.rfft(device_chains.apply(name, silence(1.0), seed=2)))

    assert spectrum[mains_hz] > 20 * spectrum[mains_hz + 20]


@pytest.mark.parametrize(("name", "hz"), [("telephone", 6_000), ("telephone", 100), ("dull", 6_000), ("thin", 100)])
def test_what_lies_outside_of_a_band_is_gone(name: str, hz: int) -> None:
    assert level_db(device_chains.apply(name, tone(hz, 1.0), seed=4)[2_000:-2_000]) < -45


def test_a_chain_that_is_not_known_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="'wind'; expected one of quieter"):
        device_chains.apply("wind", reading(), seed=1)


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(float) ** 2) + 1e-12))
