"""What lies in a backup, and how it is written and read; `backup` says when.

    backup.json                  format, version of the tables, when, how much
    tables/<name>.jsonl          one row a line; the same for SQLite and PostgreSQL, so a backup also moves house
    recordings/<sha256>.<ext>    original bytes
    models/<id>/...              trained models

Features are left out: they are a cache. So are sign-ins: whoever was signed in signs in again.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from core.audio import store
from core.config import settings
from core.domain.json_types import JsonObject, text_of
from core.errors import Damaged, NotFound, Refused
from core.sealing.chunks import damaged
from core.workflows.importing.import_sources import inside
from core.workflows.training import model_folders, shared_folders

FORMAT = 1
CARD = "backup.json"
RECORDINGS = "recordings/"
RECORDING = re.compile(r"recordings/([0-9a-f]{64})\.([a-z0-9]{1,8})")

Holders: TypeAlias = Mapping[str, zipfile.ZipFile]
"""For each recording of a backup, by its name in archives, the archive that holds it; see `backup_chain`."""

Progress = Callable[[int, int], None]


@contextmanager
def named_when_damaged(path: Path) -> Iterator[None]:
    """Refuse an archive that cannot be read, by its name."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise Refused(
            "{path} is no backup, or damaged: {error}",
            path=path,
            error=error,
        ) from None


def write_card(archive: zipfile.ZipFile, card: JsonObject) -> None:
    archive.writestr(CARD, json.dumps({"format": FORMAT, **card}, indent=1))


def read_card(archive: zipfile.ZipFile) -> JsonObject:
    """What the backup records about itself.

    Raises
    ------
    Refused
        This is no backup, or one in a format of another version.
    """
    if CARD not in archive.namelist():
        raise Refused(
            "This archive is no backup: there is no {card} in it.",
            card=CARD,
        )
    card = json.loads(archive.read(CARD))
    if card.get("format") != FORMAT:
        raise Refused(
            "This backup has format {found}; expected {format}. Use the version that made it.",
            found=card.get("format"),
            format=FORMAT,
        )
    return dict(card)


def write_table(archive: zipfile.ZipFile, table: str, rows: Iterator[JsonObject]) -> int:
    """Write the rows of a table; how many."""
    count = 0
    with archive.open(f"tables/{table}.jsonl", "w") as file:
        for row in rows:
            file.write(json.dumps(row).encode() + b"\n")
            count += 1
    return count


def read_table(archive: zipfile.ZipFile, table: str) -> Iterator[JsonObject]:
    with archive.open(f"tables/{table}.jsonl") as file:
        for line in file:
            yield json.loads(line)


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


def write_models(archive: zipfile.ZipFile) -> int:
    """Write every published model; how many. One that is deleted meanwhile is left out, whole."""
    return sum(_write_model(archive, model_id) for model_id in model_folders.names())


def _write_model(archive: zipfile.ZipFile, model_id: str) -> bool:
    try:
        folder = model_folders.folder_of(model_id)
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]
        files = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
    except (FileNotFoundError, NotFound):
        return False
    for name, data in files:
        archive.writestr(f"models/{model_id}/{name}", data, zipfile.ZIP_DEFLATED)
    return bool(files)


def new_models(archive: zipfile.ZipFile) -> list[Path]:
    """Folders of the models of a backup that are not there."""
    names = {name.split("/")[1] for name in archive.namelist() if name.startswith("models/") and name.count("/") > 1}
    there, folder = set(model_folders.names()), settings().models
    new = [folder / name for name in sorted(names) if name not in there and name not in (".", "..", "")]
    return [model for model in new if not model.exists()]


def restore_models(archive: zipfile.ZipFile) -> int:
    """Put models into their folder, each by one rename; those that are there already are left as they are."""
    names = [inside(name) for name in archive.namelist() if name.startswith("models/") and not name.endswith("/")]
    models = sorted({name.split("/")[1] for name in names})
    folder = settings().models
    folder.mkdir(parents=True, exist_ok=True)
    there = set(model_folders.names())
    for model in models:
        if model not in there:
            _restore_model(archive, [name for name in names if name.split("/")[1] == model], folder)
    return len(models)


def _restore_model(archive: zipfile.ZipFile, names: list[str], folder: Path) -> None:
    part = Path(tempfile.mkdtemp(dir=folder, prefix=".restore-"))
    try:
        for name in names:
            file = part / Path(name).relative_to("models")
            file.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target)
        model = next(part.iterdir())
        shared_folders.replace(model, folder / model.name)
        model_folders.share(model.name)
    finally:
        shutil.rmtree(part, ignore_errors=True)
