"""MP4, M4A, 3GP and MOV, box by box (ISO/IEC 14496-12): whether every sample that the index names is there.

Where the index (moov) is whole it decides: the places and sizes of the samples are the file's own proof, whatever the
box around them claims. Durations and edit lists are clocks and prove nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from core.audio.inspection import Inspection
from core.audio.notes import NoteKind, SoundNote

_PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_MOST_BOXES = 10_000
_HELD = frozenset({b"mdat", b"free", b"skip", b"wide"})
"""Boxes whose content the index describes."""


@dataclass(frozen=True)
class _Box:
    kind: bytes
    body: int
    end: int


def inspect(data: bytes) -> Inspection:
    boxes = list(_boxes(data, 0, len(data)))
    kinds = {box.kind for box in boxes}
    last = boxes[-1] if boxes else _Box(b"", 0, 0)
    sound_end = _sound_end(data, boxes)
    if sound_end > len(data):
        return Inspection(data, f"its index names {sound_end:,} bytes, {len(data):,} are there")
    if last.end > len(data):
        size, there = last.end - last.body + 8, len(data) - last.body + 8
        if last.kind not in _HELD or not sound_end:
            return Inspection(data, f"a box of {size:,} bytes is promised, {there:,} are there")
        return Inspection(data, None, (SoundNote(NoteKind.SIZE_PROMISED, size, there),))
    if b"moov" not in kinds:
        return Inspection(data, "the index at its end (moov) is not there") if boxes else Inspection(data)
    is_torn = b"moof" in kinds and 0 < len(data) - last.end < 8
    return Inspection(data, "it ends in the middle of a box" if is_torn else None)


def _boxes(data: bytes, position: int, limit: int) -> Iterator[_Box]:
    """Side by side; the last one may end beyond the file. Ends at bytes that are no box."""
    for _ in range(_MOST_BOXES):
        if position + 8 > limit:
            return
        size, kind = struct.unpack_from(">I4s", data, position)
        body = position + 8
        if size == 1 and position + 16 <= limit:
            size, body = struct.unpack_from(">Q", data, body)[0], position + 16
        elif size == 0:  # reaches to the end of the file
            size = limit - position
        if size < 8 or not all(32 <= byte < 127 or byte == 0xA9 for byte in kind):
            return
        yield _Box(kind, body, position + size)
        position += size


def _sound_end(data: bytes, boxes: list[_Box]) -> int:
    """Where the last audio sample ends; 0 where there is no complete index."""
    index = next((box for box in boxes if box.kind == b"moov" and box.end <= len(data)), None)
    if index is None:
        return 0
    ends = [0]
    for track in _boxes(data, index.body, index.end):
        if track.kind != b"trak" or track.end > index.end:
            continue
        tables = {box.kind: data[box.body : box.end] for box in _leaves(data, track, depth=0)}
        if tables.get(b"hdlr", b"")[8:12] == b"soun":
            ends.append(_last_sample_end(tables))
    return max(ends)


def _leaves(data: bytes, parent: _Box, *, depth: int) -> Iterator[_Box]:
    for box in _boxes(data, parent.body, parent.end):
        if box.end > parent.end:
            return
        if box.kind in _PARENTS and depth < len(_PARENTS):
            yield from _leaves(data, box, depth=depth + 1)
        else:
            yield box


def _last_sample_end(tables: dict[bytes, bytes]) -> int:
    """The end of the last chunk by position, as far as the tables contain it."""
    offsets = _numbers(tables.get(b"stco", b""), 4) or _numbers(tables.get(b"co64", b""), 8)
    if not offsets:
        return 0
    furthest = max(offsets)
    if offsets[-1] != furthest:
        return furthest
    runs = _numbers(tables.get(b"stsc", b""), 4, per_entry=3)
    in_last_chunk = runs[-2] if len(runs) >= 3 else 0
    sizes = tables.get(b"stsz", b"")
    if len(sizes) < 12 or not 0 < in_last_chunk < 1 << 24:
        return furthest
    uniform = int.from_bytes(sizes[4:8], "big")
    if uniform == 1:  # in QuickTime: the codec determines it
        return furthest
    if uniform:
        return furthest + uniform * in_last_chunk
    each = _numbers(sizes[4:], 4)
    return furthest + sum(each[-in_last_chunk:])


def _numbers(table: bytes, n_bytes: int, *, per_entry: int = 1) -> tuple[int, ...]:
    """The entries of a table behind its version and its count, as far as they are there."""
    count = int.from_bytes(table[4:8], "big") * per_entry
    count = min(count, max(0, len(table) - 8) // n_bytes)
    return () if not count else struct.unpack_from(f">{count}{'I' if n_bytes == 4 else 'Q'}", table, 8)
