"""A waveform without what a device adds to it: digital zeros at its ends, rumble and offset, mains hum, its own gain.

Signal dynamics are measured on what is left, so they do not move with them. Silence and a single sample come out
finite. Filters work on the spectrum of the whole recording: SciPy's signal package alone would take longer to import
than an answer may.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.arrays import Complex128Array, Float32Array, Float64Array, FloatArray, IntArray
from core.audio import frames
from core.audio.sounds import SAMPLE_RATE_HZ

PIECE = 1_600  # samples that are looked through at once
PAUSE_PIECE = 128  # slow samples, 64 ms: no faster may weights change, or lines would leak into each other
FAST_LENGTH = 600  # a Fourier transform of so many samples, or a multiple, is a fast one; so there are few lengths


@dataclass(frozen=True)
class ConditioningSpec:
    """Every number that changes the result; none may change without training again.

    loud_dbfs : the level that the loudest hundredth of the frames is brought to; the floor of `dynamics_measures`,
        -100 dB, then lies 60 dB below a voice, so what a gate or a suppressor leaves of pauses counts as 60 dB down
    faintest_dbfs : a recording whose loudest frames lie lower is not brought up any further
    zeros_below : largest change from sample to sample of what is trimmed; half a bit of 16-bit sound
    least_s : what is shorter after trimming is left as it is
    """

    loud_dbfs: float = -40.0
    faintest_dbfs: float = -80.0
    loud_percentile: float = 99.0
    zeros_below: float = 1.6e-5
    least_s: float = 0.1
    high_pass_hz: float = 90.0
    high_pass_order: int = 4
    mains_hz: tuple[float, ...] = (50.0, 60.0)
    mains_off_hz: float = 0.4
    n_fundamentals: int = 17  # tried around each
    n_harmonics: int = 16
    line_db: float = 12.0  # by which a line stands out of its surroundings
    faint_line_db: float = 6.0  # the same, once a hum is certain
    least_lines_db: float = 60.0  # of all lines together; nine in ten recordings without hum have less
    decimation: int = 8  # harmonics lie below 1 kHz
    surroundings_hz: tuple[float, float] = (6.0, 20.0)


SPEC = ConditioningSpec()
SLOW_RATE_HZ = SAMPLE_RATE_HZ // SPEC.decimation
LEAST_FOR_LINES_S = 0.5


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
    Butterworth high-pass takes away, without its delay, hum line by line. A line is a harmonic of the mains that stands
    out of its surroundings by `SPEC.line_db` over the whole recording, which no voice does; amplitude and phase are
    read off the spectrum.
    """
    slow = _slow(samples)
    steadied = samples - _fast(_low_part(slow), len(samples))
    hum = _find_hum(slow)
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


@dataclass(frozen=True)
class _Hum:
    """amplitudes : complex, of each harmonic from the first [shape=(n_harmonics,)]; 0 where there is no line."""

    fundamental_hz: float
    amplitudes: Complex128Array


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


def _low_part(slow: Float32Array) -> Float32Array:
    """What a Butterworth high-pass takes away."""
    from scipy import fft

    n = -(-(len(slow) + FAST_LENGTH // 10) // FAST_LENGTH) * FAST_LENGTH
    return np.asarray(fft.irfft(fft.rfft(slow, n) * _low_gain(n), n)[: len(slow)], np.float32)


def _find_hum(slow: Float32Array) -> _Hum | None:
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
    amplitudes[is_line] *= (1 - _share_below(frequencies_hz)) / _averaging(frequencies_hz)
    return _Hum(fundamental_hz, amplitudes)


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


@lru_cache(maxsize=64)
def _low_gain(n: int) -> Float32Array:
    """[shape=(1 + n // 2,)]; nobody may change it."""
    return np.asarray(_share_below(np.fft.rfftfreq(n, 1 / SLOW_RATE_HZ)), np.float32)


def _share_below(frequencies_hz: FloatArray) -> Float64Array:
    """What a Butterworth high-pass takes away of the amplitude at each frequency, 0 to 1."""
    relative = SPEC.high_pass_hz / np.maximum(frequencies_hz, 1e-3)
    return np.asarray(1 - 1 / np.sqrt(1 + relative ** (2 * SPEC.high_pass_order)))
