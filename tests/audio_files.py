"""Audio for tests, made with the same FFmpeg that decodes it: tones, silence, noise, and the six containers.

`samples` is always mono float in [-1, 1].
"""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np

# container: (FFmpeg muxer, encoder, sample format, sampling rate the codec insists on)
_CONTAINERS: dict[str, tuple[str, str, str, int | None]] = {
    "wav": ("wav", "pcm_s16le", "s16", None),
    "flac": ("flac", "flac", "s16", None),
    "mp3": ("mp3", "libmp3lame", "s16p", None),
    "ogg": ("ogg", "vorbis", "fltp", None),
    "opus": ("ogg", "libopus", "flt", 48_000),
    "webm": ("webm", "libopus", "flt", 48_000),
    "m4a": ("ipod", "aac", "fltp", None),
}

CONTAINERS = tuple(_CONTAINERS)
"""What `encode` can make. "opus" is Opus in Ogg; its extension is ogg."""


def encode(samples: np.ndarray, rate: int = 16_000, container: str = "wav", *, channels: int = 1) -> bytes:
    """The bytes of an audio file with `samples` in it, the same in every channel."""
    muxer, codec, sample_format, codec_rate = _CONTAINERS[container]
    # FFmpeg's own Vorbis encoder knows two channels only and counts as experimental.
    channels = 2 if codec == "vorbis" else channels
    layout = "mono" if channels == 1 else "stereo"
    file = io.BytesIO()
    with av.open(file, "w", format=muxer) as output:
        stream = output.add_stream(codec, rate=codec_rate or rate)
        stream.layout, stream.format = layout, sample_format
        stream.options = {"strict": "experimental"}
        resampler = av.AudioResampler(sample_format, layout, codec_rate or rate, frame_size=stream.frame_size or 4096)
        for frame in (*resampler.resample(_frame(samples, rate, channels)), *resampler.resample(None)):
            frame.time_base = Fraction(1, frame.sample_rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def tone(hz: float, seconds: float, *, rate: int = 16_000, amplitude: float = 0.5) -> np.ndarray:
    """A sine: np.ndarray [shape=(seconds * rate,)], float32."""
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def silence(seconds: float, *, rate: int = 16_000) -> np.ndarray:
    """Digital silence."""
    return np.zeros(int(seconds * rate), np.float32)


def noise(seconds: float, *, rate: int = 16_000, amplitude: float = 0.1, seed: int = 0) -> np.ndarray:
    """White noise, the same for the same seed."""
    generator = np.random.default_rng(seed)
    return (amplitude * generator.standard_normal(int(seconds * rate))).astype(np.float32)


def _frame(samples: np.ndarray, rate: int, channels: int) -> av.AudioFrame:
    planes = np.ascontiguousarray(np.broadcast_to(samples.astype(np.float32), (channels, len(samples))))
    frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="mono" if channels == 1 else "stereo")
    frame.sample_rate = rate
    frame.pts = 0
    return frame
