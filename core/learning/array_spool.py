"""Arrays in a temporary file, read one at a time: as many as the disk holds, whatever the memory.

The first megabyte stays in memory: what is prepared for a single decision needs no file, and a scorer may write none.

The file has no name (it lies where TMPDIR points), so it is gone with the spool or with the process, however that
ends. Reading gives the same bytes that were put in, from several threads at once. Where recordings are encrypted at
rest the file is too, with a key that only this process has: the blocks of a removed file stay on the disk for long.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
import weakref
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from core.arrays import FloatArray, IntArray

AES_BLOCK_BYTES = 16
IN_MEMORY_BYTES = 1 << 20


class LazyArrays(Sequence[FloatArray]):
    """Arrays that are fetched one at a time. A subclass gives their number, and fetches the array `at` an index."""

    @abstractmethod
    def at(self, index: int) -> FloatArray:
        """The array at an index from 0 to before the length."""

    @overload
    def __getitem__(self, index: int) -> FloatArray: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FloatArray]: ...
    def __getitem__(self, index: int | slice) -> FloatArray | Sequence[FloatArray]:
        if isinstance(index, slice):
            return ArraySubset(self, range(len(self))[index])
        return self.at(range(len(self))[index])


@dataclass(frozen=True)
class _SpoolEntry:
    """Where an array lies in the file, and what it is."""

    start: int
    shape: tuple[int, ...]
    dtype: str


class ArraySpool(LazyArrays):
    """A sequence of arrays of one type: `add` at the end, index anywhere. An index reads the file."""

    def __init__(self, arrays: Iterable[FloatArray] = ()) -> None:
        self._opened_file: int | None = None
        self._in_memory: list[FloatArray] = []
        self._entries: list[_SpoolEntry] = []
        self._end = 0
        self._key: bytes | None = None
        self._lock = threading.Lock()
        for array in arrays:
            self.add(array)

    def add(self, array: FloatArray) -> int:
        """Put an array behind the others; its index."""
        data = np.ascontiguousarray(array)
        with self._lock:
            if self._opened_file is None and self._end + data.nbytes <= IN_MEMORY_BYTES:
                self._in_memory.append(data.copy())
            else:
                self._store(data)
            self._entries.append(_SpoolEntry(self._end, array.shape, data.dtype.str))
            self._end += -(-data.nbytes // AES_BLOCK_BYTES) * AES_BLOCK_BYTES
            return len(self._entries) - 1

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of every array, without reading any."""
        return [entry.shape for entry in self._entries]

    @property
    def lengths(self) -> IntArray:
        """Rows of every array [shape=(n,), int]: frames, or 1 where an array is a single row."""
        return np.array([shape[0] if len(shape) == 2 else 1 for shape in self.shapes], dtype=np.int64)

    def __len__(self) -> int:
        return len(self._entries)

    def at(self, index: int) -> FloatArray:
        if index < len(self._in_memory):
            return self._in_memory[index].copy()
        entry = self._entries[index]
        array: FloatArray = np.empty(entry.shape, dtype=entry.dtype)
        if array.size:
            buffer = array.data.cast("B")
            _read(self._file, buffer, entry.start)
            if self._key is not None:
                buffer[:] = self._sealed_or_opened(buffer, entry.start)
        return array

    def _store(self, data: FloatArray) -> None:
        _write(self._file, self._sealed_or_opened(data.tobytes(), self._end), self._end)

    @property
    def _file(self) -> int:
        """The temporary file, made when it is first needed."""
        if self._opened_file is None:
            self._opened_file, path = tempfile.mkstemp(prefix="earshot-")
            Path(path).unlink()
            weakref.finalize(self, os.close, self._opened_file)
            self._key = _drawn_key()
        return self._opened_file

    def _sealed_or_opened(self, data: bytes | memoryview, start: int) -> bytes | memoryview:
        """AES-CTR, counted by blocks of the file, so that no count is used twice; without a key as it is."""
        if self._key is None:
            return data
        counter = (start // AES_BLOCK_BYTES).to_bytes(AES_BLOCK_BYTES, "big")
        return Cipher(AES(self._key), CTR(counter)).encryptor().update(data)


def _drawn_key() -> bytes | None:
    """A key of this process's own where recordings are encrypted at rest; None elsewhere."""
    from core.config import settings  # an exported model decides on few recordings, without settings

    return secrets.token_bytes(32) if settings().encryption_keys else None


class ArraySubset(LazyArrays):
    """Some arrays of a sequence, in the order of their indices; each is fetched when it is indexed."""

    def __init__(self, arrays: Sequence[FloatArray], indices: Sequence[int]) -> None:
        self._arrays, self._indices = arrays, indices

    def __len__(self) -> int:
        return len(self._indices)

    def at(self, index: int) -> FloatArray:
        return self._arrays[self._indices[index]]


class JoinedArrays(LazyArrays):
    """The arrays of several sequences, one sequence behind the other."""

    def __init__(self, sequences: Sequence[Sequence[FloatArray]]) -> None:
        self._sequences = sequences
        self._ends = np.cumsum([len(arrays) for arrays in sequences])

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def at(self, index: int) -> FloatArray:
        which = int(np.searchsorted(self._ends, index, side="right"))
        return self._sequences[which][index - int(self._ends[which]) + len(self._sequences[which])]


def _write(file: int, data: bytes | memoryview, start: int) -> None:
    rest = memoryview(data)
    while rest:
        n_bytes = os.pwrite(file, rest, start)
        rest, start = rest[n_bytes:], start + n_bytes


def _read(file: int, buffer: memoryview, start: int) -> None:
    while buffer:
        n_bytes = os.preadv(file, [buffer], start)
        if not n_bytes:
            raise OSError("The temporary file of the features is shorter than it was written.")
        buffer, start = buffer[n_bytes:], start + n_bytes
