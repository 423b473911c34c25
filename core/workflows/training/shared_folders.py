"""Folders that several processes write, replace and remove at once, without failing because of each other.

Every change is one rename of a unique name. What is gone meanwhile is gone, which is no error.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import uuid
from pathlib import Path

TRIES = 50


def fresh(folder: Path) -> Path:
    """A new, empty folder beside `folder`, to be filled and then `put`."""
    new = _aside(folder)
    new.mkdir(parents=True)
    return new


def put(new: Path, folder: Path, *, mark: str) -> None:
    """Let `new` be `folder`. A whole one that is there already stays; files of one that is not whole move into `new`.

    Parameters
    ----------
    mark : the file that only a whole folder has

    Raises
    ------
    FileNotFoundError
        Somebody has removed `new`.
    """
    for _ in range(TRIES):
        try:
            new.rename(folder)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        if (folder / mark).is_file():
            remove(new)
            return
        _take_over(folder, new)
    raise OSError(errno.EBUSY, "others write to this folder again and again", str(folder))


def replace(new: Path, folder: Path) -> None:
    """Let `new` be `folder`, whatever is there."""
    for _ in range(TRIES):
        remove(folder)
        try:
            new.rename(folder)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    raise OSError(errno.EBUSY, "others write to this folder again and again", str(folder))


def write(file: Path, text: str) -> None:
    """A whole file in a folder that others may replace or remove meanwhile."""
    for _ in range(TRIES):
        new = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
        # the folder was replaced, between looking and creating as well: once more, into the new one
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(text)
            new.replace(file)
            return
    raise OSError(errno.EBUSY, "others replace the folder of this file again and again", str(file))


def remove(folder: Path) -> None:
    """Remove a folder, if it is there: out of sight at once, then file by file."""
    aside = _aside(folder)
    with contextlib.suppress(FileNotFoundError):
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def entries(folder: Path) -> list[Path]:
    """The entries of a folder; none where it does not exist."""
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def modified_at(path: Path) -> float | None:
    """Seconds since 1970, None when it is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _take_over(folder: Path, new: Path) -> None:
    aside = _aside(folder)
    try:
        folder.rename(aside)
    except FileNotFoundError:
        return
    for file in entries(aside):
        if file.is_file() and not file.name.startswith(".") and not (new / file.name).exists():
            file.replace(new / file.name)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name.lstrip('.')}.{uuid.uuid4().hex}")  # hidden: it is no model
