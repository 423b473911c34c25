"""Ogg, page by page (RFC 3533): whether the last page and its last packet are whole."""

from __future__ import annotations

from core.audio.inspection import Inspection
from core.audio.notes import NoteKind, SoundNote

_MID_PAGE = "it ends in the middle of a page"
_END_OF_STREAM = 4


def inspect(data: bytes) -> Inspection:
    """Of the bytes from the first "OggS" on. Granule positions are a clock and prove nothing."""
    position, is_ended, is_open = 0, False, False
    while data[position : position + 4] == b"OggS":
        segments = data[position + 26] if position + 26 < len(data) else 255
        lengths = data[position + 27 : position + 27 + segments]
        end = position + 27 + segments + sum(lengths)
        if len(lengths) < segments or end > len(data):
            return Inspection(data, _MID_PAGE)
        is_ended = bool(data[position + 5] & _END_OF_STREAM)
        is_open = bool(lengths) and lengths[-1] == 255
        position = end
        if data[position : position + 4] != b"OggS":  # damaged or foreign bytes between pages are stepped over
            further = data.find(b"OggS", position)
            position = further if further >= 0 else position
    rest = data[position : position + 4]
    if 0 < len(data) - position < 4 and b"OggS".startswith(rest):
        return Inspection(data, _MID_PAGE)
    if is_open and not is_ended:
        return Inspection(data, "its last packet goes on in a page that is not there")
    return Inspection(data, None, () if is_ended else (SoundNote(NoteKind.END_MARK_MISSING),))
