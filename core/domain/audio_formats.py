"""Which containers and codecs are read, and which of them browsers play. Tables only.

A codec is named as FFmpeg names it. Only these decoders are ever opened: a cover picture inside an audio file is left
alone, whatever its header claims. What browsers play is what Chromium, Firefox and Safari all play (MDN, "Web audio
codec guide"; Chromium tried file by file); everything else that is read is played from a copy (`browser_copies`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Container:
    """A kind of file that is read.

    Attributes
    ----------
    title : str
        What people call it.
    demuxer : str
        FFmpeg's name of what reads it.
    media_type : str
        For the browser.
    played : frozenset of str
        The codecs that browsers play in it.
    """

    title: str
    demuxer: str
    media_type: str
    played: frozenset[str] = frozenset()


CONTAINERS: dict[str, Container] = {
    "wav": Container(
        "WAV",
        "wav",
        "audio/wav",
        frozenset({"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le", "pcm_alaw", "pcm_mulaw"}),
    ),
    "flac": Container("FLAC", "flac", "audio/flac", frozenset({"flac"})),
    "mp3": Container("MP3", "mp3", "audio/mpeg", frozenset({"mp3"})),
    "aac": Container("AAC", "aac", "audio/aac", frozenset({"aac"})),
    "ogg": Container("Ogg", "ogg", "audio/ogg", frozenset({"opus", "vorbis", "flac"})),
    "webm": Container("WebM", "matroska", "audio/webm", frozenset({"opus", "vorbis"})),
    "m4a": Container("M4A", "mov", "audio/mp4", frozenset({"aac", "mp3", "opus", "flac"})),
    "amr": Container("AMR", "amr", "audio/amr"),
    "aiff": Container("AIFF", "aiff", "audio/aiff"),
    "caf": Container("CAF", "caf", "audio/x-caf"),
    "au": Container("AU", "au", "audio/basic"),
    "w64": Container("Wave64", "w64", "audio/x-w64"),
}
"""By the extension under which a file is stored."""

READABLE_FORMATS = ("WAV", "FLAC", "MP3", "AAC", "Ogg", "WebM", "M4A", "AMR", "AIFF", "CAF")  # what screens name
READABLE = ", ".join(READABLE_FORMATS)

UPLOADED_EXTENSIONS = (
    "wav", "wave", "bwf", "rf64", "w64", "flac", "mp3", "mp2", "aac", "ogg", "oga", "opus", "spx",
    "webm", "mka", "mkv", "m4a", "mp4", "m4b", "mov", "3gp", "3gpp", "3ga", "3g2", "amr", "awb",
    "aif", "aiff", "aifc", "caf", "au", "snd",
)  # fmt: skip
"""What files of `CONTAINERS` are called, for a browser's dialogue."""

TITLES = {
    "aac": "AAC",
    "ac3": "AC-3",
    "adpcm_g726": "G.726",
    "adpcm_g722": "G.722",
    "adpcm_ima_qt": "IMA ADPCM",
    "adpcm_ima_wav": "IMA ADPCM",
    "adpcm_ms": "Microsoft ADPCM",
    "adpcm_yamaha": "Yamaha ADPCM",
    "alac": "ALAC",
    "amr_nb": "AMR",
    "amr_wb": "AMR-WB",
    "eac3": "E-AC-3",
    "flac": "FLAC",
    "gsm": "GSM",
    "gsm_ms": "GSM",
    "mp1": "MPEG layer I",
    "mp2": "MPEG layer II",
    "mp3": "MP3",
    "opus": "Opus",
    "speex": "Speex",
    "vorbis": "Vorbis",
    "pcm_alaw": "A-law",
    "pcm_mulaw": "µ-law",
}
"""Codec, as FFmpeg names it -> what people call it; PCM besides, which needs no title."""

_PCM = tuple(
    f"pcm_{kind}"
    for kind in (
        *("u8", "s8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be"),
        *("f32le", "f32be", "f64le", "f64be", "alaw", "mulaw", "u16le", "u16be"),
    )
)
_DECODERS = (
    *("aac", "ac3", "alac", "amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "eac3", "flac"),
    *("adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_yamaha", "g722", "g726", "gsm", "gsm_ms"),
    *("mp1float", "mp2float", "mp3float", "mp1", "mp2", "mp3", "opus", "libopus", "libspeex", "speex"),
    *("vorbis", "libvorbis"),
    *_PCM,
)
DECODER_WHITELIST = ",".join(_DECODERS)
"""FFmpeg's `codec_whitelist`: the names of decoders, where one codec may have several."""


def is_read(decoder: str) -> bool:
    """Whether FFmpeg's decoder of that name may be opened."""
    return decoder in _DECODERS


def is_played(extension: str, codec: str) -> bool:
    """Whether browsers play that codec in that container."""
    return extension in CONTAINERS and codec in CONTAINERS[extension].played


def media_type(extension: str) -> str:
    """For the browser; of an unknown extension the type that says nothing."""
    return CONTAINERS[extension].media_type if extension in CONTAINERS else "application/octet-stream"
