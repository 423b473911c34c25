"""Audio for tests, made with the same FFmpeg that decodes it: tones, silence, noise, and the six containers.

`samples` is always mono float in [-1, 1].
"""

from __future__ import annotations

import io
import wave
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

MUXED: dict[str, tuple[str, str, str, int]] = {
    **{f"wav {codec}": ("wav", codec, kind, 16_000) for codec, kind in (
        ("pcm_u8", "u8"), ("pcm_s16le", "s16"), ("pcm_s24le", "s32"), ("pcm_s32le", "s32"), ("pcm_f32le", "flt"),
        ("pcm_f64le", "dbl"), ("pcm_alaw", "s16"), ("pcm_mulaw", "s16"), ("adpcm_ima_wav", "s16p"),
        ("adpcm_ms", "s16"), ("g722", "s16"),
    )},
    **{f"{muxer} {codec}": (muxer, codec, kind, rate) for muxer, codec, kind, rate in (
        ("w64", "pcm_s16le", "s16", 16_000), ("aiff", "pcm_s16be", "s16", 16_000), ("caf", "pcm_s16be", "s16", 16_000),
        ("caf", "alac", "s16p", 16_000), ("au", "pcm_s16be", "s16", 16_000), ("flac", "flac", "s16", 16_000),
        ("mp3", "libmp3lame", "s16p", 16_000), ("mp2", "mp2", "s16", 16_000), ("adts", "aac", "fltp", 16_000),
        ("amr", "libopencore_amrnb", "s16", 8_000), ("3gp", "libopencore_amrnb", "s16", 8_000),
        ("ogg", "libopus", "flt", 48_000), ("ogg", "flac", "s16", 16_000), ("webm", "libopus", "flt", 48_000),
        ("matroska", "aac", "fltp", 16_000), ("matroska", "ac3", "fltp", 48_000), ("ipod", "aac", "fltp", 16_000),
        ("ipod", "alac", "s16p", 16_000), ("mp4", "flac", "s16", 16_000), ("mp4", "libopus", "flt", 48_000),
        ("mov", "pcm_s16be", "s16", 16_000), ("mov", "adpcm_ima_qt", "s16p", 16_000), ("mp4", "ac3", "fltp", 48_000),
    )},
}  # fmt: skip
"""What `encode_as` can make: "container codec" -> (FFmpeg muxer, encoder, sample format, sampling rate)."""

NOT_READ = {"matroska tta": ("matroska", "tta", "s16", 16_000)}
"""What `encode_as` can make as well, and the project does not read."""

CONTAINERS = tuple(_CONTAINERS)
"""What `encode` can make. "opus" is Opus in Ogg; its extension is ogg."""


def encode(samples: np.ndarray, rate: int = 16_000, container: str = "wav", *, channels: int = 1) -> bytes:
    """The bytes of an audio file with `samples` in it, the same in every channel."""
    muxer, codec, sample_format, codec_rate = _CONTAINERS[container]
    # FFmpeg's own Vorbis encoder knows two channels only and counts as experimental.
    channels = 2 if codec == "vorbis" else channels
    return _encoded(_frame(samples, rate, channels), muxer, codec, sample_format, codec_rate or rate)


def encode_as(samples: np.ndarray, name: str) -> bytes:
    """The bytes of one of `MUXED` or `NOT_READ` with `samples`, at 16 kHz, in it."""
    muxer, codec, sample_format, codec_rate = (MUXED | NOT_READ)[name]
    return _encoded(_frame(samples, 16_000, 1), muxer, codec, sample_format, codec_rate)


def encode_channels(channels: np.ndarray, rate: int = 16_000) -> bytes:
    """A 16-bit WAV with channels [shape=(n_samples, n_channels), -1 to 1] of their own."""
    file = io.BytesIO()
    with wave.open(file, "wb") as output:
        output.setparams((channels.shape[1], 2, rate, len(channels), "NONE", ""))
        output.writeframes(np.clip(np.round(channels * 32_768), -32_768, 32_767).astype("<i2").tobytes())
    return file.getvalue()


def _encoded(whole: av.AudioFrame, muxer: str, codec: str, sample_format: str, rate: int) -> bytes:
    layout = whole.layout.name
    file = io.BytesIO()
    with av.open(file, "w", format=muxer) as output:
        stream = output.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout, stream.format = layout, sample_format
        stream.options = {"strict": "experimental"}
        resampler = av.AudioResampler(sample_format, layout, rate, frame_size=stream.frame_size or 4096)
        for frame in (*resampler.resample(whole), *resampler.resample(None)):
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
    layout = {1: "mono", 2: "stereo", 8: "7.1"}[channels]
    planes = planes if channels < 8 else planes.T.reshape(1, -1)  # PyAV 18 reads beyond the last of eight planes
    frame = av.AudioFrame.from_ndarray(planes, format="fltp" if channels < 8 else "flt", layout=layout)
    frame.sample_rate = rate
    frame.pts = 0
    return frame
