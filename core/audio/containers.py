"""Which audio container the bytes are in, and whether the end of it is missing. Looks at bytes, decodes nothing.

Only the container that the first bytes announce is ever handed to FFmpeg: its other demuxers (playlists that name
further files among them) are out of reach of an uploaded file. FFmpeg plays what is left of a cut-off file without a
word, so the end is looked for here. Sources: RIFF/WAVE (Microsoft 1991), RFC 3533 (Ogg), RFC 8794 (EBML),
ISO/IEC 14496-12 (boxes of MP4), ISO/IEC 11172-3 and 13818-3 (MPEG audio frames).
"""

from __future__ import annotations

from collections.abc import Callable

DEMUXERS = {"wav": "wav", "flac": "flac", "mp3": "mp3", "ogg": "ogg", "webm": "matroska", "m4a": "mov"}
"""Extension of the stored file -> FFmpeg's name of the demuxer."""

_WAV_UNKNOWN_SIZE = 0x7FFF_F000  # what writes to a pipe puts this or more: it could not know the size
_MP3_SEARCHED_BYTES = 4096
_EBML_SEGMENT, _EBML_CLUSTER = 0x18538067, 0x1F43B675
_MP3_KBIT_S = {
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2
    0: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2.5
}
_MP3_RATE_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def detect_container(data: bytes) -> str | None:
    """The extension of the container that the bytes are in, whatever the file is called.

    Returns
    -------
    str | None
        A key of `DEMUXERS`, None when the bytes begin like none of them.
    """
    start = _after_id3(data)
    head = data[start : start + 12]
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "webm"
    if head[4:8] == b"ftyp":
        return "m4a"
    return "mp3" if _first_mp3_frame(data, start) is not None else None


def missing_end(data: bytes, extension: str) -> str | None:
    """In words what a cut-off file lacks; None when its own lengths add up, or it declares none."""
    return _CHECKS[extension](data) if extension in _CHECKS else None


def declares_its_length(data: bytes, extension: str) -> bool:
    """Whether a duration that FFmpeg reports was written in the file; else it is guessed from the bit rate."""
    if extension != "mp3":
        return True
    frame = _first_mp3_frame(data, _after_id3(data))
    head = data[frame : frame + 64] if frame is not None else b""
    return any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))


def _wav_missing_end(data: bytes) -> str | None:
    position = 12
    while position + 8 <= len(data):
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        there = len(data) - position - 8
        if data[position : position + 4] == b"data":
            is_short = there < size < _WAV_UNKNOWN_SIZE
            return f"its header promises {size:,} bytes of sound, {there:,} are there" if is_short else None
        position += 8 + size + size % 2
    return "it ends before the sound begins"


def _ogg_missing_end(data: bytes) -> str | None:
    position = 0
    while data[position : position + 4] == b"OggS":
        segments = data[position + 26] if position + 26 < len(data) else 255
        lengths = data[position + 27 : position + 27 + segments]
        end = position + 27 + segments + sum(lengths)
        if len(lengths) < segments or end > len(data):
            return "it ends in the middle of a page"
        position = end
    is_torn = 0 < len(data) - position < 4 and b"OggS".startswith(data[position:])
    return "it ends in the middle of a page" if is_torn else None


def _webm_missing_end(data: bytes) -> str | None:
    position = 0
    while position < len(data):
        element, body, _ = _ebml_number(data, position, keep_marker=True)
        size, body, is_unknown = _ebml_number(data, body, keep_marker=False)
        if body > len(data):
            return "it ends in the middle of an element"
        if is_unknown and element in (_EBML_SEGMENT, _EBML_CLUSTER):
            position = body  # a live recording: step inside, where the elements have sizes
        elif is_unknown or body + size > len(data):
            return f"its header promises {size:,} bytes of sound, {len(data) - body:,} are there"
        else:
            position = body + size
    return None


def _m4a_missing_end(data: bytes) -> str | None:
    position, kinds = 0, set()
    while position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        kinds.add(data[position + 4 : position + 8])
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size == 0:  # reaches to the end of the file
            size = len(data) - position
        if size < 8:
            return None  # no box: damaged rather than cut off, which is for the decoder to say
        if position + size > len(data):
            return f"a box of {size:,} bytes is promised, {len(data) - position:,} are there"
        position += size
    return None if b"moov" in kinds else "the index at its end (moov) is not there"


_CHECKS: dict[str, Callable[[bytes], str | None]] = {
    "wav": lambda data: _wav_missing_end(data[_after_id3(data) :]),
    "ogg": lambda data: _ogg_missing_end(data[_after_id3(data) :]),
    "webm": _webm_missing_end,
    "m4a": _m4a_missing_end,
}


def _ebml_number(data: bytes, position: int, *, keep_marker: bool) -> tuple[int, int, bool]:
    """(value, position after it, whether all its bits are one = unknown). Past the end when it is not all there."""
    first = data[position] if position < len(data) else 0
    length = 9 - first.bit_length()
    if length > 8 or position + length > len(data):
        return 0, len(data) + 1, False
    value = int.from_bytes(data[position : position + length], "big")
    mask = (1 << 7 * length) - 1
    return (value if keep_marker else value & mask), position + length, value & mask == mask


def _after_id3(data: bytes) -> int:
    """Where the sound's own bytes begin: behind an ID3v2 tag, if there is one."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _first_mp3_frame(data: bytes, start: int) -> int | None:
    """Where the first frame begins that another follows (two in a row: a chance hit is one in millions)."""
    searched = data[start : start + _MP3_SEARCHED_BYTES]
    position = searched.find(b"\xff")
    while position >= 0:
        length = _mp3_frame_bytes(data, start + position)
        if length and _mp3_frame_bytes(data, start + position + length):
            return start + position
        position = searched.find(b"\xff", position + 1)
    return None


def _mp3_frame_bytes(data: bytes, position: int) -> int:
    """Length of the MPEG layer III frame that begins here, 0 where none does."""
    head = int.from_bytes(data[position : position + 4], "big") if position + 4 <= len(data) else 0
    version, layer, bit_rate, rate = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or bit_rate in (0, 15) or rate == 3:
        return 0
    samples_over_8 = 144 if version == 3 else 72
    bits_s = 1000 * _MP3_KBIT_S[version][bit_rate - 1]
    return samples_over_8 * bits_s // _MP3_RATE_HZ[version][rate] + (head >> 9 & 1)
