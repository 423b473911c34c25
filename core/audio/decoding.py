"""Bytes of a file -> one waveform: mono float32 at 16 kHz, by PyAV (FFmpeg inside its wheel).

Reads the containers and codecs of `formats`. Several channels become one that cannot cancel (`downmix`); the sampling
rate is changed by libswresample. What cannot be used raises `UndecodableAudio` with the reason in words, whatever the
bytes are. FFmpeg is a large body of C: bytes from outside are decoded by `decoding_pool`, in a process of their own.
"""

from __future__ import annotations

import numpy as np

from core.audio import containers, downmix, ffmpeg, unsupported_formats
from core.audio.ffmpeg import Decoded
from core.audio.inspection import Inspection
from core.audio.notes import NoteKind, SoundNote
from core.audio.sounds import Sound
from core.domain.audio_formats import READABLE  # what screens name
from core.errors import UndecodableAudio

_CLOCK_SLACK_S = 0.1  # lossy codecs count their lead-in and padding, each in its own way
_COUNT_SLACK_S = 0.001
_DAMAGED_SHARE, _DAMAGED_PACKETS = 0.05, 2  # up to the larger of the two a recording is taken, with a note
_END_OF_FILE = "End of file"  # FFmpeg's words for AVERROR_EOF


def decode(data: bytes, *, max_duration_s: float | None = None, min_duration_s: float | None = None) -> Sound:
    """The waveform in the bytes of an audio file.

    Decoding stops as soon as `max_duration_s` is passed, so a small file that unpacks to hours costs nothing.

    Raises
    ------
    UndecodableAudio
        Empty, no audio, cut off, damaged, too long, too short, or too large to decode.
    """
    try:
        return _whole_sound(data, max_duration_s, min_duration_s)
    except MemoryError:
        raise UndecodableAudio("decoding it needs more memory than a recording may take") from None


def _whole_sound(data: bytes, max_duration_s: float | None, min_duration_s: float | None) -> Sound:
    extension = detect_extension(data)
    inspected = containers.inspect(data, extension)
    if inspected.lacks:
        raise UndecodableAudio(
            "the file is cut off: {lacks}",
            lacks=inspected.lacks,
        )
    decoded = ffmpeg.run(inspected.data, extension, max_duration_s)
    _check_length(decoded, extension, max_duration_s, min_duration_s)
    _check_whole(decoded, inspected)
    return _sound(decoded, extension, inspected)


def detect_extension(data: bytes) -> str:
    """The extension that fits the bytes, a key of `formats.CONTAINERS`, whatever the file was called.

    Raises
    ------
    UndecodableAudio
        The bytes are of no audio format that is supported; the message names the format where it is known.
    """
    if not data:
        raise UndecodableAudio("the file is empty")
    extension = containers.detect_container(data)
    if extension is None:
        known = unsupported_formats.name_format(data)
        if known:
            raise UndecodableAudio(
                "this is {kind}, no audio that can be read here; expected {formats}", kind=known, formats=READABLE
            )
        raise UndecodableAudio(
            "this is no audio that can be read here; expected {formats}",
            formats=READABLE,
        )
    return extension


def _check_length(decoded: Decoded, extension: str, max_s: float | None, min_s: float | None) -> None:
    length_s, declared_s = decoded.duration_s, decoded.declared_s
    error = decoded.error or decoded.packet_error
    if decoded.is_stopped and max_s is not None:
        if declared_s and declared_s > max_s:
            raise UndecodableAudio(
                "the recording is about {length_s:.1f} s long; at most {max_s:g} s are taken",
                length_s=declared_s,
                max_s=max_s,
            )
        raise UndecodableAudio(
            "the recording is too long; at most {max_s:g} s are taken",
            max_s=max_s,
        )
    if error == _END_OF_FILE and not length_s:
        raise UndecodableAudio("the file is cut off: it ends before any sound")
    if error and not length_s:
        raise UndecodableAudio(
            "this {extension} file cannot be decoded: {error}",
            extension=extension,
            error=error,
        )
    if not length_s:
        raise UndecodableAudio("there is no sound in this file: 0 samples")
    if min_s is not None and length_s < min_s and not decoded.error:
        raise UndecodableAudio(
            "the recording is {length_s:.3f} s long; at least {min_s:g} s are needed",
            length_s=length_s,
            min_s=min_s,
        )


def _check_whole(decoded: Decoded, inspected: Inspection) -> None:
    """Whether what came out is all that was counted, and how much of it was damaged."""
    length_s = decoded.duration_s
    counted_s = (inspected.n_declared or 0) / decoded.sample_rate_hz
    if length_s < counted_s - _COUNT_SLACK_S:
        raise UndecodableAudio(
            "the file is cut off: its header promises {counted_s:.2f} s, {length_s:.2f} s could be decoded",
            counted_s=counted_s,
            length_s=length_s,
        )
    is_all = decoded.declared_s is not None and length_s >= decoded.declared_s - _CLOCK_SLACK_S
    if decoded.error and not is_all:
        raise UndecodableAudio(
            "the file is cut off or damaged near {length_s:.2f} s: {error}",
            length_s=length_s,
            error=decoded.error,
        )
    is_short = decoded.declared_s is not None and not is_all
    if decoded.n_damaged > (0 if is_short else max(_DAMAGED_PACKETS, _DAMAGED_SHARE * decoded.n_packets)):
        raise UndecodableAudio(
            "the file is damaged: {n_damaged} of its {n_packets} packets cannot be decoded",
            n_damaged=decoded.n_damaged,
            n_packets=decoded.n_packets,
        )


def _sound(decoded: Decoded, extension: str, inspected: Inspection) -> Sound:
    samples, is_cancelling = downmix.mono(np.concatenate(decoded.chunks))
    if not np.isfinite(samples).all():
        raise UndecodableAudio("the file holds sample values that are no numbers")
    notes = list(inspected.notes)
    if decoded.declared_s is not None and decoded.declared_s > decoded.duration_s + _CLOCK_SLACK_S:
        notes.append(SoundNote(NoteKind.DURATION_PROMISED, decoded.declared_s, decoded.duration_s))
    if decoded.n_damaged:
        notes.append(SoundNote(NoteKind.PACKETS_DAMAGED, decoded.n_packets, decoded.n_damaged))
    if is_cancelling:
        notes.append(SoundNote(NoteKind.CHANNELS_CANCEL, decoded.chunks[0].shape[1]))
    return Sound(
        np.clip(samples, -1.0, 1.0),
        decoded.sample_rate_hz,
        decoded.duration_s,
        extension,
        decoded.codec,
        tuple(notes),
        inspected.is_repaired or is_cancelling,
    )
