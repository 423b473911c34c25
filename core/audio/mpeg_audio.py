"""MP3 and AAC as streams of frames: where the first one begins, and whether the last one is whole.

Tags in front (several ID3v2, APEv2, padding that no tag counts) and behind are left out, and so are the pictures in
them. Sources: ISO/IEC 11172-3 and 13818-3 (MPEG audio), 13818-7 (ADTS), ID3v2.4, APEv2, Xing, VBRI.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.audio.inspection import Inspection
from core.audio.notes import NoteKind, SoundNote

_SEARCHED_BYTES = 4096
_SEARCHED_BEHIND_TAGS_BYTES = 1 << 20
_MOST_TAGS = 50
_PADDING_BYTES = 16
_KBIT_S = {
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By MPEG version (3 is 1; 2 and 2.5 are alike) and layer as the header has it (3 is I, 1 is III)."""
_RATE_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_SIDE_BYTES = {(True, True): 17, (True, False): 32, (False, True): 9, (False, False): 17}  # (MPEG 1, mono)

FrameBytes = Callable[[bytes, int], int]


def after_tags(data: bytes) -> int:
    """The offset of the audio bytes: behind tags and their padding."""
    position = _after_zeros(data, 0)
    for _ in range(_MOST_TAGS):
        end = _after_zeros(data, _tag_end(data, position))
        if end == position:
            break
        position = end
    return min(position, len(data))


def first_frame(data: bytes, frame_bytes: FrameBytes) -> int | None:
    """Where the first frame begins that two others, or the end, follow (a chance hit is one in millions)."""
    start = after_tags(data)
    place = _searched(data, start, _SEARCHED_BEHIND_TAGS_BYTES if start else _SEARCHED_BYTES, frame_bytes)
    if place is None and data[:3] == b"ID3":  # a tag that counts itself wrong
        place = _searched(data, 10, _SEARCHED_BEHIND_TAGS_BYTES, frame_bytes)
    return place


def inspect_mp3(data: bytes) -> Inspection:
    """Of a whole file, tags and all."""
    begin = first_frame(data, mp3_frame_bytes) or 0
    end = _before_tags(data)
    n_frames, end, is_torn = _walked(data, begin, end, mp3_frame_bytes)
    lacks = "it ends in the middle of a frame" if is_torn else None
    notes: tuple[SoundNote, ...] = ()
    header = _xing(data, begin)
    if header is not None and header.n_frames - (n_frames - 1) > 1:
        if header.n_bytes is None or header.n_bytes - (end - begin) > mp3_frame_bytes(data, begin):
            lacks = lacks or f"its header promises {header.n_frames:,} frames, {max(0, n_frames - 1):,} are there"
        else:
            notes = (SoundNote(NoteKind.SIZE_PROMISED, header.n_bytes, end - begin),)
    return Inspection(data[begin:end], lacks, notes)


def inspect_aac(data: bytes) -> Inspection:
    begin, end = first_frame(data, adts_frame_bytes) or 0, _before_tags(data)
    _, end, is_torn = _walked(data, begin, end, adts_frame_bytes)
    return Inspection(data[begin:end], "it ends in the middle of a frame" if is_torn else None)


def has_xing_header(data: bytes) -> bool:
    """Whether the first frame counts the others; the duration is guessed from the bit rate otherwise."""
    return any(mark in data[:64] for mark in (b"Xing", b"Info", b"VBRI"))


def mp3_frame_bytes(data: bytes, position: int) -> int:
    """Length of the MPEG audio frame that begins here, 0 where none does."""
    head = int.from_bytes(data[position : position + 4], "big") if position + 4 <= len(data) else 0
    version, layer, bit_rate, rate = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer == 0 or bit_rate in (0, 15) or rate == 3:
        return 0
    bits_s = 1000 * _KBIT_S[3 if version == 3 else 2, layer][bit_rate - 1]
    padding = head >> 9 & 1
    if layer == 3:
        return (12 * bits_s // _RATE_HZ[version][rate] + padding) * 4
    samples_over_8 = 72 if layer == 1 and version != 3 else 144
    return samples_over_8 * bits_s // _RATE_HZ[version][rate] + padding


def adts_frame_bytes(data: bytes, position: int) -> int:
    """Length of the ADTS frame that begins here, 0 where none does."""
    head = int.from_bytes(data[position : position + 7], "big") if position + 7 <= len(data) else 0
    length = head >> 13 & 0x1FFF
    is_frame = head >> 44 == 0xFFF and head >> 41 & 3 == 0 and head >> 34 & 15 < 13 and length > 7
    return length if is_frame else 0


@dataclass(frozen=True)
class _Xing:
    n_frames: int
    n_bytes: int | None


def _searched(data: bytes, start: int, n_bytes: int, frame_bytes: FrameBytes) -> int | None:
    searched = data[start : start + n_bytes]
    end = _before_tags(data)
    position = searched.find(b"\xff")
    while position >= 0:
        if _is_stream(data, start + position, end, frame_bytes):
            return start + position
        position = searched.find(b"\xff", position + 1)
    return None


def _is_stream(data: bytes, position: int, end: int, frame_bytes: FrameBytes) -> bool:
    """Three frames of one kind in a row, or fewer up to the very end."""
    kind = data[position : position + 2]
    for number in range(3):
        length = frame_bytes(data, position)
        if not length or (data[position + 1] ^ kind[1]) & 0xFE:
            return False
        position += length
        if position >= end:
            return position == end or number > 0
    return True


def _walked(data: bytes, begin: int, end: int, frame_bytes: FrameBytes) -> tuple[int, int, bool]:
    """How many whole frames there are, where the sound ends, and whether the beginning of one more stands there.

    Behind bytes that are no frame there may be more of them, which is left to the decoder; or only padding.
    """
    position, n_frames, head = begin, 0, data[begin : begin + 2]
    while position < end:
        length = frame_bytes(data, position)
        if not length:
            break
        if position + length > end:
            return n_frames, end, True
        position, n_frames = position + length, n_frames + 1
    rest = data[position:end]
    if len(rest) < 7:
        return n_frames, end, rest[:1] == b"\xff" and head.startswith(rest[:2])
    has_more = _searched(data, position, _SEARCHED_BEHIND_TAGS_BYTES, frame_bytes) is not None
    return n_frames, end if has_more else position, False


def _after_zeros(data: bytes, position: int) -> int:
    """Behind padding, which is longer than the one or three zeros that MP4 begins with."""
    is_padding = data[position : position + _PADDING_BYTES] == bytes(_PADDING_BYTES)
    return len(data) - len(data[position:].lstrip(b"\0")) if is_padding else position


def _tag_end(data: bytes, position: int) -> int:
    """Where a tag that begins here ends; here, where none begins."""
    head = data[position : position + 32]
    if head[:3] == b"ID3" and len(head) >= 10:
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte & 0x7F
        return position + 10 + size + (10 if head[5] & 0x10 else 0)
    if head[:8] == b"APETAGEX" and len(head) == 32:
        return position + 32 + int.from_bytes(head[12:16], "little")
    return position


def _before_tags(data: bytes) -> int:
    """Where the sound's own bytes end: before ID3v1, Lyrics3 and APEv2, in any order."""
    end = len(data)
    for _ in range(4):
        if data[max(0, end - 128) : max(0, end - 128) + 3] == b"TAG" and end >= 128:
            end -= 128
        elif data[max(0, end - 32) : max(0, end - 32) + 8] == b"APETAGEX" and end >= 32:
            footer = data[end - 32 : end]
            size = int.from_bytes(footer[12:16], "little")
            has_header = footer[23] & 0x80
            end = max(0, end - size - (32 if has_header else 0))
        elif data[max(0, end - 9) : end] == b"LYRICS200" and data[max(0, end - 15) : end - 9].isdigit():
            end = max(0, end - 15 - int(data[end - 15 : end - 9]))
        else:
            break
    return end


def _xing(data: bytes, begin: int) -> _Xing | None:
    """What the first frame counts, None where it counts no frames."""
    if begin + 4 > len(data):
        return None
    is_mpeg_1, is_mono = data[begin + 1] >> 3 & 3 == 3, data[begin + 3] >> 6 == 3
    mark = begin + 4 + _SIDE_BYTES[is_mpeg_1, is_mono]
    if data[mark : mark + 4] in (b"Xing", b"Info") and data[mark + 7 : mark + 8]:
        flags, numbers = data[mark + 7], data[mark + 8 : mark + 16]
        if flags & 1 and len(numbers) == 8:
            return _Xing(int.from_bytes(numbers[:4], "big"), int.from_bytes(numbers[4:], "big") if flags & 2 else None)
    elif data[begin + 36 : begin + 40] == b"VBRI" and begin + 54 <= len(data):
        return _Xing(
            int.from_bytes(data[begin + 50 : begin + 54], "big"), int.from_bytes(data[begin + 46 : begin + 50], "big")
        )
    return None
