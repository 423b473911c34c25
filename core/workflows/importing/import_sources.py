"""Sources that recordings come from: a folder, a zip archive, files sent by a browser. Opens no database.

Every source has `names()`, in a fixed order and without hidden files; `find(name)`, which gives the name there that a
table means, however it was typed; and `read(name)`, which refuses what is too large, missing, or leads out of the
source. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from core.config import settings
from core.domain.names import file_key, file_name
from core.errors import Refused
from core.translation import mark

MB = 1_000_000
NO_SUCH_FILE = mark("there is no such file")
NOT_SENT = mark("this file was not sent along")
LEADS_OUT = mark("the path leads out of its folder")


class ImportSource(Protocol):
    def names(self) -> list[str]: ...

    def find(self, name: str) -> str:
        """The name here that is meant: exactly, else in another Unicode form, else in another case.

        Raises Refused where there is none, or where several could be meant.
        """

    def read(self, name: str) -> bytes:
        """The bytes of one file; Refused says why not."""

    def shown(self, name: str) -> str:
        """The name for people."""


class NameIndex:
    """An index of names in which names that look the same are equal."""

    def __init__(self, names: Iterable[str]) -> None:
        self._exact = set(names)
        self._by_form: dict[str, list[str]] = {}
        self._by_key: dict[str, list[str]] = {}
        for name in sorted(self._exact):
            self._by_form.setdefault(file_name(name), []).append(name)
            self._by_key.setdefault(file_key(name), []).append(name)

    def find(self, name: str, *, reason: str = NO_SUCH_FILE) -> str:
        if name in self._exact:
            return name
        for there in (self._by_form.get(file_name(name), []), self._by_key.get(file_key(name), [])):
            if len(there) == 1:
                return there[0]
            if there:
                raise Refused(
                    "several files could be meant: {there}",
                    there=", ".join(map(repr, there)),
                )
        raise Refused(reason)


class FolderSource:
    """A folder of this machine, with the folders in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._below = os.path.join(self.root, "")  # noqa: PTH118 - with the separator at its end
        self._index: NameIndex | None = None

    def names(self) -> list[str]:
        present = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if not is_hidden(name))
            before = Path(folder).relative_to(self.root).as_posix()
            present += [name if before == "." else f"{before}/{name}" for name in files if not is_hidden(name)]
        return sorted(present)

    def find(self, name: str) -> str:
        try:
            if (self.root / name).is_file():
                return name
        except (OSError, ValueError):  # a name that is too long, or that no file can have
            raise Refused(NO_SUCH_FILE) from None
        if self._index is None:
            self._index = NameIndex(self.names())
        return self._index.find(name)

    def read(self, name: str) -> bytes:
        path = os.path.realpath(os.path.join(self._below, name))  # noqa: PTH118
        if not path.startswith(self._below):
            raise Refused(LEADS_OUT)
        if not os.path.isfile(path):  # noqa: PTH113
            raise Refused(NO_SUCH_FILE)
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                check_size(os.fstat(file.fileno()).st_size)
                return file.read()
        except OSError as error:
            raise Refused(
                "the file cannot be read: {strerror}",
                strerror=error.strerror,
            ) from None

    def shown(self, name: str) -> str:
        return file_name(name)


class UploadSource:
    """Files that a browser sent: (name, content), the content as bytes or as the path where it was put.

    Several may have one name, from folders that the browser does not tell: each is a file of its own.
    """

    def __init__(self, files: Sequence[tuple[str, bytes | Path]]) -> None:
        self._files: dict[str, tuple[str, bytes | Path]] = {}
        for name, content in files:
            sent = name.replace("\\", "/")
            number, key = 1, sent
            while key in self._files:
                number += 1
                key = f"{sent} ({number})"
            self._files[key] = (sent, content)
        self._by_key: dict[str, list[str]] = {}
        self._by_last_part: dict[str, list[str]] = {}
        for key, (sent, _) in self._files.items():
            self._by_key.setdefault(file_key(sent), []).append(key)
            self._by_last_part.setdefault(file_key(sent).rsplit("/", 1)[-1], []).append(key)

    def names(self) -> list[str]:
        return sorted(
            key for key, (sent, _) in self._files.items() if not any(is_hidden(part) for part in sent.split("/"))
        )

    def find(self, name: str) -> str:
        """A browser may send files without the folders they were in: the last part of a name is enough when one has it.

        A file that was sent with its folders is never taken for one of another folder.
        """
        exact = self._by_key.get(file_key(name), [])
        if exact:
            return self._single(exact)
        last = file_key(name).rsplit("/", 1)[-1]
        has_folders = "/" in name
        loose = [key for key in self._by_last_part.get(last, []) if not (has_folders and "/" in self._files[key][0])]
        if not loose:
            raise Refused(NOT_SENT)
        return self._single(loose)

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise Refused(NOT_SENT)
        content = self._files[name][1]
        check_size(content.stat().st_size if isinstance(content, Path) else len(content))
        return content.read_bytes() if isinstance(content, Path) else content

    def shown(self, name: str) -> str:
        return file_name(self._files[name][0]) if name in self._files else file_name(name)

    def _single(self, keys: list[str]) -> str:
        if len(keys) == 1:
            return keys[0]
        sent = self._files[keys[0]][0]
        raise Refused(
            "{n_keys} files named {sent!r} were sent, and a browser does not tell their folders: send "
            "a zip of the folder instead",
            n_keys=len(keys),
            sent=sent,
        )


def inside(name: str) -> str:
    """A path as it is written in a manifest or an archive, with plain slashes.

    Raises
    ------
    Refused
        It is absolute, names a drive, or climbs out of its folder.
    """
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or re.fullmatch(r"[A-Za-z]:.*", parts[0]) or ".." in parts:
        raise Refused(LEADS_OUT)
    return "/".join(part for part in parts if part not in ("", "."))


def is_hidden(name: str) -> bool:
    """Whether a part of a path is a file or folder that file managers hide or leave behind."""
    return (name.startswith(".") and name not in {".", ".."}) or name in {"__MACOSX", "Thumbs.db", "desktop.ini"}


def check_size(size_bytes: int) -> None:
    limit_mb = settings().max_recording_mb
    if size_bytes > limit_mb * MB:
        raise Refused(
            "the file is too large: {size_bytes:.1f} MB; at most {limit_mb:g} MB are taken",
            size_bytes=size_bytes / MB,
            limit_mb=limit_mb,
        )
