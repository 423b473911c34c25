"""Arrays in a temporary file, read one at a time: as many as the disk holds, whatever the memory.

The file has no name (it lies where TMPDIR points), so it is gone with the spool or with the process, however that
ends. Reading gives the same bytes that were put in, from several threads at once.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

import numpy as np


class LazyArrays(Sequence[np.ndarray]):
    """Arrays that are fetched one at a time; a subclass says how many there are, and fetches the one `at` an index."""

    @abstractmethod
    def at(self, index: int) -> np.ndarray:
        """The array at an index from 0 to before the length."""

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[np.ndarray]: ...
    def __getitem__(self, index: int | slice) -> np.ndarray | Sequence[np.ndarray]:
        if isinstance(index, slice):
            return ArraySubset(self, range(len(self))[index])
        return self.at(range(len(self))[index])


class ArraySpool(LazyArrays):
    """A sequence of arrays of one type: `add` at the end, index anywhere. An index reads the file."""

    def __init__(self, arrays: Iterable[np.ndarray] = ()) -> None:
        self._file, path = tempfile.mkstemp(prefix="earshot-")
        Path(path).unlink()
        weakref.finalize(self, os.close, self._file)
        self._places: list[tuple[int, tuple[int, ...], str]] = []
        self._end = 0
        self._lock = threading.Lock()
        for one in arrays:
            self.add(one)

    def add(self, one: np.ndarray) -> int:
        """Put an array behind the others; its index."""
        data = np.ascontiguousarray(one)
        with self._lock:
            _write(self._file, data.tobytes(), self._end)
            self._places.append((self._end, one.shape, data.dtype.str))
            self._end += data.nbytes
            return len(self._places) - 1

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of every array, without reading any."""
        return [shape for _, shape, _ in self._places]

    @property
    def lengths(self) -> np.ndarray:
        """Rows of every array [shape=(n,), int]: frames, or 1 where an array is a single row."""
        return np.array([shape[0] if len(shape) == 2 else 1 for shape in self.shapes], dtype=np.int64)

    def __len__(self) -> int:
        return len(self._places)

    def at(self, index: int) -> np.ndarray:
        start, shape, kind = self._places[index]
        made = np.empty(shape, dtype=kind)
        if made.size:
            _read(self._file, made.data.cast("B"), start)
        return made


class ArraySubset(LazyArrays):
    """Some arrays of a sequence, in the order of their indices; each is fetched when it is asked for."""

    def __init__(self, of: Sequence[np.ndarray], indices: Sequence[int]) -> None:
        self._of, self._indices = of, indices

    def __len__(self) -> int:
        return len(self._indices)

    def at(self, index: int) -> np.ndarray:
        return self._of[self._indices[index]]


def _write(file: int, data: bytes, at: int) -> None:
    rest = memoryview(data)
    while rest:
        done = os.pwrite(file, rest, at)
        rest, at = rest[done:], at + done


def _read(file: int, into: memoryview, at: int) -> None:
    while into:
        done = os.preadv(file, [into], at)
        if not done:
            raise OSError("The temporary file of the features is shorter than it was written.")
        into, at = into[done:], at + done
