"""Detection of the audio container of some bytes, and checks for damage. Reads headers, decodes nothing.

Only the container that the first bytes announce is ever handed to FFmpeg: its other demuxers (playlists that name
further files among them) are out of reach of an uploaded file. FFmpeg plays what is left of a cut-off file without a
word, so the end is looked for here, by the module of each container.
"""

from __future__ import annotations

from collections.abc import Callable

from core.audio import declared_sizes, ebml, mp4, mpeg_audio, ogg, riff
from core.audio.inspection import Inspection

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"\x1a\x45\xdf\xa3", "webm"),
    (0, b"#!AMR", "amr"),
    (0, b"caff", "caf"),
    (0, b".snd", "au"),
    (0, b"riff\x2e\x91\xcf\x11", "w64"),
)
_WAVE = (b"RIFF", b"RF64", b"BW64")
_AIFF = (b"AIFF", b"AIFC")
_MP4_FIRST = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"hevc")


def detect_container(data: bytes) -> str | None:
    """The extension of the container that the bytes are in, whatever the file is called.

    Returns
    -------
    str | None
        A key of `CONTAINERS`, None when the bytes begin like none of them.
    """
    start = mpeg_audio.after_tags(data)
    head = data[start : start + 12]
    if head[:4] in _WAVE and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in _AIFF:
        return "aiff"
    if head[4:8] in _MP4_FIRST and head[8:12] not in _PICTURE_BRANDS:
        return "m4a"
    known = next((extension for at, magic, extension in _MAGIC if head[at:].startswith(magic)), None)
    if known:
        return known
    if mpeg_audio.first_frame(data, mpeg_audio.mp3_frame_bytes) is not None:
        return "mp3"
    return "aac" if mpeg_audio.first_frame(data, mpeg_audio.adts_frame_bytes) is not None else None


def inspect(data: bytes, extension: str) -> Inspection:
    """The inspection of a file of that container, with the bytes that FFmpeg gets."""
    if extension in _TAGGED:
        return _TAGGED[extension](data)
    return _PLAIN[extension](data[mpeg_audio.after_tags(data) :])


_TAGGED: dict[str, Callable[[bytes], Inspection]] = {
    "mp3": mpeg_audio.inspect_mp3,
    "aac": mpeg_audio.inspect_aac,
}
_PLAIN: dict[str, Callable[[bytes], Inspection]] = {
    "wav": riff.inspect,
    "flac": declared_sizes.inspect_flac,
    "ogg": ogg.inspect,
    "webm": ebml.inspect,
    "m4a": mp4.inspect,
    "amr": declared_sizes.inspect_amr,
    "aiff": declared_sizes.inspect_aiff,
    "caf": declared_sizes.inspect_caf,
    "au": declared_sizes.inspect_au,
    "w64": declared_sizes.inspect_w64,
}
