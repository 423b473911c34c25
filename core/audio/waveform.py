"""Decoded frames of any sample format -> float32 at one sampling rate, channels side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Float32Array

if TYPE_CHECKING:
    from av import AudioFrame

_SCALES = {"u8": 1 / 128, "s16": 1 / 32_768, "s32": 1 / 2_147_483_648, "flt": 1.0, "dbl": 1.0}
"""FFmpeg's sample formats, without the p of planes -> what makes full scale 1."""
_TYPES = {"u8": "u1", "s16": "<i2", "s32": "<i4", "flt": "<f4", "dbl": "<f8"}


def as_float(frames: Iterator[AudioFrame], rate_hz: int) -> Iterator[Float32Array]:
    """Of frames that have that rate already: [shape=(n, n_channels), float32], a second or more at once.

    What was decoded before an error comes before it.

    Raises
    ------
    ValueError
        The sampling rate changes half-way.
    """
    pending = _Pending()
    try:
        for frame in frames:
            if frame.sample_rate != rate_hz:
                raise ValueError(f"the sampling rate changes from {rate_hz} to {frame.sample_rate} Hz half-way")
            name, n_channels = frame.format.name, frame.layout.nb_channels
            if pending.parts and (pending.n_samples >= rate_hz or (name, n_channels) != pending.kind):
                yield pending.taken()
            pending.add(_values(frame, name, n_channels), (name, n_channels))
    except Exception:
        if pending.parts:
            yield pending.taken()
        raise
    if pending.parts:
        yield pending.taken()


@dataclass
class _Pending:
    """Samples of frames of one kind, converted together: a frame of 20 ms costs more to convert than its samples.

    parts : [shape=(n, n_channels)] each, in FFmpeg's sample format
    kind : that format, and the number of channels
    """

    parts: list[np.ndarray] = field(default_factory=list)
    n_samples: int = 0
    kind: tuple[str, int] = ("", 0)

    def add(self, values: np.ndarray, kind: tuple[str, int]) -> None:
        self.parts.append(values)
        self.n_samples += len(values)
        self.kind = kind

    def taken(self) -> Float32Array:
        """All of them as float32; nothing is pending then."""
        together = _floats(np.concatenate(self.parts), self.kind[0].removesuffix("p"))
        self.parts, self.n_samples = [], 0
        return together


def _values(frame: AudioFrame, name: str, n_channels: int) -> np.ndarray:
    """The samples of a frame as they are [shape=(n, n_channels)]."""
    planes = frame.planes
    if len(planes) == 1 and name.removesuffix("p") in _TYPES:  # without the copy that `to_ndarray` makes
        plain = memoryview(planes[0])
        values: np.ndarray = np.frombuffer(plain, _TYPES[name.removesuffix("p")], count=frame.samples * n_channels)
        return values.reshape(-1, n_channels)
    values = frame.to_ndarray()
    return values.T if frame.format.is_planar else values.reshape(-1, n_channels)


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
