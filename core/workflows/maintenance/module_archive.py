"""Archives of hub modules, unpacked without trust: no path leaves the folder, and nothing grows beyond a limit.

A module is a `.tar.gz` with `saved_model.pb` at its top, or in a single folder at its top.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.errors import Refused

MAX_UNPACKED_BYTES = 600_000_000  # twice what VGGish holds
MAX_MEMBERS, MAX_DEPTH, MAX_NAME = 500, 6, 200
MARK = "saved_model.pb"
GZIP_MAGIC = b"\x1f\x8b"
CHUNK_BYTES = 1 << 20


class _Limited(io.RawIOBase):
    """What an archive unpacks to, up to the limit: tar headers and padding count as well."""

    def __init__(self, unpacked: BinaryIO) -> None:
        self._unpacked, self._n_read = unpacked, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._unpacked.read(CHUNK_BYTES if size < 0 else size)
        self._n_read += len(data)
        if self._n_read > MAX_UNPACKED_BYTES:
            raise Refused(
                "The archive unpacks to more than {max_unpacked_bytes:.0f} MB: it is no module.",
                max_unpacked_bytes=MAX_UNPACKED_BYTES / 1000000.0,
            )
        return data


def is_gzip(file: Path) -> bool:
    """Whether a file begins as an archive does; a page of a web site does not."""
    with file.open("rb") as opened:
        return opened.read(2) == GZIP_MAGIC


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a module into a folder that is empty; the folder that holds `saved_model.pb`.

    Raises
    ------
    Refused
        It is no whole `.tar.gz`, holds anything but files and folders, a path that leads out of it, or too much, or
        no module.
    """
    try:
        with gzip.open(archive, "rb") as unpacked:
            limited = _Limited(unpacked)  # type: ignore[arg-type] # a GzipFile reads bytes
            with tarfile.open(fileobj=limited, mode="r|") as members:
                _unpack_all(members, folder)
            while limited.read(CHUNK_BYTES):  # to its end, where its checksum stands
                pass
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Refused(
            "The archive is damaged or not whole ({error}); download it again.",
            error=error,
        ) from None
    return find_module(folder)


def find_module(folder: Path) -> Path:
    """The folder itself, or the only one in it, where `saved_model.pb` lies.

    Raises
    ------
    Refused
        It lies in neither.
    """
    inside = [entry for entry in folder.iterdir() if entry.is_dir()]
    candidates = [folder, *inside] if len(inside) == 1 else [folder]
    for candidate in candidates:
        if (candidate / MARK).is_file():
            return candidate
    raise Refused(
        "There is no {mark} at its top: a TensorFlow 2 SavedModel is needed.",
        mark=MARK,
    )


def _unpack_all(members: tarfile.TarFile, folder: Path) -> None:
    for n_before, member in enumerate(members):
        if n_before >= MAX_MEMBERS:
            raise Refused(
                "The archive holds more than {max_members} files: it is no module.",
                max_members=MAX_MEMBERS,
            )
        target = folder / _safe_path(member)
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        if target.exists():
            raise Refused(
                "The archive holds {name!r} twice.",
                name=member.name[:MAX_NAME],
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(members, member, target)


def _copy(members: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    if member.size > MAX_UNPACKED_BYTES:
        raise Refused(
            "The archive unpacks to more than {max_unpacked_bytes:.0f} MB: it is no module.",
            max_unpacked_bytes=MAX_UNPACKED_BYTES / 1000000.0,
        )
    content = members.extractfile(member)
    if content is None:
        raise Refused(
            "The archive holds {name!r}, which is no file.",
            name=member.name[:MAX_NAME],
        )
    with target.open("xb") as file:
        while chunk := content.read(CHUNK_BYTES):
            file.write(chunk)


def _safe_path(member: tarfile.TarInfo) -> PurePosixPath:
    name, path = member.name, PurePosixPath(member.name)
    is_odd = "\\" in name or ":" in name or "\0" in name or len(name) > MAX_NAME or len(path.parts) > MAX_DEPTH
    if path.is_absolute() or ".." in path.parts or is_odd:
        raise Refused(
            "The archive holds the path {name!r}, which leads out of it; nothing was taken.",
            name=name[:MAX_NAME],
        )
    if not (member.isfile() or member.isdir()) or member.issparse():
        raise Refused(
            "The archive holds {name!r}, which is no file and no folder; nothing was taken.",
            name=name[:MAX_NAME],
        )
    return path
