"""Places that recordings come from: a folder, a zip archive, files sent by a browser. Opens no database.

Every place has `names()`, in a fixed order and without hidden files, and `read(name)`, which refuses what is too large,
missing, or leads out of the place. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from core.config import settings
from core.errors import Refused

MB = 1_000_000
MAX_SWELLING = 200
SWELLING_COUNTS_FROM_MB = 5.0  # below this, digital silence may well shrink a thousandfold


class Place(Protocol):
    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes:
        """The bytes of one file; Refused says why not."""


class Folder:
    """A folder of this machine, with the folders in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def names(self) -> list[str]:
        found = []
        for here, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if not is_hidden(name))
            found += [(Path(here) / name).relative_to(self.root).as_posix() for name in files if not is_hidden(name)]
        return sorted(found)

    def read(self, name: str) -> bytes:
        file = (self.root / name).resolve()
        if not file.is_relative_to(self.root):
            raise Refused("the path leads out of its folder")
        if not file.is_file():
            raise Refused("there is no such file")
        try:
            _check_size(file.stat().st_size)
            return file.read_bytes()
        except OSError as error:
            raise Refused(f"the file cannot be read: {error.strerror}") from None


class Uploads:
    """Files that a browser sent, by name: bytes, or where they were put on this machine."""

    def __init__(self, files: Mapping[str, bytes | Path]) -> None:
        self.files = dict(files)

    def names(self) -> list[str]:
        return sorted(name for name in self.files if not any(is_hidden(part) for part in name.split("/")))

    def read(self, name: str) -> bytes:
        # a browser may send files without the folders they were in
        for candidate in (name, name.rsplit("/", 1)[-1]):
            if candidate in self.files:
                content = self.files[candidate]
                _check_size(content.stat().st_size if isinstance(content, Path) else len(content))
                return content.read_bytes() if isinstance(content, Path) else content
        raise Refused("this file was not sent along")


class Archive:
    """A zip archive, read in place; what would climb out or swell is refused entry by entry.

    Raises
    ------
    Refused
        It is no zip archive, or a damaged one.
    """

    def __init__(self, file: Path | bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused(f"The zip archive cannot be read: {error}.") from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._problems: dict[str, str] = {}
        self._total_bytes = 0
        for entry in self._zip.infolist():
            if not entry.is_dir() and not any(is_hidden(part) for part in entry.filename.split("/")):
                self._admit(entry)

    def names(self) -> list[str]:
        return sorted({*self._entries, *self._problems})

    def read(self, name: str) -> bytes:
        if name in self._problems:
            raise Refused(self._problems[name])
        if name not in self._entries:
            raise Refused("there is no such file in the archive")
        entry = self._entries[name]
        try:
            with self._zip.open(entry) as file:
                # with a limit, an entry that unpacks to more than it said is noticed before it has swollen
                return file.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Refused(f"the entry of the archive is damaged: {error}") from None

    def _admit(self, entry: zipfile.ZipInfo) -> None:
        if entry.filename in self._entries:
            self._problems[f"{entry.filename} (again)"] = "the archive has this name twice; the first file was taken"
            return
        try:
            name = inside(entry.filename)
            _check_entry(entry)
            if self._total_bytes + entry.file_size > settings().max_archive_mb * MB:
                raise Refused(f"the archive unpacks to more than {settings().max_archive_mb:g} MB; this is beyond")
        except Refused as reason:
            self._problems[entry.filename] = str(reason)
            return
        self._total_bytes += entry.file_size
        self._entries[name] = entry


def inside(name: str) -> str:
    """A path as it is written in a manifest or an archive, with plain slashes.

    Raises
    ------
    Refused
        It is absolute, names a drive, or climbs out of its folder.
    """
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or re.fullmatch(r"[A-Za-z]:.*", parts[0]) or ".." in parts:
        raise Refused("the path leads out of its folder")
    return "/".join(part for part in parts if part not in ("", "."))


def is_hidden(name: str) -> bool:
    """Whether one step of a path is what file managers hide or leave behind."""
    return (name.startswith(".") and name not in {".", ".."}) or name in {"__MACOSX", "Thumbs.db", "desktop.ini"}


def _check_size(size_bytes: int) -> None:
    limit_mb = settings().max_recording_mb
    if size_bytes > limit_mb * MB:
        raise Refused(f"the file is too large: {size_bytes / MB:.1f} MB; at most {limit_mb:g} MB are taken")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """What the archive itself says of an entry; reading then stops at the size that is said here."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused("the entry is a link, not a file")
    if entry.flag_bits & 0x1:
        raise Refused("the entry is protected by a password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("the entry is packed in a way that is not read here; pack it with plain zip")
    _check_size(entry.file_size)
    swelling = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > SWELLING_COUNTS_FROM_MB * MB and swelling > MAX_SWELLING:
        raise Refused(f"the entry swells {swelling:.0f}-fold when unpacked, as no recording does")
