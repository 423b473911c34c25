"""A waveform without what a device adds to it: digital zeros at its ends, rumble and offset, mains hum, its own gain.

Signal dynamics are measured on what is left, so they do not move with them. Silence and a single sample come out
finite. Filters work on the spectrum of the whole recording: SciPy's signal package alone would take longer to import
than an answer may.
"""

from __future__ import annotations

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import frames
from core.audio.conditioning_spec import SPEC
from core.audio.high_pass import low_part
from core.audio.mains_hum import find_hum
from core.audio.sounds import SAMPLE_RATE_HZ

PIECE = 1_600  # samples that are looked through at once


def condition(samples: FloatArray) -> Float32Array:
    """The waveform, trimmed, filtered and at `SPEC.loud_dbfs`.

    Parameters
    ----------
    samples : [shape=(n,), mono, 16 kHz]

    Returns
    -------
    [shape=(m,), 1 <= m <= n]; zeros of silence
    """
    trimmed = trim_zeros(np.asarray(samples, np.float32))
    if not len(trimmed):
        return np.zeros(1, np.float32)
    return at_level(without_rumble_and_hum(trimmed - trimmed.mean()))


def trim_zeros(samples: Float32Array) -> Float32Array:
    """Without the stretches at both ends where nothing changes; silence from end to end, as it is."""
    if not len(samples):
        return samples
    begin, end = _still(samples), len(samples) - _still(samples[::-1])
    return samples[begin:end] if end - begin >= SPEC.least_s * SAMPLE_RATE_HZ else samples


def at_level(samples: Float32Array) -> Float32Array:
    """With the loudest frames at `SPEC.loud_dbfs`."""
    cut = frames.cut(samples, length=400, hop=400)
    power = np.einsum("ij,ij->i", cut, cut) / 400
    loud = max(float(np.percentile(power, SPEC.loud_percentile)), 10 ** (SPEC.faintest_dbfs / 10))
    return samples * np.float32(np.sqrt(10 ** (SPEC.loud_dbfs / 10) / loud))


def without_rumble_and_hum(samples: Float32Array) -> Float32Array:
    """Without what lies below `SPEC.high_pass_hz`, and without the lines of a mains hum where there are clear ones.

    Both are looked for in the waveform at a slow rate, which holds all below 1 kHz, and subtracted: rumble as what a
    Butterworth high-pass takes away, without its delay, hum line by line.
    """
    slow = _slow(samples)
    steadied = samples - _fast(low_part(slow), len(samples))
    hum = find_hum(slow)
    if hum is None:
        return steadied
    turning = np.exp(2j * np.pi * hum.fundamental_hz / SAMPLE_RATE_HZ * np.arange(len(samples))).astype(np.complex64)
    wave = np.zeros(len(samples), np.complex64)
    for amplitude in hum.amplitudes[::-1].astype(np.complex64):
        wave += amplitude
        wave *= turning
    return steadied - wave.real


def _still(samples: Float32Array) -> int:
    """How many samples stay as the first one; looked for piece by piece, as mostly it is but that one (0)."""
    for begin in range(0, len(samples), PIECE):
        is_other = np.abs(samples[begin : begin + PIECE] - samples[0]) > SPEC.zeros_below
        if is_other.any():
            n_still = begin + int(is_other.argmax())
            return n_still if n_still > 1 else 0
    return 0


def _slow(samples: Float32Array) -> Float32Array:
    """The means of every `SPEC.decimation` samples, [shape=(m,)]; of a shorter waveform, its mean."""
    every = SPEC.decimation
    n = len(samples) // every
    if not n:
        return np.asarray(samples.mean(keepdims=True), np.float32)
    slow: Float32Array = samples[: n * every].reshape(n, every) @ np.full(every, 1 / every, np.float32)
    return slow


def _fast(slow: Float32Array, n: int) -> Float32Array:
    """Back to n samples, along straight lines between the middles of what each value is the mean of."""
    every = SPEC.decimation
    padded = np.pad(slow, (1, 2 + (n - len(slow) * every) // every), mode="edge")
    along = (np.arange(every, dtype=np.float32) + 0.5) / every
    lines = padded[:-1, None] + np.diff(padded)[:, None] * along
    return np.asarray(lines.ravel()[every // 2 : every // 2 + n], np.float32)
