"""Whole files in memory, sealed: a head that names the key and holds the salt, then chunks.

8 bytes   EARSEAL1
8         id of the key
16        salt
...       chunks, see `chunks`
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from core.sealing.chunks import (
    CHUNK_BYTES,
    SALT_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    ChunkCipher,
    damaged,
    n_chunks,
    n_sealed_chunks,
)
from core.sealing.keys import ID_BYTES, SealingKey, key_of_id

MAGIC = b"EARSEAL1"
HEAD_BYTES = len(MAGIC) + ID_BYTES + SALT_BYTES


def is_sealed(data: bytes) -> bool:
    """Whether bytes begin as a sealed file does."""
    return data.startswith(MAGIC)


def key_id(head: bytes) -> str:
    """The id of the key of a sealed file, by its first `HEAD_BYTES` bytes."""
    return head[len(MAGIC) : len(MAGIC) + ID_BYTES].hex()


def sealed_size(n_bytes: int) -> int:
    """How long plain bytes are once sealed."""
    return HEAD_BYTES + n_bytes + TAG_BYTES * n_chunks(n_bytes)


def new_head(key: SealingKey) -> bytes:
    """A head with a salt of its own."""
    return MAGIC + bytes.fromhex(key.id) + secrets.token_bytes(SALT_BYTES)


def cipher_of(key: SealingKey, head: bytes, name: str) -> ChunkCipher:
    """The cipher of the file with that head."""
    return ChunkCipher(key, salt=head[-SALT_BYTES:], head=head, name=name)


def seal(data: bytes, key: SealingKey, *, name: str) -> bytes:
    """The bytes sealed, for the file of that name alone."""
    head = new_head(key)
    cipher, view, last = cipher_of(key, head, name), memoryview(data), n_chunks(len(data)) - 1
    chunks = (
        cipher.seal(number, view[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES], is_last=number == last)
        for number in range(last + 1)
    )
    return b"".join((head, *chunks))


def unseal(data: bytes, keys: Iterable[SealingKey], *, name: str) -> bytes:
    """The plain bytes of what `seal` gave for that name.

    Raises
    ------
    Damaged
        They were changed, cut off, or sealed for another file.
    SettingsError
        Their key is none of `keys`.
    """
    if len(data) < HEAD_BYTES or not is_sealed(data):
        raise damaged(name)
    head, body = data[:HEAD_BYTES], memoryview(data)[HEAD_BYTES:]
    cipher = cipher_of(key_of_id(keys, key_id(head), name), head, name)
    last = n_sealed_chunks(len(body), name) - 1
    return b"".join(
        cipher.open(
            number, body[number * SEALED_CHUNK_BYTES : (number + 1) * SEALED_CHUNK_BYTES], is_last=number == last
        )
        for number in range(last + 1)
    )
