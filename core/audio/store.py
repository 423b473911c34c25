"""Storage of bytes: original recordings and cached features, below a folder or an fsspec URL.

A recording's name is its SHA-256: `<storage>/recordings/<ab>/<sha256>.<extension>`, `<ab>` being the first two digits.
A file appears whole or not at all (written under another name, then renamed) and is never rewritten. `storage` is a
folder or a URL such as `s3://bucket/prefix`.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypedDict

from core.addresses import shown
from core.errors import NotFound


class _Entry(TypedDict):
    """What is used of an entry of a listing."""

    name: str
    type: str


class _FileSystem(Protocol):
    """What is used of an fsspec.AbstractFileSystem."""

    def cat_file(self, path: str) -> bytes: ...
    def pipe_file(self, path: str, value: bytes) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def size(self, path: str) -> int: ...
    def ls(self, path: str, *, detail: bool) -> list[_Entry]: ...


_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


def sha256_of(data: bytes) -> str:
    """64 hexadecimal digits: the name of a recording."""
    return hashlib.sha256(data).hexdigest()


def is_sha256(name: str) -> bool:
    """Whether it is the name of a recording: 64 hexadecimal digits."""
    return bool(_SHA256.fullmatch(name))


def put(storage: str, data: bytes, extension: str) -> str:
    """Store the original bytes of a recording; the same bytes twice are one file.

    Returns
    -------
    str
        Their SHA-256.
    """
    sha256 = sha256_of(data)
    path = _recording(sha256, extension)
    if size_of(storage, path) != len(data):
        write(storage, path, data)
    return sha256


def get(storage: str, sha256: str, extension: str) -> bytes:
    """The original bytes of a recording.

    Raises
    ------
    NotFound
        They are not in the storage.
    """
    data = read(storage, _recording(sha256, extension))
    if data is None:
        raise NotFound(f"The recording {sha256[:12]}.{extension} is not in the storage {shown(storage)}.")
    return data


def has(storage: str, sha256: str, extension: str) -> bool:
    """Whether the bytes of a recording are in the storage."""
    return size_of(storage, _recording(sha256, extension)) is not None


def delete(storage: str, sha256: str, extension: str) -> None:
    """Remove the bytes of a recording, if they are there."""
    remove(storage, _recording(sha256, extension))


def read(storage: str, path: str) -> bytes | None:
    """The bytes at a path below the storage, None where there is nothing."""
    files, root = _file_system(storage)
    try:
        return Path(root, path).read_bytes() if _is_local(files) else files.cat_file(f"{root}/{path}")
    except FileNotFoundError:
        return None


def write(storage: str, path: str, data: bytes) -> None:
    """Bytes to a path below the storage: whole or not at all, even when others write the same or the power fails."""
    files, root = _file_system(storage)
    if not _is_local(files):
        files.pipe_file(f"{root}/{path}", data)  # object stores show an upload when it is complete
        return
    target = Path(root, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def remove(storage: str, path: str) -> None:
    """Remove what is at a path below the storage, if there is anything."""
    files, root = _file_system(storage)
    try:
        files.rm_file(f"{root}/{path}")
    except FileNotFoundError:
        return


def size_of(storage: str, path: str) -> int | None:
    """How many bytes are at a path below the storage, None where there is nothing."""
    files, root = _file_system(storage)
    try:
        return Path(root, path).stat().st_size if _is_local(files) else int(files.size(f"{root}/{path}"))
    except FileNotFoundError:
        return None


def folders(storage: str, path: str) -> list[str]:
    """Names of the folders directly below a path of the storage."""
    files, root = _file_system(storage)
    try:
        entries = files.ls(f"{root}/{path}", detail=True)
    except FileNotFoundError:
        return []
    return sorted(entry["name"].rstrip("/").rsplit("/", 1)[-1] for entry in entries if entry["type"] == "directory")


def _recording(sha256: str, extension: str) -> str:
    if not _SHA256.fullmatch(sha256) or not _EXTENSION.fullmatch(extension):
        raise NotFound(f"No recording is called {sha256!r}.{extension!r}: expected a SHA-256 and an extension.")
    return f"recordings/{sha256[:2]}/{sha256}.{extension}"


@lru_cache(maxsize=64)
def _file_system(storage: str) -> tuple[_FileSystem, str]:
    """The file system of a storage and the path of the storage in it."""
    import fsspec

    files, root = fsspec.core.url_to_fs(storage)
    return files, root.rstrip("/")


def _is_local(files: _FileSystem) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(files, LocalFileSystem)
