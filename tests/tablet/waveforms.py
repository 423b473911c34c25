"""Waveforms that tell two computations of the same features apart, for hypothesis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from core.arrays import Float32Array


@dataclass(frozen=True)
class WaveformRecipe:
    """What a waveform is made of; hypothesis shrinks these numbers rather than samples.

    noise : never 0: frames that are equal but for rounding are in no order, and a microphone gives none
    pauses : shares of the duration that are digital silence, from their begin
    """

    n_samples: int
    seed: int
    noise: float
    tone_hz: float
    tone: float
    hum_hz: float
    hum: float
    offset: float
    gain: float
    click_at: float
    pauses: tuple[tuple[float, float], ...]
    is_16_bit: bool

    def samples(self, rate_hz: int = 16_000) -> Float32Array:
        rng = np.random.default_rng(self.seed)
        times = np.arange(self.n_samples) / rate_hz
        syllables = np.clip(np.sin(2 * np.pi * 3.3 * times + self.seed), 0, 1)
        voice = sum(np.sin(2 * np.pi * self.tone_hz * k * times) / k for k in range(1, 8))
        hum = sum(np.sin(2 * np.pi * self.hum_hz * k * times + k) / k for k in range(1, 9))
        mixed = self.noise * rng.normal(size=self.n_samples) + self.tone * syllables * voice + self.hum * hum
        mixed[: int(self.click_at * self.n_samples)][-1:] += 1.0
        mixed += self.offset
        for begin, share in self.pauses:
            mixed[int(begin * self.n_samples) : int((begin + share) * self.n_samples)] = 0.0
        clipped = np.clip(self.gain * mixed, -1, 1)
        return (np.rint(clipped * 32_767) / 32_768 if self.is_16_bit else clipped).astype(np.float32)


def recipes(min_samples: int = 1, max_samples: int = 80_000) -> st.SearchStrategy[WaveformRecipe]:
    shares = st.floats(0, 1, allow_nan=False, width=16)
    return st.builds(
        WaveformRecipe,
        n_samples=st.integers(min_samples, max_samples),
        seed=st.integers(0, 999),
        noise=st.sampled_from([1e-4, 1e-3, 0.02, 0.3]),
        tone_hz=st.floats(70, 600, width=16),
        tone=st.sampled_from([0.0, 0.05, 0.3]),
        hum_hz=st.sampled_from([49.7, 50.0, 50.3, 59.9, 60.0]),
        hum=st.sampled_from([0.0, 0.002, 0.05]),
        offset=st.sampled_from([0.0, 0.01, -0.2]),
        gain=st.sampled_from([0.0, 0.01, 1.0, 30.0]),
        click_at=shares,
        pauses=st.lists(st.tuples(shares, shares), max_size=2).map(tuple),
        is_16_bit=st.booleans(),
    )
