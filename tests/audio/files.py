"""WAV and ID3 byte by byte, for files as no writer of ours makes them."""

from __future__ import annotations

import struct

import numpy as np

RATE_HZ = 16_000


def pcm_16(samples: np.ndarray) -> bytes:
    return (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()


def chunk(kind: bytes, body: bytes, *, is_padded: bool = True, size: int | None = None) -> bytes:
    head = kind + struct.pack("<I", len(body) if size is None else size)
    return head + body + bytes(len(body) % 2 if is_padded else 0)


def form(bits: int = 16, *, valid: int | None = None, container: int | None = None, tag: int = 1) -> bytes:
    """The format of one channel; with `valid` as WAVEFORMATEXTENSIBLE."""
    block = (container or bits) // 8
    plain = struct.pack("<HHIIHH", 0xFFFE if valid is not None else tag, 1, RATE_HZ, RATE_HZ * block, block, bits)
    if valid is None:
        return chunk(b"fmt ", plain)
    guid = struct.pack("<H", tag) + bytes.fromhex("000000001000800000aa00389b71")
    return chunk(b"fmt ", plain + struct.pack("<HHI", 22, valid, 4) + guid)


def riff(*chunks: bytes, size: int | None = None, kind: bytes = b"RIFF") -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return kind + struct.pack("<I", len(body) if size is None else size) + body


def id3(body: bytes, *, size: int | None = None) -> bytes:
    """An ID3v2.3 tag, which may count itself wrong."""
    n = len(body) if size is None else size
    return b"ID3\x03\x00\x00" + bytes(n >> shift & 0x7F for shift in (21, 14, 7, 0)) + body


def cover(picture: bytes) -> bytes:
    """The frame of a tag that holds a cover picture."""
    body = b"\0image/png\0\x03\0" + picture
    return b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
