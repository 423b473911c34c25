"""The rows of a backup as the newest tables have them, whichever version wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias
from zipfile import ZipFile

from core.config import settings
from core.domain.json_types import JsonObject, JsonValue
from core.errors import Refused
from core.workflows.maintenance.backup_archive import named_tables, read_table
from db import earlier_tables, migrating, session, table_dump

RowsOfTable: TypeAlias = Callable[[str], Iterator[JsonObject]]


@dataclass(frozen=True)
class ArchivedRows:
    """What is to be restored.

    of : the rows of each of the newest tables that backups hold.
    tables : the tables whose rows the archive has.
    earlier : the version of these, where it is an earlier one.
    """

    of: RowsOfTable
    tables: tuple[str, ...]
    earlier: str | None = None


@contextmanager
def opened_rows(archive: ZipFile, card: JsonObject) -> Iterator[ArchivedRows]:
    """The rows of an archive; those of an earlier version are migrated first, and held until the block ends.

    Raises
    ------
    Refused
        A newer version wrote them, or none; or they are damaged.
    Unavailable
        There is no room to migrate them.
    """
    version = _known_version(card)
    if version == migrating.versions()[-1]:
        yield ArchivedRows(partial(read_table, archive), tuple(table_dump.tables()))
        return
    with earlier_tables.empty_tables(version, settings().local_folder) as scratch:
        held = named_tables(archive)
        tables = tuple(name for name in earlier_tables.names(scratch) if name in held)
        n_rows = earlier_tables.fill(scratch, partial(read_table, archive), tables)
        require_promised(card, "rows", n_rows)  # a table that is missing as well
        earlier_tables.migrate(scratch)
        yield ArchivedRows(partial(_migrated, scratch), tables, earlier=version)


def require_promised(card: JsonObject, what: str, count: int) -> None:
    """Refuse an archive that holds more or less than it records about itself."""
    if card.get(what) != count:
        raise Refused(
            "The backup is damaged: it names {promised} {what} and holds {count}.",
            promised=card.get(what),
            what=what,
            count=count,
        )


def _known_version(card: JsonObject) -> str:
    version, known = card.get("version"), migrating.versions()
    if isinstance(version, str) and version in known:
        return version
    if _is_newer(version, known[-1]):
        raise Refused(
            "A newer version of Earshot made this backup, with tables {version}; this one knows tables up to {newest}. "
            "Upgrade Earshot to the version that made it, or a later one, and restore it there.",
            version=version,
            newest=known[-1],
        )
    raise Refused(
        "The backup is damaged: it names tables {version}, which no version of Earshot has had. Those of this one are "
        "{newest}.",
        version=version,
        newest=known[-1],
    )


def _is_newer(version: JsonValue, newest: str) -> bool:
    """Versions are numbers of four digits."""
    is_number = isinstance(version, str) and version.isascii() and version.isdigit()
    return is_number and len(str(version)) >= len(newest) and int(str(version)) > int(newest)


def _migrated(scratch: session.Connection, table: str) -> Iterator[JsonObject]:
    yield from table_dump.rows(scratch, table)
