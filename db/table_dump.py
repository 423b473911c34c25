"""Every row of every table as plain values, out and in again: for backups, and from one kind of database to another.

What is only of the moment is left out: sign-ins, wrong passwords, claims and what lay on desks, revisions. Times are
ISO 8601 words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
)
from sqlalchemy.exc import SQLAlchemyError

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
    """Insert rows as `rows` gave them; how many.

    Raises
    ------
    Refused
        Rows that do not fit the table.
    """
    target = metadata.tables[table]
    times = [column.name for column in target.columns if isinstance(column.type, DateTime)]
    remaining, loaded = iter(values), 0
    while some := list(islice(remaining, ROWS_AT_ONCE)):
        parsed = [row | {name: datetime.fromisoformat(row[name]) for name in times if row.get(name)} for row in some]
        try:
            tx.execute(insert(target), parsed)
        except SQLAlchemyError as error:
            raise Refused(
                "The table {table} of this backup is damaged: {reason}",
                table=table,
                reason=getattr(error, "orig", error),
            ) from None
        loaded += len(some)
    return loaded


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
