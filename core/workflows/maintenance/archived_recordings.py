"""Recordings in a backup: writing, checking and restoring their bytes, each against its SHA-256."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core.audio import store
from core.config import settings
from core.domain.json_types import text_of
from core.errors import Damaged, NotFound, Refused
from core.sealing.chunks import damaged
from core.workflows.maintenance.backup_archive import read_table

RECORDINGS = "recordings/"
RECORDING = re.compile(r"recordings/([0-9a-f]{64})\.([a-z0-9]{1,8})")

Holders: TypeAlias = Mapping[str, zipfile.ZipFile]
"""For each recording of a backup, by its name in archives, the archive that holds it; see `backup_chain`."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LeftOut:
    """Names of recordings whose bytes are left out; `damaged` of those that rotted, the others are lost."""

    missing: list[str]
    damaged: list[str]


def write_recordings(
    archive: zipfile.ZipFile, files: Iterable[tuple[str, str]], n_files: int, on_progress: Progress | None
) -> LeftOut:
    """Write the bytes of recordings, each (sha256, extension), when they are what the hash says; which are left out."""
    left_out = LeftOut([], [])
    for done, (sha256, extension) in enumerate(files, start=1):
        name = f"{sha256}.{extension}"
        try:
            data = store.get(settings().storage, sha256, extension)
            if store.sha256_of(data) != sha256:
                raise damaged(name)
            archive.writestr(f"recordings/{name}", data, zipfile.ZIP_STORED)  # sound is compressed already
        except (NotFound, Damaged) as error:
            left_out.missing.append(name)
            if isinstance(error, Damaged):
                left_out.damaged.append(name)
        if on_progress is not None:
            on_progress(done, n_files)
    return left_out


def recordings_of_rows(archive: zipfile.ZipFile) -> set[str]:
    """The recordings that the rows of a backup name, as archives name them."""
    rows = read_table(archive, "recordings")
    return {f"{RECORDINGS}{text_of(row['sha256'])}.{text_of(row['extension'])}" for row in rows}


def new_recordings(holders: Holders) -> list[tuple[str, str]]:
    """The recordings of a backup, as (sha256, extension), whose bytes are not in the storage."""
    matches = [RECORDING.fullmatch(name) for name in holders]
    files = [(match[1], match[2]) for match in matches if match is not None]
    return [file for file in files if not store.has(settings().storage, *file)]


def check_recordings(holders: Holders) -> None:
    """Compare the bytes of every recording with its SHA-256.

    Raises
    ------
    Refused
        Bytes that are not what their name says.
    """
    for name, archive in holders.items():
        match = RECORDING.fullmatch(name)
        if match is None or store.sha256_of(archive.read(name)) != match[1]:
            raise Refused(
                "The backup is damaged: {name} holds other bytes than it says.",
                name=name,
            )


def restore_recordings(
    holders: Holders, on_progress: Progress | None, *, without_lost: bool = False
) -> tuple[int, list[str]]:
    """Put the bytes into the storage, each checked against its SHA-256; how many, and the names of those left out.

    without_lost : leave out bytes that are not what their name says.

    Raises
    ------
    Refused
        There are such bytes, and nobody wanted to go on without them.
    """
    left_out: list[str] = []
    for done, (name, archive) in enumerate(holders.items(), start=1):
        data, extension = _whole_bytes(archive, name)
        if data is not None:
            store.put(settings().storage, data, extension)
        elif without_lost:
            left_out.append(name.removeprefix(RECORDINGS))
        else:
            raise Refused(
                "The backup is damaged: {name} holds other bytes than it says. Nothing was restored. With "
                "--without-lost everything else is.",
                name=name,
            )
        if on_progress is not None:
            on_progress(done, len(holders))
    return len(holders) - len(left_out), left_out


def _whole_bytes(archive: zipfile.ZipFile, name: str) -> tuple[bytes | None, str]:
    """The bytes of a recording, None where they are not what the name says; and the extension."""
    match = RECORDING.fullmatch(name)
    if match is None:
        return None, ""
    try:
        data = archive.read(name)
    except (zipfile.BadZipFile, zlib.error):  # its checksum
        return None, match[2]
    return (data if store.sha256_of(data) == match[1] else None), match[2]
