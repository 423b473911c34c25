"""Inspection of WAV files: RIFF, RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), tolerant of wrong sizes.

FFmpeg is handed a file that is built anew out of the format and the samples, so it never meets an odd chunk, a wrong
size, or a picture. Sources: Microsoft and IBM 1991 (chunks are padded to even sizes), WAVEFORMATEXTENSIBLE (valid bits
stand left in their container).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.audio.inspection import Inspection, promised
from core.audio.notes import NoteKind, SoundNote

UNKNOWN_SIZE = 0x7FFF_F000  # what writes to a pipe puts this or more: it could not know the size
_HEADER_BYTES = frozenset({8, 28, 36, 44})
"""What writers add to a size by mistake: a head, and the usual 44 bytes without 16, without 8, and all of them."""
_SEARCHED_BYTES = 1 << 16
_MOST_CHUNKS = 1000
_LONGEST_FORMAT = 1024
_KINDS = frozenset({b"fmt ", b"data", b"fact", b"LIST", b"JUNK", b"bext", b"ds64", b"cue ", b"id3 ", b"iXML"})
_PCM, _EXTENSIBLE = 1, 0xFFFE
_FORMAT_BEGIN = 20  # in a file that is built anew


@dataclass(frozen=True)
class _Chunk:
    kind: bytes
    begin: int
    size: int


def inspect(data: bytes) -> Inspection:
    """Of the bytes from "RIFF" on."""
    chunks = list(_chunks(data))
    by_kind = {chunk.kind: chunk for chunk in reversed(chunks)}
    sound, form = by_kind.get(b"data"), by_kind.get(b"fmt ")
    is_odd = sound is None or form is None
    if is_odd:
        form, sound = _searched(data, b"fmt "), _searched(data, b"data")
    if form is None or sound is None or form.begin + min(form.size, 16) > len(data):
        return Inspection(data, "it ends before the sound begins")
    size = _long_size(data, by_kind.get(b"ds64")) if sound.size == 0xFFFF_FFFF else sound.size
    header = data[form.begin : form.begin + min(form.size, _LONGEST_FORMAT)]
    there = len(data) - sound.begin
    lacks, notes = None, []
    if size >= UNKNOWN_SIZE or (size == 0 and there > 8 and not _is_kind(data, sound.begin)):
        size = there
    elif size > there:
        if _is_whole(data, sound, size, header):
            notes.append(SoundNote(NoteKind.SIZE_PROMISED, size, there))
        else:
            lacks = promised(size, there)
    samples = data[sound.begin : sound.begin + size]
    header, samples, is_rewritten = _left_aligned(header, samples)
    is_padded = all(chunk.begin % 2 == 0 for chunk in chunks if chunk.begin <= sound.begin)
    is_repaired = is_odd or is_rewritten or not is_padded
    if is_odd or not is_padded:
        notes.append(SoundNote(NoteKind.UNUSUAL_HEADER))
    return Inspection(_file(header, samples, by_kind.get(b"fact"), data), lacks, tuple(notes), is_repaired)


def is_plain(data: bytes) -> bool:
    """Whether these are samples of 16 bits and one channel under a faultless header: what everything plays as it is."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return False
    inspected = inspect(data)
    if inspected.lacks or inspected.notes or inspected.is_repaired:
        return False
    tag, n_channels, rate_hz, rate_bytes, _, bits = struct.unpack_from("<HHIIHH", inspected.data, _FORMAT_BEGIN)
    is_usual = 8_000 <= rate_hz <= 48_000 and rate_bytes == 2 * rate_hz
    return is_usual and (tag, n_channels, bits) == (_PCM, 1, 16)


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Until the end, or bytes that are no chunk."""
    places: tuple[int, ...] = (12,)
    for _ in range(_MOST_CHUNKS):
        position = _next(data, places)
        if position is None:
            return
        kind, size = struct.unpack_from("<4sI", data, position)
        yield _Chunk(kind, position + 8, size)
        end = position + 8 + size
        places = (end + 1, end) if size % 2 else (end,)


def _next(data: bytes, places: tuple[int, ...]) -> int | None:
    """Where the next chunk begins: the byte that pads an odd size may be absent."""
    fitting = [place for place in places if place + 8 <= len(data) and _is_kind(data, place)]
    return next((place for place in fitting if data[place : place + 4] in _KINDS), fitting[0] if fitting else None)


def _is_kind(data: bytes, position: int) -> bool:
    kind = data[position : position + 4]
    return len(kind) == 4 and all(32 <= byte < 127 for byte in kind) and kind[:1] != b" "


def _searched(data: bytes, kind: bytes) -> _Chunk | None:
    """A chunk behind a neighbour whose size is wrong."""
    position = data.find(kind, 12, 12 + _SEARCHED_BYTES)
    if position < 0 or position + 8 > len(data):
        return None
    return _Chunk(kind, position + 8, int.from_bytes(data[position + 4 : position + 8], "little"))


def _long_size(data: bytes, sizes: _Chunk | None) -> int:
    """The 64-bit size of the sound; unknown where there is none."""
    if sizes is None or sizes.size < 16 or sizes.begin + 16 > len(data):
        return UNKNOWN_SIZE
    size: int = struct.unpack_from("<Q", data, sizes.begin + 8)[0]
    return size if 0 < size < 1 << 63 else UNKNOWN_SIZE


def _is_whole(data: bytes, sound: _Chunk, size: int, header: bytes) -> bool:
    """Whether a size that is too large is a mistake of the writer rather than a proof that bytes are missing.

    It is when the file as a whole has the size that its first chunk says, when exactly a header was counted in, and
    when the promise is no whole number of samples while what is there is one (a byte of padding was counted).
    """
    there = len(data) - sound.begin
    riff_end = 8 + int.from_bytes(data[4:8], "little")
    if riff_end in (len(data), len(data) + 1):
        return True
    block = int.from_bytes(header[12:14], "little") or 1
    lacking = size - there
    if lacking in _HEADER_BYTES or sound.begin - lacking in (0, 8, 16):
        return there > lacking and there % block == 0
    return lacking == 1 and size % block != 0 and there % block == 0


def _left_aligned(header: bytes, samples: bytes) -> tuple[bytes, bytes, bool]:
    """Whole-number samples whose valid bits are fewer than those of their container, as plain samples of that size.

    Returns
    -------
    header, samples, and whether they were rewritten.
    """
    if len(header) < 16:
        return header, samples, False
    tag, n_channels, rate_hz, _, block, bits = struct.unpack_from("<HHIIHH", header)
    valid = bits
    if tag == _EXTENSIBLE and len(header) >= 26:
        valid = int.from_bytes(header[18:20], "little") or bits
        tag = int.from_bytes(header[24:26], "little")
    container = 8 * block // n_channels if n_channels else 0
    is_plain = container == bits == valid
    if tag != _PCM or is_plain or container not in (8, 16, 24, 32) or valid > container or valid <= 8 < container:
        return header, samples, False
    plain = struct.pack("<HHIIHH", _PCM, n_channels, rate_hz, rate_hz * block, block, container)
    return plain, _shifted(samples, container, valid), True


def _shifted(samples: bytes, container: int, valid: int) -> bytes:
    """32-bit containers whose samples stand right in them, though the standard says left, moved to the left."""
    if container != 32 or len(samples) < 4:
        return samples
    values = np.frombuffer(samples[: len(samples) // 4 * 4], "<i4")
    spare = container - valid
    is_right = (values & ((1 << spare) - 1)).any() and np.abs(values.astype(np.int64)).max() <= 1 << (valid - 1)
    return (values << spare).astype("<i4").tobytes() if is_right else samples


def _file(header: bytes, samples: bytes, fact: _Chunk | None, data: bytes) -> bytes:
    """A WAV of nothing but format, count of samples and samples."""
    count = b"" if fact is None else data[fact.begin : fact.begin + 4]
    body = b"WAVEfmt " + struct.pack("<I", len(header)) + header + bytes(len(header) % 2)
    if len(count) == 4:
        body += b"fact" + struct.pack("<I", 4) + count
    body += b"data" + struct.pack("<I", min(len(samples), 0xFFFF_FFFF)) + samples
    return b"RIFF" + struct.pack("<I", min(len(body), 0xFFFF_FFFF)) + body
