"""Synthetic sounds around a word: room tone, knocks, breath, echo, and their levels. Demonstration only.

Waveforms are [shape=(n,)], mono, 16 kHz; chance comes from the generator that is passed in; silence stays silence.
"""

from __future__ import annotations

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.audio.sounds import SAMPLE_RATE_HZ


def mixed(parts: list[FloatArray]) -> FloatArray:
    """The sum of equally long parts."""
    total: FloatArray = np.sum(parts, axis=0)
    return total


def at_peak(samples: FloatArray, peak: float) -> FloatArray:
    """`samples` scaled so that the largest |x| is `peak`."""
    largest = float(np.abs(samples).max(initial=0))
    return samples * (peak / largest) if largest > 0 else samples


def below(word: FloatArray, around: FloatArray, snr_db: float) -> FloatArray:
    """`around`, scaled to lie `snr_db` below the loud part of `word` (its power where it is audible)."""
    audible = word[np.abs(word) > 0.05 * np.abs(word).max(initial=0)]
    power, noise = float(np.mean(audible**2)) if audible.size else 0.0, float(np.mean(around**2))
    if power == 0 or noise == 0:
        return around
    scaled: FloatArray = around * np.sqrt(power / noise / 10 ** (snr_db / 10))
    return scaled


def placed(word: FloatArray, n: int, rng: np.random.Generator) -> Float64Array:
    """`word` somewhere in the middle of `n` samples that are otherwise silent."""
    room = max(n - len(word), 0)
    start = int(rng.uniform(0.15, 0.6) * room)
    placed = np.zeros(n)
    placed[start : start + len(word)] = word[:n]
    return placed


def crop(samples: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    """`n` samples from a random place on, continued from the beginning after the end."""
    return np.resize(rolled(samples, rng), n)


def rolled(samples: FloatArray, rng: np.random.Generator) -> FloatArray:
    """`samples` from a random place on, then those before it."""
    return np.roll(samples, int(rng.integers(len(samples))))


def room_tone(n: int, rng: np.random.Generator) -> FloatArray:
    """Pink noise and mains hum, peak 1."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    frequency_hz = np.fft.rfftfreq(n, 1 / SAMPLE_RATE_HZ)
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency_hz, 40)), n)
    hum = np.sin(2 * np.pi * 50 * np.arange(n) / SAMPLE_RATE_HZ + rng.uniform(0, 2 * np.pi))
    return at_peak(at_peak(pink, 1) + rng.uniform(0, 0.2) * hum, 1)


def echoing(samples: FloatArray, rng: np.random.Generator) -> FloatArray:
    """`samples` in a room: a tail of decaying noise of 0.2 to 0.5 s, 8 to 20 dB below. Same length and a tail."""
    decay_s = float(rng.uniform(0.2, 0.5))
    n = int(decay_s * SAMPLE_RATE_HZ)
    tail = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    tail *= 10 ** (rng.uniform(-20, -8) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] += 1
    return _convolved(samples, tail)


def muffled(samples: FloatArray) -> FloatArray:
    """As through a wall: a running mean over ten samples, about what lies below 700 Hz."""
    return _convolved(samples, np.full(10, 0.1))


def knocks(n: int, rng: np.random.Generator, *, count: int) -> FloatArray:
    """Blows on the case of a tablet: dull bursts of 20 to 80 ms, peak 1."""
    sound = np.zeros(n)
    for _ in range(count):
        length = int(rng.uniform(0.02, 0.08) * SAMPLE_RATE_HZ)
        blow = rng.standard_normal(length) * np.exp(-5 * np.arange(length) / length)
        start = int(rng.integers(max(n - length, 1)))
        sound[start : start + length] += (rng.uniform(0.3, 1) * muffled(blow)[:length])[: n - start]
    return at_peak(sound, 1)


def breath(n: int, rng: np.random.Generator) -> FloatArray:
    """Noise that swells and fades twice or so, peak 1."""
    swell = np.maximum(0, np.sin(np.linspace(0, rng.uniform(3, 6) * np.pi, n))) ** 3
    return at_peak(rng.standard_normal(n) * swell, 1)


def _convolved(samples: FloatArray, response: FloatArray) -> FloatArray:
    """Full convolution through the Fourier transform: [len(samples) + len(response) - 1]."""
    n = len(samples) + len(response) - 1
    size = 1 << (n - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)[:n]
