"""Bytes at paths below a storage, as they lie there: a folder or an fsspec URL such as `s3://bucket/prefix`.

A file appears whole or not at all (written under another name, then renamed). What the bytes mean, and whether they are
encrypted, is the business of `store`.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypedDict

UNFINISHED_AFTER_S = 3600.0


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


def read(storage: str, path: str) -> bytes | None:
    """The bytes at a path, None where there is nothing."""
    files, root = _file_system(storage)
    try:
        return Path(root, path).read_bytes() if _is_local(files) else files.cat_file(f"{root}/{path}")
    except FileNotFoundError:
        return None


def read_head(storage: str, path: str, n_bytes: int) -> bytes | None:
    """The first bytes at a path, fewer where there are no more; None where there is nothing."""
    files, root = _file_system(storage)
    try:
        if not _is_local(files):
            return files.cat_file(f"{root}/{path}", start=0, end=n_bytes)
        with Path(root, path).open("rb") as file:
            return file.read(n_bytes)
    except FileNotFoundError:
        return None


def write(storage: str, path: str, data: bytes) -> None:
    """Bytes to a path: whole or not at all, even when others write the same or the power fails."""
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
    """Remove what is at a path, if there is anything."""
    files, root = _file_system(storage)
    try:
        files.rm_file(f"{root}/{path}")
    except FileNotFoundError:
        return


def size_of(storage: str, path: str) -> int | None:
    """How many bytes are at a path, None where there is nothing."""
    files, root = _file_system(storage)
    try:
        return Path(root, path).stat().st_size if _is_local(files) else int(files.size(f"{root}/{path}"))
    except FileNotFoundError:
        return None


def folders(storage: str, path: str) -> list[str]:
    """Names of the folders directly below a path."""
    files, root = _file_system(storage)
    try:
        entries = files.ls(f"{root}/{path}", detail=True)
    except FileNotFoundError:
        return []
    return sorted(entry["name"].rstrip("/").rsplit("/", 1)[-1] for entry in entries if entry["type"] == "directory")


def paths_below(storage: str, folder: str) -> Iterator[str]:
    """The path of every finished file below a folder, sorted. What a killed process left unfinished is removed."""
    files, root = _file_system(storage)
    begin = len(root.rstrip("/")) + 1
    for found in sorted(files.find(f"{root}/{folder}")):
        if not found.rsplit("/", 1)[-1].startswith("."):
            yield found[begin:]
        elif _is_local(files):
            _remove_unfinished(Path(found))


def _remove_unfinished(file: Path) -> None:
    try:
        if time.time() - file.stat().st_mtime > UNFINISHED_AFTER_S:
            file.unlink()
    except FileNotFoundError:
        return


@lru_cache(maxsize=64)
def _file_system(storage: str) -> tuple[_FileSystem, str]:
    """The file system of a storage and the path of the storage in it."""
    import fsspec

    files, root = fsspec.core.url_to_fs(storage)
    return files, root.rstrip("/")


def _is_local(files: _FileSystem) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(files, LocalFileSystem)
