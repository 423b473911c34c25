"""Files of a storage that is a folder of this machine. A file appears whole or not at all, even when the power fails.

Paths are plain strings: an import of short files spends a tenth of its time on anything more.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

UNFINISHED_AFTER_S = 3600.0
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


def read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def read_head(path: str, n_bytes: int) -> bytes:
    """The first bytes, fewer where there are no more."""
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read(n_bytes)


def size(path: str) -> int:
    return os.stat(path).st_size  # noqa: PTH116


def write(path: str, data: bytes) -> None:
    """Written under another name, brought to the disk, then renamed."""
    folder, name = os.path.split(path)
    unfinished = f"{folder}/.{name}.{uuid.uuid4().hex}"
    try:
        opened = os.open(unfinished, NEW_FILE, 0o666)
    except FileNotFoundError:  # the first file of its folder; to ask each time takes a tenth of an import
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        opened = os.open(unfinished, NEW_FILE, 0o666)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(opened, rest) :]
            os.fsync(opened)
        finally:
            os.close(opened)
        os.replace(unfinished, path)  # noqa: PTH105
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def remove_unfinished(file: Path) -> None:
    """Remove what a killed process left unfinished, unless it may still be written."""
    try:
        if time.time() - file.stat().st_mtime > UNFINISHED_AFTER_S:
            file.unlink()
    except FileNotFoundError:
        return


def _sync_folder(folder: str) -> None:
    """Wait until the names in a folder are on the disk: a file that was synced may else be lost with its name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
