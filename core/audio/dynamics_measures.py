"""Measures of signal dynamics frame by frame: power, bands, periodicity. All numbers are `SPEC`'s.

NumPy and SciPy's Fourier transform only; float32. Decibels are of full scale and have a floor, so silence is finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, Float32Array, Float64Array, FloatArray, IntArray
from core.audio import frames

FLOOR = 1e-10
"""Of power: -100 dB, below the last bit of 16-bit sound."""

_N_FFT = 512  # the power of two above a frame
_N_FFT_PITCH = 864  # no less than a frame and the longest lag, so that nothing wraps around; fast


@dataclass(frozen=True)
class DynamicsSpec:
    """Every number that changes the result; none may change without training again.

    `version` stands for the formulas of `dynamics`: whoever changes one raises it, and no cache and no model is mixed.
    """

    version: int = 1
    sample_rate_hz: int = 16_000
    frame_samples: int = 400
    hop_samples: int = 160
    pitch_frame_samples: int = 640
    pitch_hop_samples: int = 320
    pitch_low_hz: float = 80.0
    pitch_high_hz: float = 640.0  # children's voices reach 500
    pitch_reference_hz: float = 200.0
    voiced_strength: float = 0.6
    strongly_voiced_strength: float = 0.85
    steady_octaves: float = 0.05  # from one pitch frame to the next
    onset_db: float = 6.0
    n_bands: int = 18
    band_low_hz: float = 80.0
    band_high_hz: float = 7_600.0
    loud_range_db: float = 10.0
    percentiles: tuple[int, ...] = (1, 5, 10, 25, 50, 75, 90, 95, 99)
    below_peak_db: tuple[int, ...] = (3, 6, 10, 15, 20, 30)
    windows_s: tuple[float, ...] = (0.1, 0.25, 0.5, 1.0)
    slope_frames: tuple[int, ...] = (2, 5, 10, 20)
    modulation_edges_hz: tuple[float, ...] = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


SPEC = DynamicsSpec()


def power(samples: Float32Array) -> tuple[Float32Array, Float32Array]:
    """Mean square of each frame [shape=(n_frames,)] and power in each band [shape=(n_frames, n_bands)]."""
    from scipy import fft

    window = frames.hann(SPEC.frame_samples)
    windowed = frames.windowed(samples - samples.mean(), length=len(window), hop=SPEC.hop_samples, n_fft=_N_FFT)
    scale = np.float32(1 / np.sum(window**2))
    spectrum = fft.rfft(windowed)
    spectral = (spectrum.real**2 + spectrum.imag**2) * np.float32(2 * scale / _N_FFT)
    of_frames: Float32Array = np.einsum("ij,ij->i", windowed, windowed) * scale
    of_bands: Float32Array = np.add.reduceat(spectral, _BAND_STARTS, axis=1)[:, :-1]
    return of_frames, of_bands


def decibel(power: FloatArray) -> FloatArray:
    """Of full scale; silence is -100."""
    level: FloatArray = 10 * np.log10(power + FLOOR)
    return level


def pitch(samples: Float32Array) -> tuple[Float32Array, Float64Array]:
    """Strength (-1 to 1) and frequency in Hz of the strongest period in each frame, [shape=(n_frames,)] both.

    The autocorrelation is divided by the window's own, so a steady tone has strength 1 at every lag (Boersma 1993).
    """
    from scipy import fft

    length = SPEC.pitch_frame_samples
    hop = SPEC.pitch_hop_samples
    spectrum = fft.rfft(frames.windowed(samples - samples.mean(), length=length, hop=hop, n_fft=_N_FFT_PITCH))
    spectrum = spectrum.real**2 + spectrum.imag**2
    correlation = fft.irfft(spectrum, n=_N_FFT_PITCH)[:, : _LAGS.stop]
    lagged = correlation[:, _LAGS] / (correlation[:, :1] + np.float32(length * FLOOR)) / _WINDOW_CORRELATION
    best = lagged.argmax(axis=1)
    strength: Float32Array = np.clip(lagged[np.arange(len(lagged)), best], -1, 1)
    frequency_hz: Float64Array = SPEC.sample_rate_hz / (best + _LAGS.start)
    return strength, frequency_hz


def percentiles(values: FloatArray, percents: Sequence[float]) -> FloatArray:
    """As `np.percentile` gives them, between two values along a straight line, in a tenth of its time.

    Parameters
    ----------
    values : [shape=(n,), n > 0, finite]
    percents : from 0 to 100
    """
    ordered = np.sort(values)
    at = np.multiply(percents, (len(ordered) - 1) / 100)
    below = at.astype(np.intp)
    above = np.minimum(below + 1, len(ordered) - 1)
    between: FloatArray = ordered[below] + (ordered[above] - ordered[below]) * (at - below)
    return between


def runs(is_on: BoolArray) -> IntArray:
    """Lengths of the unbroken stretches of True [shape=(n_stretches,)]."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_on, [False]]).astype(np.int8)))
    lengths: IntArray = edges[1::2] - edges[::2]
    return lengths


def correlation(first: FloatArray, second: FloatArray) -> float:
    """Pearson's, 0 where either is constant."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / scale if scale > 1e-6 else 0.0


def _band_starts() -> IntArray:
    """The Fourier bin where each band begins, and where the last ends; equal steps in mel (O'Shaughnessy 1987)."""
    low, high = 2595 * np.log10(1 + np.array([SPEC.band_low_hz, SPEC.band_high_hz]) / 700)
    edges_hz = 700 * (10 ** (np.linspace(low, high, SPEC.n_bands + 1) / 2595) - 1)
    return np.searchsorted(np.fft.rfftfreq(_N_FFT, 1 / SPEC.sample_rate_hz), edges_hz)


HOP_S = SPEC.hop_samples / SPEC.sample_rate_hz
PITCH_HOP_S = SPEC.pitch_hop_samples / SPEC.sample_rate_hz
_BAND_STARTS = _band_starts()
_LAGS = slice(int(SPEC.sample_rate_hz / SPEC.pitch_high_hz), int(SPEC.sample_rate_hz / SPEC.pitch_low_hz) + 1)
_WINDOW = np.fft.irfft(np.abs(np.fft.rfft(frames.hann(SPEC.pitch_frame_samples), n=2048)) ** 2)
_WINDOW_CORRELATION = (_WINDOW[_LAGS] / _WINDOW[0]).astype(np.float32)
