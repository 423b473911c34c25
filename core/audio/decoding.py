"""Bytes of a file -> one waveform: mono float32 at 16 kHz, by PyAV (FFmpeg inside its wheel).

Reads WAV, FLAC, MP3, Ogg (Vorbis, Opus), WebM (Opus) and M4A (AAC). Channels are averaged; the sampling rate is changed
by libswresample. What cannot be used raises `UndecodableAudio` with the reason in words, whatever the bytes are.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audio import containers
from core.errors import UndecodableAudio

SAMPLE_RATE_HZ = 16_000
"""What every model here is made for (VGGish, YAMNet and the paper's MFCC alike)."""

READABLE = "WAV, FLAC, MP3, Ogg, WebM or M4A"

_SLACK_S = {"flac": 0.001}
_LOSSY_SLACK_S = 0.1
"""By how much a declared duration may exceed the decoded one. FLAC counts samples; lossy codecs count their lead-in and
padding, each in its own way."""

_MAX_CHANNELS = 8
_RATES_HZ = (4_000, 192_000)  # outside, a frame of a forged file swells to minutes of sound and of computing

_END_OF_FILE = "End of file"  # FFmpeg's words for AVERROR_EOF


@dataclass(frozen=True)
class Sound:
    """A decoded recording.

    Attributes
    ----------
    samples : np.ndarray [shape=(n,), float32, -1 to 1, mono, 16 kHz]
    sample_rate_hz : int > 0
        Of the file, before resampling.
    duration_s : float > 0
    """

    samples: np.ndarray
    sample_rate_hz: int
    duration_s: float


def decode(data: bytes, *, max_duration_s: float | None = None, min_duration_s: float | None = None) -> Sound:
    """The waveform in the bytes of an audio file.

    Decoding stops as soon as `max_duration_s` is passed, so a small file that unpacks to hours costs nothing.

    Raises
    ------
    UndecodableAudio
        Empty, no audio, cut off, damaged, too long or too short.
    """
    extension = detect_extension(data)
    lacks = containers.missing_end(data, extension)
    if lacks:
        raise UndecodableAudio(f"the file is cut off: {lacks}")
    decoded = _decode(data, extension, max_duration_s)
    return _checked(decoded, extension, max_duration_s, min_duration_s)


def detect_extension(data: bytes) -> str:
    """The extension that fits the bytes ("wav", "flac", "mp3", "ogg", "webm", "m4a"), whatever the file was called.

    Raises
    ------
    UndecodableAudio
        The bytes begin like no audio that can be read here.
    """
    if not data:
        raise UndecodableAudio("the file is empty")
    extension = containers.detect_container(data)
    if extension is None:
        raise UndecodableAudio(f"this is no audio that can be read here; expected {READABLE}")
    return extension


@dataclass
class _Decoded:
    """What came out, before anybody asks whether it is all there."""

    chunks: list[np.ndarray]
    sample_rate_hz: int = 0
    declared_s: float | None = None
    error: str | None = None
    is_stopped: bool = False
    n_samples: int = 0

    @property
    def duration_s(self) -> float:
        return self.n_samples / SAMPLE_RATE_HZ


def _decode(data: bytes, extension: str, max_duration_s: float | None) -> _Decoded:
    import av

    decoded = _Decoded([])
    try:
        with av.open(io.BytesIO(data), format=containers.DEMUXERS[extension], metadata_errors="ignore") as file:
            stream = _sound_stream(file)
            if containers.declares_its_length(data, extension):
                decoded.declared_s = _declared_s(file, stream)
            for chunk in _resampled(_frames(file, stream, decoded), decoded):
                decoded.chunks.append(chunk)
                decoded.n_samples += len(chunk)
                if max_duration_s is not None and decoded.duration_s > max_duration_s:
                    decoded.is_stopped = True
                    break
    except (av.FFmpegError, ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
        # PyAV raises plain ValueErrors too, for instance when the channels change half-way.
        decoded.error = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return decoded


def _sound_stream(file: Any) -> Any:
    if not file.streams.audio:
        raise UndecodableAudio("there is no sound in this file")
    stream = file.streams.audio[0]
    if stream.codec_context is None:
        raise UndecodableAudio("the sound in this file is in a code that cannot be read here")
    stream.codec_context.thread_count = 1
    return stream


def _declared_s(file: Any, stream: Any) -> float | None:
    """The duration that the file claims, None where it claims none (a live recording)."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    is_all_sound = len(file.streams) == 1
    return file.duration / 1_000_000 if file.duration is not None and is_all_sound else None


def _frames(file: Any, stream: Any, decoded: _Decoded) -> Iterator[Any]:
    """Frames one by one. A packet that cannot be decoded is noted and left out: tags at the end of a file are such."""
    import av

    for packet in file.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            decoded.error = error.strerror
            continue
        yield from frames


def _resampled(frames: Iterator[Any], decoded: _Decoded) -> Iterator[np.ndarray]:
    """Mono float32 at 16 kHz, chunk by chunk.

    The channels are averaged here: libswresample adds float channels up to 1.41 times their level. Interleaved samples,
    because PyAV 18 reads beyond the last plane when there are eight.
    """
    import av

    resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE_HZ)
    for frame in frames:
        _check_frame(frame)
        decoded.sample_rate_hz = decoded.sample_rate_hz or frame.sample_rate
        frame.pts = None  # gaps in the time stamps are no concern of the waveform
        for chunk in resampler.resample(frame):
            yield _mono(chunk)
    if decoded.sample_rate_hz:
        for chunk in resampler.resample(None):
            yield _mono(chunk)


def _mono(chunk: Any) -> np.ndarray:
    return chunk.to_ndarray().reshape(-1, chunk.layout.nb_channels).mean(axis=1)


def _check_frame(frame: Any) -> None:
    channels, rate_hz = frame.layout.nb_channels, frame.sample_rate
    if channels > _MAX_CHANNELS:
        raise UndecodableAudio(f"the file has {channels} channels; at most {_MAX_CHANNELS} are taken")
    if not _RATES_HZ[0] <= rate_hz <= _RATES_HZ[1]:
        low, high = _RATES_HZ
        raise UndecodableAudio(f"the file has {rate_hz} samples a second; {low:,} to {high:,} are taken")


def _checked(decoded: _Decoded, extension: str, max_s: float | None, min_s: float | None) -> Sound:
    """The sound, when all of it is there and of a usable length."""
    length_s, declared_s = decoded.duration_s, decoded.declared_s
    if decoded.is_stopped and max_s is not None:
        long = f"about {declared_s:.1f} s long" if declared_s and declared_s > max_s else "too long"
        raise UndecodableAudio(f"the recording is {long}; at most {max_s:g} s are taken")
    if decoded.error == _END_OF_FILE and not length_s:
        raise UndecodableAudio("the file is cut off: it ends before any sound")
    if decoded.error and not length_s:
        raise UndecodableAudio(f"this {extension} file cannot be decoded: {decoded.error}")
    if declared_s is not None and length_s < declared_s - _SLACK_S.get(extension, _LOSSY_SLACK_S):
        raise UndecodableAudio(
            f"the file is cut off: its header promises {declared_s:.2f} s, {length_s:.2f} s could be decoded"
        )
    if decoded.error and declared_s is None:
        raise UndecodableAudio(f"the file is cut off or damaged near {length_s:.2f} s: {decoded.error}")
    if not length_s:
        raise UndecodableAudio("there is no sound in this file: 0 samples")
    if min_s is not None and length_s < min_s:
        raise UndecodableAudio(f"the recording is {length_s:.3f} s long; at least {min_s:g} s are needed")
    samples = np.concatenate(decoded.chunks)
    if not np.isfinite(samples).all():
        raise UndecodableAudio("the file holds sample values that are no numbers")
    return Sound(np.clip(samples, -1.0, 1.0), decoded.sample_rate_hz, length_s)
