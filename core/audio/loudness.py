"""Loudness measures of a recording: level, noise, clipping.

Loudness follows ITU-R BS.1770-4: K-weighting (a shelf for the head, a high-pass), mean square in blocks of 400 ms that
overlap by three quarters, an absolute gate at -70 LUFS and a relative one 10 LU below what passes it. The filters are
computed for 16 kHz from the analogue prototypes whose values at 48 kHz the recommendation prints. The rest is decibels
of full scale. The offset of a microphone, constant or drifting, cannot be heard and is taken off first. Where there is
nothing to measure the level is minus infinity, never an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, pi, tan

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.audio.sounds import SAMPLE_RATE_HZ

CLIPPED_AT = 0.99  # of full scale; resampling rounds the corners of what was clipped
BACKGROUND_PERCENTILE = 10
FRAME_S = 0.025
BLOCK_S, OVERLAP = 0.4, 0.75
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU = -70.0, -10.0
OFFSET_LUFS = -0.691  # a sine of 997 Hz at full scale reads -3.01
# frequency in Hz, quality, gain in dB
SHELF = (1681.974450955533, 0.7071752369554196, 3.999843853973347)
HIGH_PASS = (38.13547087602444, 0.5003270373238773)
OFFSET_BELOW_HZ = 20.0  # inaudible


@dataclass(frozen=True)
class Loudness:
    """peak_dbfs : the highest sample. loudness_lufs : of the whole, gated. background_dbfs : the level that nine tenths
    of the 25 ms frames exceed. clipped_share : share of samples at full scale, 0 to 1."""

    duration_s: float
    peak_dbfs: float
    loudness_lufs: float
    background_dbfs: float
    clipped_share: float


def measure(samples: FloatArray) -> Loudness:
    """The figures of a recording.

    Parameters
    ----------
    samples : [shape=(n,), -1 to 1, mono, 16 kHz]
    """
    waveform = np.asarray(samples, np.float64)
    steady = without_offset(waveform)
    frames = power(steady)
    return Loudness(
        duration_s=len(waveform) / SAMPLE_RATE_HZ,
        peak_dbfs=2 * decibel(float(np.abs(waveform).max(initial=0.0))),
        loudness_lufs=_loudness(np.asarray(steady, np.float64)),
        background_dbfs=decibel(float(np.percentile(frames, BACKGROUND_PERCENTILE))) if len(frames) else -inf,
        clipped_share=clipped_share(waveform),
    )


def power(samples: FloatArray) -> FloatArray:
    """Mean square of each whole 25 ms frame, without overlap [shape=(n_frames,)]; a shorter sound is a single frame."""
    length = round(FRAME_S * SAMPLE_RATE_HZ)
    return _mean_squares(samples, length=length, hop=length)


def without_offset(samples: FloatArray) -> FloatArray:
    """The samples without frequencies below 20 Hz and without a constant offset, [shape=(n,)] of the same type.

    A Butterworth high-pass of second order that begins as if the first sample had lasted for ever, so that an offset
    leaves no step at the beginning.
    """
    from scipy.signal import sosfilt

    if not len(samples):
        return samples
    sections, at_rest = _offset_filter()
    filtered, _ = sosfilt(sections, samples.astype(np.float64), zi=at_rest * float(samples[0]))
    return np.asarray(filtered, samples.dtype)


def clipped_share(samples: FloatArray) -> float:
    """Share of samples at full scale, 0 to 1; 0 of no sample."""
    return float(np.mean(np.abs(samples) >= CLIPPED_AT)) if len(samples) else 0.0


def decibel(power: float) -> float:
    """Of full scale; minus infinity of silence."""
    return float(10 * np.log10(power)) if power > 0 else -inf


@lru_cache(maxsize=1)
def _offset_filter() -> tuple[Float64Array, Float64Array]:
    from scipy.signal import butter, sosfilt_zi

    sections = butter(2, OFFSET_BELOW_HZ, "highpass", fs=SAMPLE_RATE_HZ, output="sos")
    return sections, sosfilt_zi(sections)


def _loudness(samples: Float64Array) -> float:
    if not len(samples):
        return -inf
    length = round(BLOCK_S * SAMPLE_RATE_HZ)
    power = _mean_squares(_k_weighted(samples), length=length, hop=round(length * (1 - OVERLAP)))
    for gate_lufs in (ABSOLUTE_GATE_LUFS, None):
        gate = _lufs(float(power.mean())) + RELATIVE_GATE_LU if gate_lufs is None else gate_lufs
        power = power[[_lufs(float(mean_square)) > gate for mean_square in power]]
        if not len(power):
            return -inf
    return _lufs(float(power.mean()))


def _mean_squares(samples: FloatArray, *, length: int, hop: int) -> FloatArray:
    """Of every whole block; of all samples where they are fewer than a block."""
    if len(samples) <= length:
        return np.array([np.mean(samples**2)]) if len(samples) else np.zeros(0)
    blocks = np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]
    mean_squares: FloatArray = np.mean(blocks**2, axis=1)
    return mean_squares


def _k_weighted(samples: Float64Array) -> Float64Array:
    from scipy.signal import lfilter

    for numerator, denominator in (_shelf(*SHELF), _high_pass(*HIGH_PASS)):
        samples = lfilter(numerator, denominator, samples)
    return samples


def _shelf(frequency_hz: float, quality: float, gain_db: float) -> tuple[list[float], list[float]]:
    k = tan(pi * frequency_hz / SAMPLE_RATE_HZ)
    high = 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / quality + k * k
    numerator = [high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k]
    return [value / a0 for value in numerator], [1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0]


def _high_pass(frequency_hz: float, quality: float) -> tuple[list[float], list[float]]:
    k = tan(pi * frequency_hz / SAMPLE_RATE_HZ)
    a0 = 1 + k / quality + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0]


def _lufs(power: float) -> float:
    return OFFSET_LUFS + decibel(power)
