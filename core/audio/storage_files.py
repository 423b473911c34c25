"""Bytes at paths below a storage, as they lie there: a folder or an fsspec URL such as `s3://bucket/prefix`.

A file appears whole or not at all (written under another name, then renamed). What the bytes mean, and whether they are
encrypted, is the business of `store`.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypedDict

from core.addresses import shown
from core.audio import local_files
from core.config import without_secrets
from core.errors import SettingsError, Unavailable
from core.messages import Message

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
WITH_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})
LOOK_AGAIN_S = 10.0
_SEEN: set[tuple[str, str]] = set()
_THERE_UNTIL: dict[str, float] = {}
READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class _Entry(TypedDict):
    """What is used of an entry of a listing."""

    name: str
    type: str


class _FileSystem(Protocol):
    """What is used of an fsspec.AbstractFileSystem."""

    def cat_file(self, path: str, start: int | None = None, end: int | None = None) -> bytes: ...
    def pipe_file(self, path: str, value: bytes) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def size(self, path: str) -> int: ...
    def ls(self, path: str, *, detail: bool) -> list[_Entry]: ...
    def find(self, path: str) -> list[str]: ...
    def exists(self, path: str) -> bool: ...


def read(storage: str, path: str) -> bytes | None:
    """The bytes at a path, None where there is nothing."""
    files, root = _file_system(storage)
    try:
        with _named(storage):
            return local_files.read(f"{root}/{path}") if _is_local(files) else files.cat_file(f"{root}/{path}")
    except FileNotFoundError:
        require_there(storage)
        return None


def read_head(storage: str, path: str, n_bytes: int) -> bytes | None:
    """The first bytes at a path, fewer where there are no more; None where there is nothing."""
    files, root = _file_system(storage)
    try:
        with _named(storage):
            if not _is_local(files):
                return files.cat_file(f"{root}/{path}", start=0, end=n_bytes)
            return local_files.read_head(f"{root}/{path}", n_bytes)
    except FileNotFoundError:
        return None


def write(storage: str, path: str, data: bytes) -> None:
    """Bytes to a path: whole or not at all, even when others write the same, the disk is full or the power fails.

    Raises
    ------
    Unavailable
        The storage cannot be written; the message says what to do. So do the other functions where it is out of reach.
    """
    files, root = _file_system(storage)
    try:
        with _named(storage):
            if _is_local(files):
                local_files.write(f"{root}/{path}", data)
            else:
                files.pipe_file(f"{root}/{path}", data)  # object stores show an upload when it is complete
    except FileNotFoundError:
        raise Unavailable(
            "The storage {storage} is not there. Make its folder or bucket, or mount it.",
            storage=shown(storage),
        ) from None


def require_driver(storage: str) -> None:
    """Refuse a storage whose driver is not there, with SettingsError."""
    _file_system(storage)


def require_there(storage: str) -> None:
    """Refuse a storage whose bucket is not there: nothing in it counts as lost. Looks again after some seconds.

    Raises
    ------
    Unavailable
    """
    files, root = _file_system(storage)
    bucket = root.split("/")[0]
    if storage.partition("://")[0] not in WITH_BUCKETS or time.monotonic() < _THERE_UNTIL.get(bucket, 0.0):
        return
    with _named(storage):
        is_there = files.exists(bucket)
    if not is_there:
        raise Unavailable(
            "The storage {storage} is not there: no bucket is called {bucket!r}, or these keys may "
            "not see it. Make the bucket, or set EARSHOT_STORAGE to another one.",
            storage=shown(storage),
            bucket=bucket,
        )
    _THERE_UNTIL[bucket] = time.monotonic() + LOOK_AGAIN_S


def is_away(storage: str, folder: str) -> bool:
    """Whether a storage on this machine is not there just now, as when its disk is not mounted.

    It is an empty folder, as a mount point is, or a folder in it is gone that this process has read or written. Of a
    storage elsewhere always False: that does not answer.
    """
    files, root = _file_system(storage)
    if not _is_local(files) or Path(root, folder).is_dir():
        return False
    is_mount_point = Path(root).is_dir() and not any(Path(root).iterdir())
    return is_mount_point or (root, folder) in _SEEN


def note_presence(storage: str, folder: str) -> None:
    """A folder of the storage is there: from now on `is_away` says when it is not."""
    _SEEN.add((_file_system(storage)[1], folder))


def remove(storage: str, path: str) -> None:
    """Remove what is at a path, if there is anything."""
    files, root = _file_system(storage)
    try:
        with _named(storage):
            files.rm_file(f"{root}/{path}")
    except FileNotFoundError:
        return


def size_of(storage: str, path: str) -> int | None:
    """How many bytes are at a path, None where there is nothing."""
    files, root = _file_system(storage)
    try:
        with _named(storage):
            return local_files.size(f"{root}/{path}") if _is_local(files) else int(files.size(f"{root}/{path}"))
    except FileNotFoundError:
        require_there(storage)
        return None


def folders(storage: str, path: str) -> list[str]:
    """Names of the folders directly below a path."""
    files, root = _file_system(storage)
    try:
        with _named(storage):
            entries = files.ls(f"{root}/{path}", detail=True)
    except FileNotFoundError:
        return []
    return sorted(entry["name"].rstrip("/").rsplit("/", 1)[-1] for entry in entries if entry["type"] == "directory")


def paths_below(storage: str, folder: str) -> Iterator[str]:
    """The path of every finished file below a folder, sorted. What a killed process left unfinished is removed."""
    files, root = _file_system(storage)
    begin = len(root.rstrip("/")) + 1
    with _named(storage):
        stored_paths = sorted(files.find(f"{root}/{folder}"))
    for stored_path in stored_paths:
        if not stored_path.rsplit("/", 1)[-1].startswith("."):
            yield stored_path[begin:]
        elif _is_local(files):
            local_files.remove_unfinished(Path(stored_path))


@lru_cache(maxsize=64)
def _file_system(storage: str) -> tuple[_FileSystem, str]:
    """The file system of a storage and the path of the storage in it.

    Raises
    ------
    SettingsError
        Its driver is not installed, or there is none of this name.
    """
    import fsspec

    try:
        # without a cache of listings: other processes write there as well
        files, root = fsspec.core.url_to_fs(storage, **({"use_listings_cache": False} if "://" in storage else {}))
    except (ImportError, ValueError) as error:
        raise SettingsError(
            "EARSHOT_STORAGE={storage!r} cannot be used: {error}. Install the driver into Earshot's "
            ".venv (for s3:// that is s3fs), or name a folder.",
            storage=shown(storage),
            error=without_secrets(str(error)),
        ) from None
    return files, root.rstrip("/")


@contextmanager
def _named(storage: str) -> Iterator[None]:
    """Name what keeps a storage from being read or written; a file that is not there stays FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unavailable(
            "The storage {storage} {trouble}",
            storage=shown(storage),
            trouble=_trouble(error),
        ) from None
    except Exception as error:
        if "://" not in storage:
            raise
        # drivers raise what they like when their service is out of reach
        reason = without_secrets(f"{type(error).__name__}: {error}")
        raise Unavailable(
            "The storage {storage} does not answer: {reason}",
            storage=shown(storage),
            reason=reason,
        ) from None


def _trouble(error: OSError) -> Message:
    if error.errno in FULL:
        return Message("is full. Nothing of this file was stored. Free some space there, and try again.")
    if error.errno in READ_ONLY:
        return Message(
            "refuses the user who runs Earshot. Let that user read and write its folder, and mount it for writing."
        )
    reason = error.strerror or type(error).__name__
    return Message("cannot be read or written: {reason}. Is its disk there, and whole?", {"reason": reason})


def _is_local(files: _FileSystem) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(files, LocalFileSystem)
