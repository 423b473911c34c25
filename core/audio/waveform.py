"""Decoded frames of any sample format -> float32 at one sampling rate, channels side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Float32Array

if TYPE_CHECKING:
    from av import AudioFrame

_SCALES = {"u8": 1 / 128, "s16": 1 / 32_768, "s32": 1 / 2_147_483_648, "flt": 1.0, "dbl": 1.0}
"""FFmpeg's sample formats, without the p of planes -> what makes full scale 1."""


def as_float(frames: Iterator[AudioFrame], rate_hz: int) -> Iterator[Float32Array]:
    """Of frames that have that rate already: [shape=(n, n_channels), float32] each.

    Raises
    ------
    ValueError
        The sampling rate changes half-way.
    """
    for frame in frames:
        if frame.sample_rate != rate_hz:
            raise ValueError(f"the sampling rate changes from {rate_hz} to {frame.sample_rate} Hz half-way")
        values, name = frame.to_ndarray(), frame.format.name
        samples = values.T if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels)
        yield _floats(samples, name.removesuffix("p"))


def resampled(frames: Iterator[AudioFrame], rate_hz: int) -> Iterator[Float32Array]:
    """The same at another rate, by libswresample.

    It is not asked for one channel: it adds float channels up to 1.41 times their level. Interleaved samples, because
    PyAV 18 reads beyond the last plane when there are eight.
    """
    import av

    resampler = av.AudioResampler(format="flt", rate=rate_hz)
    for frame in frames:
        frame.pts = None  # gaps in the time stamps are no concern of the waveform
        yield from map(_interleaved, resampler.resample(frame))
    yield from map(_interleaved, resampler.resample(None))


def _interleaved(chunk: AudioFrame) -> Float32Array:
    return np.asarray(chunk.to_ndarray(), np.float32).reshape(-1, chunk.layout.nb_channels)


def _floats(samples: np.ndarray, name: str) -> np.ndarray:
    if name == "u8":
        samples = samples.astype(np.int16) - 128
    with np.errstate(all="ignore"):  # a forged file holds what is no number, which is refused later
        if name in ("flt", "s16", "u8"):
            return samples.astype(np.float32) * np.float32(_SCALES[name])
        return (samples.astype(np.float64) * _SCALES[name]).astype(np.float32)
