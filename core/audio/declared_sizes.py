"""Containers that declare the bytes of sound in one place: AIFF, CAF, AU, Wave64, AMR, FLAC.

Sources: Apple, "Audio Interchange File Format" 1.3 and "Core Audio Format" 1.0; Sun's AU; Sonic Foundry's Wave64; RFC
4867 (AMR); RFC 9639 (FLAC).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from core.audio.inspection import Inspection, promised
from core.audio.notes import NoteKind, SoundNote

_NO_SOUND = "it ends before the sound begins"
_MOST_CHUNKS = 1000
_AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)
_AMR_WB_BYTES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)
_AMR_HEADS = {b"#!AMR-WB\n": _AMR_WB_BYTES, b"#!AMR\n": _AMR_BYTES}


def inspect_aiff(data: bytes) -> Inspection:
    def chunks() -> Iterator[tuple[bytes, int, int]]:
        position = 12
        while position + 8 <= len(data):
            kind, size = struct.unpack_from(">4sI", data, position)
            yield kind, position + 8, size
            position += 8 + size + size % 2

    return _of_chunk(data, chunks(), b"SSND")


def inspect_caf(data: bytes) -> Inspection:
    def chunks() -> Iterator[tuple[bytes, int, int]]:
        position = 8
        while position + 12 <= len(data):
            kind, size = struct.unpack_from(">4sq", data, position)
            yield kind, position + 12, max(size, 0)  # -1: to the end of the file
            position += 12 + max(size, 0)

    return _of_chunk(data, chunks(), b"data")


def inspect_w64(data: bytes) -> Inspection:
    def chunks() -> Iterator[tuple[bytes, int, int]]:
        position = 40
        while position + 24 <= len(data):
            kind, size = data[position : position + 4], int.from_bytes(data[position + 16 : position + 24], "little")
            if size < 24:
                return
            yield kind, position + 24, size - 24
            position += (size + 7) // 8 * 8

    return _of_chunk(data, chunks(), b"data")


def inspect_au(data: bytes) -> Inspection:
    begin, size = struct.unpack_from(">II", data, 4) if len(data) >= 24 else (0, 0)
    if begin < 24 or begin > len(data):
        return Inspection(data, _NO_SOUND)
    return _of_size(data, begin, 0 if size == 0xFFFF_FFFF else size)


def inspect_amr(data: bytes) -> Inspection:
    head, sizes = next((item for item in _AMR_HEADS.items() if data.startswith(item[0])), (b"", _AMR_BYTES))
    position = len(head)
    while position < len(data):
        length = sizes[data[position] >> 3 & 15]
        if not length:
            return Inspection(data)  # no frame: damaged rather than cut off, which the decoder detects
        position += length
    return Inspection(data, "it ends in the middle of a frame" if position > len(data) else None)


def inspect_flac(data: bytes) -> Inspection:
    """FLAC counts its samples in its header, 0 where the writer could not know; frames carry no size."""
    fields = int.from_bytes(data[18:26], "big") if len(data) >= 42 else 0
    return Inspection(data, None if len(data) >= 42 else _NO_SOUND, n_declared=(fields & (1 << 36) - 1) or None)


def _of_chunk(data: bytes, chunks: Iterator[tuple[bytes, int, int]], wanted: bytes) -> Inspection:
    for number, (kind, begin, size) in enumerate(chunks):
        if kind == wanted:
            return _of_size(data, begin, size)
        if number > _MOST_CHUNKS:
            break
    return Inspection(data, _NO_SOUND)


def _of_size(data: bytes, begin: int, size: int) -> Inspection:
    """A size that counts exactly the header in is a mistake of its writer; any other that is too large proves a cut."""
    there = len(data) - begin
    if size <= there:
        return Inspection(data)
    if size - there in (8, begin, begin - 8, begin - 16) and there > begin:
        return Inspection(data, None, (SoundNote(NoteKind.SIZE_PROMISED, size, there),))
    return Inspection(data, promised(size, there))
