"""What a Butterworth high-pass takes away of a waveform at the slow rate, without its delay."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.arrays import Float32Array, Float64Array, FloatArray
from core.audio.conditioning_spec import SLOW_RATE_HZ, SPEC

FAST_LENGTH = 600  # a Fourier transform of so many samples, or a multiple, is a fast one; so there are few lengths


def low_part(slow: Float32Array) -> Float32Array:
    """What lies below `SPEC.high_pass_hz` of a waveform [shape=(n,), at `SLOW_RATE_HZ`]."""
    from scipy import fft

    n = -(-(len(slow) + FAST_LENGTH // 10) // FAST_LENGTH) * FAST_LENGTH
    return np.asarray(fft.irfft(fft.rfft(slow, n) * _low_gain(n), n)[: len(slow)], np.float32)


def share_below(frequencies_hz: FloatArray) -> Float64Array:
    """What a Butterworth high-pass takes away of the amplitude at each frequency, 0 to 1."""
    relative = SPEC.high_pass_hz / np.maximum(frequencies_hz, 1e-3)
    return np.asarray(1 - 1 / np.sqrt(1 + relative ** (2 * SPEC.high_pass_order)))


@lru_cache(maxsize=64)
def _low_gain(n: int) -> Float32Array:
    """[shape=(1 + n // 2,)]; nobody may change it."""
    return np.asarray(share_below(np.fft.rfftfreq(n, 1 / SLOW_RATE_HZ)), np.float32)
