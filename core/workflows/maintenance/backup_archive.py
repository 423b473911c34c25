"""What lies in a backup, and how it is written and read; `backup` says when.

    backup.json                  format, version of the tables, when, how much
    tables/<name>.jsonl          one row a line; the same for SQLite and PostgreSQL, so a backup also moves house
    recordings/<sha256>.<ext>    original bytes
    models/<id>/...              trained models

Features are left out: they are a cache. So are sign-ins: whoever was signed in signs in again. Recordings and models
have modules of their own, `archived_recordings` and `archived_models`.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.domain.json_types import JsonObject, object_of
from core.errors import Refused

FORMAT = 1
CARD = "backup.json"
TABLE = re.compile(r"tables/(\w+)\.jsonl")


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
    card = object_of(json.loads(archive.read(CARD)))
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
    """The rows of a table.

    Raises
    ------
    KeyError, ValueError
        There is no such table, or a line of it is no row.
    """
    with archive.open(f"tables/{table}.jsonl") as file:
        for line in file:
            yield _row(line)


def _row(line: bytes) -> JsonObject:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError(f"expected a row, got {type(row).__name__}")
    return row


def named_tables(archive: zipfile.ZipFile) -> set[str]:
    """The tables that an archive has rows of, by its own account."""
    return {match[1] for name in archive.namelist() if (match := TABLE.fullmatch(name))}
