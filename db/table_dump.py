"""Every row of every table as plain values, out and in again: for backups, and from one kind of database to another.

What is only of the moment is left out: sign-ins, wrong passwords, claims and what lay on desks, revisions. Times are
ISO 8601 words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from core.errors import Refused
from db.schema import changed_recordings, count_updates, metadata
from db.schema.counts import KEPT
from db.schema.enum_words import EnumWord

OF_THE_MOMENT = frozenset(
    {
        "sign_ins",
        "failed_sign_ins",
        "claims",
        "desk_recordings",
        "sound_deliveries",
        "repeated_requests",
        "revisions",
        *(table.name for table in (changed_recordings, count_updates, *KEPT)),  # made anew from the others
        "webhook_deliveries",
        "row_watches",
        "written_rows",
        "snapshot_writes",
    }
)
CLEARED_ALONE = frozenset({"audit", "audit_head"})
ROWS_AT_ONCE = 500


def version(tx: Connection) -> str:
    """Which tables these are: the newest migration that was applied."""
    return str(tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def tables() -> list[str]:
    """The tables in a backup; those that others point to come first."""
    return [table.name for table in _tables()]


def is_empty(tx: Connection) -> bool:
    """Whether there is not one row."""
    return not any(tx.execute(select(table).limit(1)).first() for table in _tables())


def rows(tx: Connection, table: str) -> Iterator[dict[str, Any]]:
    """All rows of a table, each with a value for every column, ready for JSON."""
    query = select(*(plain_column(column) for column in metadata.tables[table].columns))
    for row in tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}).mappings():
        yield {name: value.isoformat() if isinstance(value, datetime) else value for name, value in dict(row).items()}


def clear(tx: Connection) -> None:
    """Remove every row of every table but the audit log (`audit.clear`), those of the moment included."""
    for table in reversed(metadata.sorted_tables):
        if table.name not in CLEARED_ALONE:
            tx.execute(delete(table))


def load(tx: Connection, table: str, values: Iterable[dict[str, Any]]) -> int:
    """Insert rows as `rows` gave them; how many. A row may point to a later one of its own table.

    Raises
    ------
    Refused
        Rows that do not fit the table, or point to others that are not there.
    """
    target = metadata.tables[table]
    pointers = [column.name for column in target.c if any(key.column.table is target for key in column.foreign_keys)]
    if not pointers:
        return insert_rows(tx, target, values)
    pointing: list[dict[str, Any]] = []
    loaded = insert_rows(tx, target, _without_pointers(values, pointers, pointing))
    with _named_when_damaged(table):
        for row in pointing:
            links = {name: row[name] for name in pointers}
            tx.execute(update(target).where(target.c.id == row["id"]).values(links))
    return loaded


def insert_rows(tx: Connection, target: Table, values: Iterable[dict[str, Any]]) -> int:
    """Insert plain values into a table of any version; how many rows. Raises as `load` does."""
    times = [column.name for column in target.columns if isinstance(column.type, DateTime)]
    remaining, loaded = iter(values), 0
    while some := list(islice(remaining, ROWS_AT_ONCE)):
        with _named_when_damaged(target.name):
            tx.execute(insert(target), [_with_times(row, times) for row in some])
        loaded += len(some)
    return loaded


@contextmanager
def _named_when_damaged(table: str) -> Iterator[None]:
    try:
        yield
    except OperationalError:  # of the disk or the server, not of the rows
        raise
    except (SQLAlchemyError, TypeError, ValueError) as error:
        raise Refused(
            "The table {table} of this backup is damaged: {reason}",
            table=table,
            reason=getattr(error, "orig", error),
        ) from None


def _without_pointers(
    values: Iterable[dict[str, Any]], pointers: list[str], pointing: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The rows before they point to others; those that do are noted."""
    for row in values:
        if any(row.get(name) is not None for name in pointers):
            pointing.append(row)
        yield row | dict.fromkeys(pointers)


def _with_times(row: dict[str, Any], times: list[str]) -> dict[str, Any]:
    return row | {name: datetime.fromisoformat(row[name]) for name in times if row.get(name)}


def continue_numbering(tx: Connection) -> None:
    """Let the next row of each table get the number after the highest; PostgreSQL does not see to it itself."""
    if tx.dialect.name != "postgresql":
        return
    for table in _tables():
        if "id" in table.c and table.c.id.autoincrement is not False and table.c.id.type.python_type is int:
            highest = tx.execute(select(func.max(table.c.id))).scalar()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            tx.execute(select(func.setval(sequence, highest or 1, highest is not None)))


def plain_column(column: Column[Any]) -> ColumnElement[Any]:
    """A column of members as the words that are stored, those of a newer version as well."""
    return type_coerce(column, String).label(column.name) if isinstance(column.type, EnumWord) else column


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in OF_THE_MOMENT]
