"""WebM and Matroska, element by element (RFC 8794, RFC 9559): whether the last element is whole.

A recorder in a browser streams a segment and clusters of unknown size; inside, each element has one. The Duration is a
clock, which pages write afterwards, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.audio.inspection import Inspection, promised
from core.audio.notes import NoteKind, SoundNote

_HEADER, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_OF_SEGMENT = frozenset(
    {_CLUSTER, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367, 0xEC, 0xBF}
)
"""Seek head, info, tracks, cues, attachments, chapters, tags; void and checksum stand anywhere."""
_OF_CLUSTER = frozenset({0xE7, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF, 0x5854, 0xEC, 0xBF})
_ELEMENT_BYTES = 16
"""What a page that adds a Duration puts in without counting it; no block of sound is as short."""


@dataclass(frozen=True)
class _Element:
    kind: int
    begin: int
    body: int
    size: int | None  # None: unknown

    @property
    def end(self) -> int:
        return self.body + (self.size or 0)


def inspect(data: bytes) -> Inspection:
    segment: _Element | None = None
    end = 0
    for element in _elements(data):
        if element.body > len(data):
            return Inspection(data, "it ends in the middle of an element")
        if element.kind == _SEGMENT:
            segment, end = element, element.body
            continue
        if element.end > len(data):
            return Inspection(data, promised(element.size or 0, len(data) - element.body))
        end = element.end
    if segment is None or segment.size is None or segment.end <= len(data):
        return Inspection(data)
    there = len(data) - segment.body
    if segment.end - len(data) <= _ELEMENT_BYTES and end == len(data):
        return Inspection(data, None, (SoundNote(NoteKind.SIZE_PROMISED, segment.size, there),))
    return Inspection(data, promised(segment.size, there))


def _elements(data: bytes) -> Iterator[_Element]:
    """Header, segment, what is in it, and what is in clusters of unknown size; ends at bytes that are none of these."""
    position, is_inside = 0, False
    while position < len(data):
        element = _element(data, position)
        if element is None:
            if position + 12 > len(data):
                yield _Element(0, position, len(data) + 1, 0)
            return
        is_known = element.kind in (_HEADER, _SEGMENT) or element.kind in _OF_SEGMENT
        if not is_known and not (is_inside and element.kind in _OF_CLUSTER):
            return
        yield element
        is_stepped_into = element.kind == _SEGMENT or (element.kind == _CLUSTER and element.size is None)
        is_inside = element.size is None if element.kind == _CLUSTER else is_inside
        position = element.body if is_stepped_into else element.end
        if element.size is None and not is_stepped_into:
            return


def _element(data: bytes, position: int) -> _Element | None:
    """The element that begins here; None where its head is not all there or is no head."""
    kind = _number(data, position)
    if kind is None:
        return None
    size = _number(data, position + kind[1])
    if size is None:
        return None
    mask = (1 << 7 * size[1]) - 1
    value = size[0] & mask
    body = position + kind[1] + size[1]
    return _Element(kind[0], position, body, None if value == mask else value)


def _number(data: bytes, position: int) -> tuple[int, int] | None:
    """(value with its marker, how many bytes)."""
    if position >= len(data):
        return None
    length = 9 - data[position].bit_length()
    if length > 8 or position + length > len(data):
        return None
    return int.from_bytes(data[position : position + length], "big"), length
