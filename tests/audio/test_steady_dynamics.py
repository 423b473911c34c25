"""Steady dynamics: finite whatever comes, and they do not move with what a device adds."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import device_chains, dynamics, steady_dynamics
from tests.audio.test_dynamics import ODD
from tests.audio_files import noise

RATE_HZ = 16_000


def reading(seed: int = 1) -> np.ndarray:
    """Three syllables with a gliding pitch and overtones, in a background."""
    rng = np.random.default_rng(seed)
    samples = noise(2.5, amplitude=0.004, seed=seed)
    for begin in (8_000, 14_000, 20_000):
        pitch_hz = np.linspace(rng.uniform(230, 300), rng.uniform(230, 300), 4_000)
        phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
        voice = sum(np.sin(number * phase) / number for number in range(1, 9))
        samples[begin : begin + 4_000] += (0.15 * voice * np.hanning(4_000)).astype(np.float32)
    return samples


def distance(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """By how much each value differs, relative to how much it differs from one recording to another."""
    of_many = np.stack([steady_dynamics.extract(reading(seed)) for seed in range(2, 8)])
    usual = np.maximum(of_many.std(axis=0), 0.05 * np.abs(of_many).mean(axis=0) + 0.01)
    return np.abs(steady_dynamics.extract(first) - steady_dynamics.extract(second)) / usual


@pytest.mark.parametrize("name", ODD)
def test_odd_recordings_give_finite_values(name: str) -> None:
    features = steady_dynamics.extract(ODD[name])

    assert features.shape == (len(steady_dynamics.NAMES),)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


def test_the_names_are_those_of_the_values() -> None:
    assert tuple(steady_dynamics.named_values(reading())) == steady_dynamics.NAMES


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_gain_moves_nothing(gain_db: float) -> None:
    samples = 0.2 * reading()

    assert distance(samples, samples * np.float32(10 ** (gain_db / 20))).max() < 0.05


def test_a_constant_offset_moves_nothing() -> None:
    assert distance(reading(), reading() + np.float32(0.1)).max() < 0.05


def test_digital_silence_at_the_ends_moves_nothing() -> None:
    assert distance(reading(), np.pad(reading(), (9_000, 20_000))).max() < 1e-3


@pytest.mark.parametrize("chain", ["hum_50_hz", "hum_60_hz"])
def test_hum_moves_little(chain: str) -> None:
    moved = distance(reading(), device_chains.apply(chain, reading(), seed=3))

    assert np.median(moved) < 0.25
    assert np.mean(moved > 1) < 0.10


def test_hum_moves_signal_dynamics_that_are_not_conditioned_much_more() -> None:
    samples, humming = reading(), device_chains.apply("hum_50_hz", reading(), seed=3)
    names = [name for name in steady_dynamics.NAMES if name.startswith("voic")]
    moved = {
        module: np.mean(
            [abs(module.named_values(humming)[name] - module.named_values(samples)[name]) for name in names]
        )
        for module in (dynamics, steady_dynamics)
    }

    assert moved[steady_dynamics] < 0.3 * moved[dynamics]
