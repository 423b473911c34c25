"""What a source sounds like: measures of a recording that people can name, to compare sources and recordings with.

They describe the way from the mouth to the file (microphone, room, processing, task), not whether a reading is good,
and they are no features of a model: a model may be made deaf to a hum, and the hum is still worth a word. Decibels are
of full scale with a floor at -100; silence, a constant and a single sample give finite values.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from core.arrays import BoolArray, Float32Array, Float64Array, FloatArray
from core.audio import frames, loudness
from core.audio.sounds import SAMPLE_RATE_HZ

FRAME, HOP = 512, 256
LONG_FRAME, LONG_HOP = 8000, 4000  # half a second: lines of a hum are 2 Hz apart from what is beside them
FLOOR = 1e-10  # of power: -100 dB

ACTIVE_BELOW_DB = 25.0  # of the loudest: what counts as the reading
SPEECH_HZ, HIGH_HZ, LOW_HZ = (300.0, 3_400.0), (4_000.0, 7_500.0), (40.0, 120.0)
MAINS_HZ = (50.0, 60.0)
LINES = (1, 2, 3)
HUM_BELOW_HZ = 220.0  # the highest line and what is beside it
ZERO_BELOW = 2.0**-15  # a 16-bit sample that is nought


@dataclass(frozen=True)
class SoundProfile:
    """One recording.

    log_duration : natural logarithm of seconds
    level_db, snr_db : of the loudest part, and between that and what nine tenths of the frames exceed
    log_active : natural logarithm of 0.1 s and the seconds within 25 dB of the loudest part
    hum_db : by how much lines at multiples of 50 or 60 Hz stand out of what is beside them
    low_db, high_db : power of the quiet frames at 40 to 120 Hz, of the loud ones above 4 kHz, beside 300 to 3,400 Hz
    background_high_db : the same of the background: a hiss
    swing_db : between the frames that one in two and ninety-nine in a hundred exceed
    floor_flux_db : from one frame to the next, how much the bands of the quiet frames change: what a suppressor leaves
    compression_db : between the frames that one in a hundred and one in two exceed
    crest_db : between the highest sample and the mean square
    log_zero_share : natural logarithm of 0.001 and the share of samples that are nought
    log_clipped_share : the same of samples at full scale
    """

    log_duration: float
    level_db: float
    snr_db: float
    log_active: float
    hum_db: float
    low_db: float
    high_db: float
    background_high_db: float
    swing_db: float
    floor_flux_db: float
    compression_db: float
    crest_db: float
    log_zero_share: float
    log_clipped_share: float


MEASURES: tuple[str, ...] = tuple(SoundProfile.__dataclass_fields__)


def describe(samples: FloatArray) -> SoundProfile:
    """The profile of a waveform.

    Parameters
    ----------
    samples : [shape=(n,), -1 to 1, mono, 16 kHz]
    """
    waveform = np.asarray(samples, np.float32) if len(samples) else np.zeros(1, np.float32)
    spectrum = _spectrum(waveform, FRAME, HOP)
    level_db = _decibel(spectrum.sum(axis=1))
    percentile = dict(zip((1, 10, 50, 99), np.percentile(level_db, (1, 10, 50, 99)), strict=True))
    quiet = level_db <= np.percentile(level_db, 40)
    loud = level_db >= percentile[99] - 10.0
    return SoundProfile(
        log_duration=float(np.log(len(waveform) / SAMPLE_RATE_HZ)),
        level_db=float(percentile[99]),
        snr_db=float(percentile[99] - percentile[10]),
        log_active=float(np.log(0.1 + (level_db >= percentile[99] - ACTIVE_BELOW_DB).sum() * HOP / SAMPLE_RATE_HZ)),
        hum_db=_hum_db(waveform),
        low_db=_band_db(spectrum[quiet], LOW_HZ) - _band_db(spectrum[quiet], SPEECH_HZ),
        high_db=_band_db(spectrum[loud], HIGH_HZ) - _band_db(spectrum[loud], SPEECH_HZ),
        background_high_db=_band_db(spectrum[quiet], HIGH_HZ) - _band_db(spectrum[quiet], SPEECH_HZ),
        swing_db=float(percentile[50] - percentile[1]),
        floor_flux_db=_flux_db(spectrum, quiet),
        compression_db=float(percentile[99] - percentile[50]),
        crest_db=float(20 * np.log10((np.abs(waveform).max() + 1e-5) / (np.sqrt(np.mean(waveform**2)) + 1e-5))),
        log_zero_share=float(np.log(0.001 + np.mean(np.abs(waveform) < ZERO_BELOW))),
        log_clipped_share=float(np.log(0.001 + loudness.clipped_share(waveform))),
    )


def as_row(profile: SoundProfile) -> Float64Array:
    """The measures in the order of `MEASURES` [shape=(len(MEASURES),)]."""
    return np.array(list(asdict(profile).values()))


def _spectrum(waveform: Float32Array, length: int, hop: int) -> Float32Array:
    """Power in each bin of each frame [shape=(n_frames, 1 + length // 2)], which add up to the mean square."""
    from scipy import fft

    window = frames.hann(length)
    cut = frames.windowed(waveform - waveform.mean(), length=length, hop=hop, n_fft=length)
    spectrum = fft.rfft(cut)
    power: Float32Array = (spectrum.real**2 + spectrum.imag**2) * np.float32(2 / (length * np.sum(window**2)))
    return power


def _decibel(power: FloatArray) -> Float64Array:
    return np.asarray(10 * np.log10(np.asarray(power, np.float64) + FLOOR))


def _band_db(spectrum: Float32Array, band_hz: tuple[float, float]) -> float:
    """Mean power of the frames within a band."""
    hz = np.fft.rfftfreq(2 * (spectrum.shape[1] - 1), 1 / SAMPLE_RATE_HZ)
    inside = (hz >= band_hz[0]) & (hz < band_hz[1])
    return float(_decibel(spectrum[:, inside].sum(axis=1).mean()))


def _hum_db(waveform: Float32Array) -> float:
    """The mean over the lines of the mains, 50 or 60 Hz, whichever stands out more; in the quieter half."""
    spectrum = _spectrum(waveform, LONG_FRAME, LONG_HOP)
    step_hz = SAMPLE_RATE_HZ / LONG_FRAME
    power = np.percentile(spectrum[:, : round(HUM_BELOW_HZ / step_hz)], 25, axis=0)
    return max(float(np.mean([_line_db(power, mains * k / step_hz) for k in LINES])) for mains in MAINS_HZ)


def _line_db(power: FloatArray, at: float) -> float:
    """A line beside the median of the bins 6 to 16 Hz away on both sides."""
    k = round(at)
    beside = np.concatenate([power[k - 8 : k - 3], power[k + 4 : k + 9]])
    line = power[k - 1 : k + 2].max()
    return float(_decibel(line) - _decibel(np.median(beside)))


def _flux_db(spectrum: Float32Array, quiet: BoolArray) -> float:
    """Mean change of sixteen equal parts of the spectrum between neighbouring frames that are both quiet."""
    parts = np.stack([part.sum(axis=1) for part in np.array_split(spectrum[:, 1:], 16, axis=1)], axis=1)
    level_db = _decibel(parts)
    both = quiet[1:] & quiet[:-1]
    return float(np.abs(np.diff(level_db, axis=0))[both].mean()) if both.any() else 0.0
