"""Sealed chunks as files of any size: written from front to end, read anywhere, one chunk in memory."""

from __future__ import annotations

import io
import os
from typing import IO, TYPE_CHECKING

from core.sealing.chunks import CHUNK_BYTES, SEALED_CHUNK_BYTES, TAG_BYTES, ChunkCipher, n_sealed_chunks

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class SealingWriter(io.RawIOBase):
    """Seals what is written to it into a file that stands behind its head. It is whole once `finish` was called."""

    def __init__(self, file: IO[bytes], cipher: ChunkCipher) -> None:
        self._file, self._cipher = file, cipher
        self._waiting = bytearray()
        self._number = 0

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data).cast("B")
        for begin in range(0, len(view), CHUNK_BYTES):
            self._waiting += view[begin : begin + CHUNK_BYTES]
            if len(self._waiting) > CHUNK_BYTES:  # a full chunk stays, since it may be the last
                self._put(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
                del self._waiting[:CHUNK_BYTES]
        return len(view)

    def finish(self) -> None:
        """Write the last chunk: without it the file does not open."""
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _put(self, data: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.seal(self._number, data, is_last=is_last))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads such a file. The last chunk is opened first, so that one that was cut off is refused at once.

    Raises
    ------
    Damaged
        By every read: a chunk is not what was sealed there.
    """

    def __init__(self, file: IO[bytes], cipher: ChunkCipher, *, begin: int, name: str) -> None:
        self._file, self._cipher, self._begin = file, cipher, begin
        n_bytes = file.seek(0, os.SEEK_END) - begin
        self._last = n_sealed_chunks(n_bytes, name) - 1
        self._size = n_bytes - TAG_BYTES * (self._last + 1)
        self._position = 0
        self._number, self._chunk = self._last, self._opened(self._last)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self._position >= self._size:
            return 0
        number, begin = divmod(self._position, CHUNK_BYTES)
        if number != self._number:
            self._number, self._chunk = number, self._opened(number)
        view = memoryview(buffer).cast("B")
        part = self._chunk[begin : begin + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def _opened(self, number: int) -> bytes:
        self._file.seek(self._begin + number * SEALED_CHUNK_BYTES)
        return self._cipher.open(number, self._file.read(SEALED_CHUNK_BYTES), is_last=number == self._last)
