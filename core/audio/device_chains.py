"""What devices and rooms do to a waveform: simulated signal chains, seeded.

A chain takes float32 mono at 16 kHz, [-1, 1], and gives the same; except `zeros_around`, as many samples. Training
copies and `make bench-robustness` go through them. Same waveform, name and seed: same samples. Silence stays finite.

Levels are decibels of full scale. Sources: RFC 7874 (what browsers switch on: echo cancellation, suppression, gain);
ITU-T G.711 (mu-law); Polack (1988), reverberation as noise that decays exponentially; Scalart and Filho (1996), the
Wiener gain by a decision-directed estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from core.arrays import Float32Array, Float64Array, FloatArray
from core.audio import frames
from core.audio.codec_chains import mu_law, opus
from core.audio.sounds import SAMPLE_RATE_HZ
from core.errors import NotFound

Chain = Callable[[Float64Array, np.random.Generator], FloatArray]

BLOCK = 160  # samples whose level decides a gain: 10 ms
_N_FFT, _HOP = 512, 128  # of suppression: 32 ms, 8 ms


def apply(name: str, samples: FloatArray, *, seed: int) -> Float32Array:
    """The waveform as it comes out of a chain.

    Parameters
    ----------
    samples : [shape=(n,), -1 to 1, mono, 16 kHz]
    seed : decides the chain's numbers (how loud a hum is) and its noise

    Raises
    ------
    NotFound
        There is no chain of that name.
    """
    if name not in CHAINS:
        raise NotFound(
            "There is no device chain called {name!r}; expected one of {chains}.",
            name=name,
            chains=", ".join(CHAINS),
        )
    rng = np.random.default_rng([seed, *name.encode()])
    changed = CHAINS[name](np.asarray(samples, np.float64), rng)
    return np.clip(changed, -1.0, 1.0).astype(np.float32)


def quieter(samples: Float64Array, _rng: np.random.Generator) -> FloatArray:
    """12 dB less."""
    return samples * 10 ** (-12 / 20)


def louder(samples: Float64Array, _rng: np.random.Generator) -> FloatArray:
    """12 dB more; what goes beyond full scale is clipped."""
    return samples * 10 ** (12 / 20)


def clipping(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """A preamplifier that is driven 6 to 18 dB beyond its peak, and turned down again afterwards."""
    peak = float(np.abs(samples).max(initial=0.0)) * 10 ** (-rng.uniform(6, 18) / 20)
    return np.clip(samples, -peak, peak)


def automatic_gain(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """Towards a level of -23 to -15 dB, by at most 12 to 24 dB; a gain falls at once and rises by 3 to 30 dB/s."""
    target_db, most_db, rise_db_per_s = rng.uniform(-23, -15), rng.uniform(12, 24), 10 ** rng.uniform(0.5, 1.5)
    level_db = _block_levels_db(samples)
    wanted_db = np.where(level_db > -75, np.clip(target_db - level_db, -10, most_db), 0.0)
    gains_db, gain_db = np.zeros(len(wanted_db)), float(rng.uniform(0, most_db))
    rise_db = rise_db_per_s * BLOCK / SAMPLE_RATE_HZ
    for index, wanted in enumerate(wanted_db):
        gain_db += min(rise_db, wanted - gain_db) if wanted > gain_db else 0.5 * (wanted - gain_db)
        gains_db[index] = gain_db
    louder_samples = samples * 10 ** (_each_sample(gains_db, len(samples)) / 20)
    return np.tanh(louder_samples * 1.1) / 1.1  # a soft limiter


def gate(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """Silence below a level between the background's and the loudest; opens at once, closes within 0.1 to 0.3 s."""
    level_db = _block_levels_db(samples)
    low, high = np.percentile(level_db, (10, 98))
    is_open = level_db > low + rng.uniform(0.35, 0.6) * (high - low)
    hold = round(rng.uniform(0.1, 0.3) * SAMPLE_RATE_HZ / BLOCK)
    held = np.convolve(is_open, np.ones(hold))[: len(is_open)] > 0
    return samples * _each_sample(np.where(held, 1.0, 10 ** (-rng.uniform(40, 70) / 20)), len(samples))


def suppression(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """A Wiener filter against the background as it is in the quietest quarter; at most 12 to 24 dB a bin."""
    least = 10 ** (-rng.uniform(12, 24) / 20)
    over = rng.uniform(1.0, 2.5)
    window = np.sqrt(frames.hann(_N_FFT))
    cut = frames.cut(samples, length=_N_FFT, hop=_HOP) * window
    spectrum = np.fft.rfft(cut)
    power = np.abs(spectrum) ** 2 + 1e-12
    noise = over * np.percentile(power, 25, axis=0) / 0.29  # the lower quartile of an exponential is 0.29 of its mean
    gains, before = np.zeros_like(power), np.ones(power.shape[1])
    for index, ratio in enumerate(power / noise):
        speech = 0.92 * before + 0.08 * np.maximum(ratio - 1.0, 0.0)
        gains[index] = np.maximum(speech / (1.0 + speech), least)
        before = gains[index] ** 2 * ratio
    return _overlapped(np.fft.irfft(spectrum * gains) * window, len(samples))


def suppression_with_gain(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """Both, as browsers switch them on where a page does not ask otherwise."""
    return automatic_gain(np.asarray(suppression(samples, rng), np.float64), rng)


def hum_50_hz(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """Mains hum with harmonics, -45 to -30 dB together."""
    return samples + _hum(50.0, len(samples), rng)


def hum_60_hz(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """The same of other mains."""
    return samples + _hum(60.0, len(samples), rng)


def hiss(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """White noise of a cheap microphone, -60 to -45 dB."""
    return samples + rng.normal(0, 10 ** (rng.uniform(-60, -45) / 20), len(samples))


def telephone(samples: Float64Array, _rng: np.random.Generator) -> FloatArray:
    """300 to 3,400 Hz, mu-law with 8 bits at 8 kHz."""
    return mu_law(_band(samples, 300.0, 3_400.0))


def dull(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """A covered microphone: nothing above 1.8 to 3.5 kHz."""
    return _band(samples, 0.0, rng.uniform(1_800, 3_500))


def thin(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """A tiny microphone: nothing below 250 to 500 Hz."""
    return _band(samples, rng.uniform(250, 500), SAMPLE_RATE_HZ / 2)


def opus_16_kbps(samples: Float64Array, _rng: np.random.Generator) -> FloatArray:
    """Through Opus, as browsers record, at 16 kbit/s."""
    return opus(samples, bits_per_s=16_000)


def reverberation(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """A room that takes 0.3 to 0.9 s to fall by 60 dB, heard as loud as the mouth itself or 6 dB fainter."""
    decay_s = rng.uniform(0.3, 0.9)
    times = np.arange(round(decay_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    response = rng.normal(0, 1, len(times)) * 10 ** (-3 * times / decay_s)
    response *= 10 ** (-rng.uniform(0, 6) / 20) / np.sqrt(np.sum(response**2))
    response[0] = 1.0
    n = len(samples) + len(response)
    both = np.fft.irfft(np.fft.rfft(samples, n) * np.fft.rfft(response, n), n)[: len(samples)]
    return np.asarray(both * (_rms(samples) / max(_rms(both), 1e-9)))


def zeros_around(samples: Float64Array, rng: np.random.Generator) -> FloatArray:
    """Digital silence before and after, 0.2 to 1.5 s each: a device that starts late and stops late."""
    before, after = (round(rng.uniform(0.2, 1.5) * SAMPLE_RATE_HZ) for _ in range(2))
    return np.pad(samples, (before, after))


CHAINS: Mapping[str, Chain] = MappingProxyType(
    {
        chain.__name__: chain
        for chain in (
            quieter,
            louder,
            clipping,
            automatic_gain,
            gate,
            suppression,
            suppression_with_gain,
            hum_50_hz,
            hum_60_hz,
            hiss,
            telephone,
            dull,
            thin,
            opus_16_kbps,
            reverberation,
            zeros_around,
        )
    }
)


def _hum(mains_hz: float, n: int, rng: np.random.Generator) -> Float64Array:
    """Up to a dozen harmonics, each 0 to 20 dB below the first; the mains run up to 0.2 Hz off."""
    times = np.arange(n) / SAMPLE_RATE_HZ
    fundamental_hz = mains_hz + rng.uniform(-0.2, 0.2)
    numbers = np.arange(1, 13)
    amplitudes = 10 ** (-rng.uniform(0, 20, len(numbers)) / 20) / np.sqrt(numbers)
    phases = rng.uniform(0, 2 * np.pi, len(numbers))
    hum = np.zeros(n)
    for number, amplitude, phase in zip(numbers, amplitudes, phases, strict=True):
        hum += amplitude * np.sin(2 * np.pi * number * fundamental_hz * times + phase)
    return np.asarray(hum * 10 ** (rng.uniform(-45, -30) / 20) / np.sqrt(np.sum(amplitudes**2) / 2))


def _band(samples: Float64Array, low_hz: float, high_hz: float) -> Float64Array:
    """Only what lies between, with edges of a tenth of an octave."""
    n = len(samples)
    frequencies_hz = np.fft.rfftfreq(n, 1 / SAMPLE_RATE_HZ)
    octaves = np.log2(np.maximum(frequencies_hz, 1e-3))
    above = np.clip((octaves - np.log2(max(low_hz, 1e-6))) / 0.1 + 1, 0, 1)
    below = np.clip((np.log2(high_hz) - octaves) / 0.1 + 1, 0, 1)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples) * above * below, n))


def _block_levels_db(samples: Float64Array) -> Float64Array:
    padded = np.pad(samples, (0, -len(samples) % BLOCK))
    return np.asarray(10 * np.log10(np.mean(padded.reshape(-1, BLOCK) ** 2, axis=1) + 1e-10))


def _each_sample(of_blocks: Float64Array, n: int) -> Float64Array:
    """Values of blocks as straight lines between their middles, [shape=(n,)]."""
    middles = (np.arange(len(of_blocks)) + 0.5) * BLOCK
    return np.asarray(np.interp(np.arange(n), middles, of_blocks))


def _overlapped(cut: Float64Array, n: int) -> Float64Array:
    """Frames, windowed twice by the root of a Hann window, back to a waveform [shape=(n,)]."""
    out = np.zeros((len(cut) - 1) * _HOP + _N_FFT)
    for index, frame in enumerate(cut):
        out[index * _HOP : index * _HOP + _N_FFT] += frame
    return np.asarray(out[_N_FFT // 2 : _N_FFT // 2 + n] * (2 * _HOP / _N_FFT))


def _rms(samples: Float64Array) -> float:
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
