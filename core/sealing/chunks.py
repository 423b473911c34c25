"""Chunks of AES-256-GCM that cannot be changed, swapped, repeated, cut off, or moved to another file.

Every file has a key of its own, HKDF-SHA256 of the key in force and the file's random salt, so nonces may count. The
nonce of a chunk is its number and whether it is the last, as in STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015); each
chunk is bound to the file's head and to its name. All chunks but the last hold `CHUNK_BYTES`, so any of them can be
opened by itself; of nothing there is one empty chunk.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import Damaged
from core.sealing.keys import KEY_BYTES, SealingKey

CHUNK_BYTES = 65_536
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
SALT_BYTES = 16
_PURPOSE = b"earshot sealed chunks 1"
_NUMBER_BYTES = 11


class ChunkCipher:
    """Seals and opens the chunks of one file.

    Parameters
    ----------
    head : the first bytes of the file, which are not secret and hold the salt.
    name : what the file is, such as its path below the storage.
    """

    def __init__(self, key: SealingKey, *, salt: bytes, head: bytes, name: str) -> None:
        derived = HKDF(SHA256(), KEY_BYTES, salt, _PURPOSE).derive(key.material)
        self._cipher = AESGCM(derived)
        self._bound = head + name.encode()
        self._name = name

    def seal(self, number: int, data: bytes | memoryview, *, is_last: bool) -> bytes:
        """The sealed chunk, `TAG_BYTES` longer."""
        return self._cipher.encrypt(_nonce(number, is_last=is_last), data, self._bound)

    def open(self, number: int, sealed: bytes | memoryview, *, is_last: bool) -> bytes:
        """The chunk's plain bytes.

        Raises
        ------
        Damaged
            They are not what was sealed at this place of this file.
        """
        try:
            return self._cipher.decrypt(_nonce(number, is_last=is_last), sealed, self._bound)
        except InvalidTag:
            raise damaged(self._name) from None


def n_chunks(n_bytes: int) -> int:
    """How many chunks plain bytes make."""
    return max(1, -(-n_bytes // CHUNK_BYTES))


def n_sealed_chunks(n_bytes: int, name: str) -> int:
    """How many chunks sealed bytes hold.

    Raises
    ------
    Damaged
        So many bytes are no whole chunks.
    """
    full, rest = divmod(n_bytes, SEALED_CHUNK_BYTES)
    if (rest and rest < TAG_BYTES) or not n_bytes or (full and rest == TAG_BYTES):
        raise damaged(name)
    return full + bool(rest)


def damaged(name: str) -> Damaged:
    """The error of a file that does not open with the very key that it names."""
    return Damaged(f"{name} was changed after it was encrypted, or is damaged.")


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big") + bytes([is_last])
