"""A zip of any number of files, written with little memory.

`zipfile` keeps what it knows of each file until it writes the list at the end: 600 bytes, for a million recordings more
than the server that writes it. Here the list waits in a file without a name.
"""

from __future__ import annotations

import pickle
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO


class LongArchive(zipfile.ZipFile):
    """A zip to write, whose names nobody writes twice: that is not looked for."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED)
        self.filelist = _Entries()
        self.NameToInfo = _NoNames()

    def close(self) -> None:
        """Write the list, and let the file that it waited in go."""
        try:
            super().close()
        finally:
            if isinstance(self.filelist, _Entries):
                self.filelist.close()


class _Entries(list[zipfile.ZipInfo]):
    """What a zip writes at its end, in the order of writing; always empty as a list."""

    def __init__(self) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the archive
        self._count = 0

    def append(self, entry: zipfile.ZipInfo, /) -> None:
        pickle.dump(entry, self._file)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[zipfile.ZipInfo]:
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)  # noqa: S301 - what this process has just written

    def close(self) -> None:
        self._file.close()


class _NoNames(dict[str, zipfile.ZipInfo]):
    def __setitem__(self, name: str, entry: zipfile.ZipInfo, /) -> None:
        """Remember nothing."""
