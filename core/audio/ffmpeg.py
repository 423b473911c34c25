"""Decoding by FFmpeg (PyAV), limited to one demuxer and the listed decoders; cover pictures are skipped."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.arrays import Float32Array
from core.audio import mpeg_audio, waveform
from core.audio.sounds import SAMPLE_RATE_HZ
from core.domain import audio_formats
from core.errors import UndecodableAudio

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream
    from av.container import InputContainer

_MAX_CHANNELS = 8
_MAX_PLANAR_CHANNELS = 7  # PyAV 18 reads beyond the last plane when there are eight
_RATES_HZ = (4_000, 192_000)  # outside, a frame of a forged file swells to minutes of sound and of computing


@dataclass
class Decoded:
    """Decoded frames, before any check whether they are complete."""

    chunks: list[Float32Array] = field(default_factory=list)
    codec: str = ""
    sample_rate_hz: int = 0
    declared_s: float | None = None
    error: str | None = None
    packet_error: str | None = None
    is_stopped: bool = False
    n_samples: int = 0
    n_packets: int = 0
    n_damaged: int = 0

    @property
    def duration_s(self) -> float:
        return self.n_samples / SAMPLE_RATE_HZ


def run(data: bytes, extension: str, max_duration_s: float | None) -> Decoded:
    import av

    decoded = Decoded()
    options = {"codec_whitelist": audio_formats.DECODER_WHITELIST}
    demuxer = audio_formats.CONTAINERS[extension].demuxer
    try:
        with av.open(
            io.BytesIO(data), "r", format=demuxer, container_options=options, metadata_errors="ignore"
        ) as file:
            stream = _sound_stream(file, extension)
            decoded.codec = stream.codec_context.codec.canonical_name
            if extension != "mp3" or mpeg_audio.has_xing_header(data):
                decoded.declared_s = _declared_s(file, stream)
            for chunk in _resampled(_frames(file, stream, decoded), decoded):
                decoded.chunks.append(chunk)
                decoded.n_samples += len(chunk)
                if max_duration_s is not None and decoded.duration_s > max_duration_s:
                    decoded.is_stopped = True
                    break
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError, TypeError, IndexError, OverflowError) as error:
        # PyAV raises plain ValueErrors too, for instance when the channels change half-way.
        decoded.error = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return decoded


def _sound_stream(file: InputContainer, extension: str) -> AudioStream:
    """The first stream of sound, unless it must not be decoded."""
    title = audio_formats.CONTAINERS[extension].title
    if not file.streams.audio:
        is_video = any(stream.type == "video" for stream in file.streams)
        if is_video:
            raise UndecodableAudio("this is a video without sound")
        raise UndecodableAudio("there is no sound in this file")
    stream = file.streams.audio[0]
    context = stream.codec_context
    if context is None:
        raise UndecodableAudio(
            "the sound in this {title} file is in a code that cannot be read here",
            title=title,
        )
    if not audio_formats.is_read(context.name):
        raise UndecodableAudio(
            "this is {long_name} in {title}, which cannot be read here",
            long_name=context.codec.long_name,
            title=title,
        )
    if context.format is not None:
        _check_channels(context.channels, is_planar=context.format.is_planar)
    context.thread_count = 1
    return stream


def _declared_s(file: InputContainer, stream: AudioStream) -> float | None:
    """The duration that the file claims, None where it claims none (a live recording)."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    is_all_sound = len(file.streams) == 1
    return file.duration / 1_000_000 if file.duration is not None and is_all_sound else None


def _frames(file: InputContainer, stream: AudioStream, decoded: Decoded) -> Iterator[AudioFrame]:
    """Frames one by one. A packet that cannot be decoded is counted and left out."""
    import av

    for packet in file.demux(stream):
        decoded.n_packets += packet.size > 0
        try:
            frames = packet.decode()
        except MemoryError:
            raise
        except av.FFmpegError as error:
            decoded.packet_error = error.strerror
            decoded.n_damaged += packet.size > 0
            continue
        yield from frames


def _resampled(frames: Iterator[AudioFrame], decoded: Decoded) -> Iterator[Float32Array]:
    """float32 at 16 kHz, chunk by chunk, [shape=(n, n_channels)]."""
    first = next(frames, None)
    if first is None:
        return
    _check_frame(first)
    decoded.sample_rate_hz = first.sample_rate
    convert = waveform.as_float if first.sample_rate == SAMPLE_RATE_HZ else waveform.resampled
    yield from convert(_checked_frames(first, frames), SAMPLE_RATE_HZ)


def _checked_frames(first: AudioFrame, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    yield first
    for frame in frames:
        _check_frame(frame)
        yield frame


def _check_frame(frame: AudioFrame) -> None:
    _check_channels(frame.layout.nb_channels, is_planar=frame.format.is_planar)
    if not _RATES_HZ[0] <= frame.sample_rate <= _RATES_HZ[1]:
        low, high = _RATES_HZ
        raise UndecodableAudio(
            "the file has {sample_rate} samples a second; {low:,} to {high:,} are taken",
            sample_rate=frame.sample_rate,
            low=low,
            high=high,
        )


def _check_channels(channels: int, *, is_planar: bool) -> None:
    most = _MAX_PLANAR_CHANNELS if is_planar else _MAX_CHANNELS
    if channels > most:
        raise UndecodableAudio(
            "the file has {channels} channels; at most {most} are taken",
            channels=channels,
            most=most,
        )
