"""Mains hum: its fundamental, and amplitude and phase of each harmonic, from the spectrum of the whole recording.

A line is a harmonic of the mains that stands out of its surroundings by `SPEC.line_db` over the whole recording, which
no voice does. Everything here reads a waveform at the slow rate, which holds all below 1 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Complex128Array, Float32Array, Float64Array, FloatArray, IntArray
from core.audio.conditioning_spec import SLOW_RATE_HZ, SPEC
from core.audio.high_pass import share_below
from core.audio.sounds import SAMPLE_RATE_HZ

PAUSE_PIECE = 128  # slow samples, 64 ms: no faster may weights change, or lines would leak into each other
LEAST_FOR_LINES_S = 0.5


@dataclass(frozen=True)
class MainsHum:
    """amplitudes : complex, of each harmonic from the first [shape=(n_harmonics,)]; 0 where there is no line."""

    fundamental_hz: float
    amplitudes: Complex128Array


def find_hum(slow: Float32Array) -> MainsHum | None:
    """The hum of a waveform [shape=(n,), at `SLOW_RATE_HZ`]; None where there is no clear one."""
    from scipy import fft

    n = len(slow)
    if n < SLOW_RATE_HZ * LEAST_FOR_LINES_S:  # lines are too broad to be told from a voice
        return None
    window = _pauses_first(slow)
    n_fft = fft.next_fast_len(n, real=True)
    spectrum = fft.rfft(slow * window, n_fft)
    power = spectrum.real**2 + spectrum.imag**2 + np.float32(1e-12)
    step_hz = SLOW_RATE_HZ / n_fft
    numbers = np.arange(1, SPEC.n_harmonics + 1)
    total_db, fundamental_hz, heights_db = _lines(power, step_hz, numbers)
    if total_db < SPEC.least_lines_db:
        return None
    is_line = heights_db > SPEC.line_db
    fundamental_hz = _refined(power, step_hz, fundamental_hz, numbers, heights_db)
    fundamental_hz = _in_phase(slow, window, fundamental_hz, numbers[is_line])
    is_line = _heights_db(power, step_hz, fundamental_hz * numbers) > SPEC.faint_line_db
    frequencies_hz = fundamental_hz * numbers[is_line]
    amplitudes = np.zeros(len(numbers), np.complex128)
    amplitudes[is_line] = _projected(slow, window, frequencies_hz)
    amplitudes[is_line] *= (1 - share_below(frequencies_hz)) / _averaging(frequencies_hz)
    return MainsHum(fundamental_hz, amplitudes)


def _pauses_first(slow: Float32Array) -> Float32Array:
    """A window that weighs what is faint more than a voice, whose own partials would pass for lines [shape=(n,)]."""
    n_pieces = max(1, len(slow) // PAUSE_PIECE)
    pieces = slow[: n_pieces * PAUSE_PIECE].reshape(n_pieces, -1)
    power = np.einsum("ij,ij->i", pieces, pieces) / pieces.shape[1]
    middles = (np.arange(n_pieces) + 0.5) * pieces.shape[1]
    weights = np.sin(np.pi * middles / len(slow)) ** 2 / (power + np.median(power) + 1e-12)
    along = np.interp(np.arange(len(slow)), [0, *middles, len(slow)], [0, *weights, 0])
    return np.asarray(along / along.max(), np.float32)


def _projected(slow: Float32Array, window: Float32Array, frequencies_hz: FloatArray) -> Complex128Array:
    """Amplitude and phase at the first sample of the sine of each frequency [shape=(n_frequencies,)]."""
    times = np.arange(len(slow)) / SLOW_RATE_HZ
    turning = np.exp(-2j * np.pi * np.outer(frequencies_hz, times))
    projected: Complex128Array = 2 * turning @ (slow * window) / window.sum()
    return projected


def _in_phase(slow: Float32Array, window: Float32Array, fundamental_hz: float, numbers: IntArray) -> float:
    """The fundamental under which the phases of the lines are the same in both halves of the recording."""
    half, frequencies_hz = len(slow) // 2, fundamental_hz * numbers
    parts = [(part, part + half) for part in (0, half)]
    first, second = (_projected(slow[begin:end], window[begin:end], frequencies_hz) for begin, end in parts)
    centres = [np.average(np.arange(begin, end), weights=window[begin:end] + 1e-9) for begin, end in parts]
    apart_s = (centres[1] - centres[0]) / SLOW_RATE_HZ
    advance = second * np.exp(-2j * np.pi * frequencies_hz * half / SLOW_RATE_HZ) * first.conj()
    off_hz = np.angle(advance) / (2 * np.pi * apart_s * numbers)
    weights = np.abs(advance) * numbers**2
    return fundamental_hz + float(off_hz @ weights / max(float(weights.sum()), 1e-30))


def _lines(power: Float32Array, step_hz: float, numbers: IntArray) -> tuple[float, float, FloatArray]:
    """Of the fundamental under which the lines stand out most: by how much together, it, and by how much each."""
    mains_hz = np.array(SPEC.mains_hz)
    surroundings = _surroundings(power, step_hz, np.outer(mains_hz, numbers))
    fundamentals_hz = mains_hz[:, None] + np.linspace(-SPEC.mains_off_hz, SPEC.mains_off_hz, SPEC.n_fundamentals)
    bins = np.rint(fundamentals_hz[..., None] * numbers / step_hz).astype(int)
    heights_db = np.minimum(10 * np.log10(power[bins] / surroundings[:, None]), 40.0)
    together_db = np.where(heights_db > SPEC.line_db, heights_db, 0.0).sum(axis=-1)
    best = np.unravel_index(int(together_db.argmax()), together_db.shape)
    return float(together_db[best]), float(fundamentals_hz[best]), heights_db[best]


def _surroundings(power: Float32Array, step_hz: float, frequencies_hz: FloatArray) -> Float32Array:
    """The median power beside each frequency, of the same shape."""
    middles = np.rint(frequencies_hz / step_hz).astype(int)
    near, far = (round(distance_hz / step_hz) for distance_hz in SPEC.surroundings_hz)
    around = np.concatenate([np.arange(-far, -near), np.arange(near, far)])
    return np.asarray(np.median(power[np.abs(middles[..., None] + around)], axis=-1))


def _heights_db(power: Float32Array, step_hz: float, frequencies_hz: FloatArray) -> FloatArray:
    """By how much the power at each frequency stands out of its surroundings."""
    at = power[np.rint(frequencies_hz / step_hz).astype(int)]
    heights_db: FloatArray = 10 * np.log10(at / _surroundings(power, step_hz, frequencies_hz))
    return heights_db


def _refined(
    power: Float32Array, step_hz: float, fundamental_hz: float, numbers: IntArray, heights_db: FloatArray
) -> float:
    """The fundamental by the peaks of the clear lines, each between its three bins; higher harmonics tell it better."""
    is_line = heights_db > SPEC.line_db
    bins = np.rint(fundamental_hz * numbers[is_line] / step_hz).astype(int)
    nearby = bins[:, None] + np.arange(-2, 3)
    peaks = nearby[np.arange(len(bins)), power[nearby].argmax(axis=1)]
    below, at, above = (np.log(power[peaks + shift]).astype(np.float64) for shift in (-1, 0, 1))
    curvature = below - 2 * at + above
    off = np.where(curvature < -1e-6, 0.5 * (below - above) / np.minimum(curvature, -1e-6), 0.0)
    estimates = (peaks + np.clip(off, -0.5, 0.5)) * step_hz / numbers[is_line]
    weights = numbers[is_line].astype(float) ** 2
    return float(np.median(estimates)) if len(estimates) < 3 else float(_weighted_median(estimates, weights))


def _weighted_median(values: Float64Array, weights: Float64Array) -> float:
    order = np.argsort(values)
    upto = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(upto, upto[-1] / 2)])


def _averaging(frequencies_hz: FloatArray) -> Complex128Array:
    """What the average over `SPEC.decimation` samples, from its first one, does to amplitude and phase."""
    turning = 2j * np.pi * frequencies_hz / SAMPLE_RATE_HZ
    return np.asarray(np.exp(turning[:, None] * np.arange(SPEC.decimation)).mean(axis=1))
