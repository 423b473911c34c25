"""Which of the watched tables a transaction writes to: noted with every statement, so no writer can forget it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Executable, TableClause
from sqlalchemy.sql.dml import UpdateBase

from db.schema import judgements, probabilities, recordings, snapshot_items

WATCHED = frozenset({judgements, recordings, probabilities, snapshot_items})
CHANGED = "earshot_changed_tables"


def watched_table(statement: Executable) -> str | None:
    """The name of the watched table that a statement writes to; None for every other statement."""
    if not isinstance(statement, UpdateBase) or not isinstance(statement.table, TableClause):
        return None
    return statement.table.name if statement.table in WATCHED else None


def note(tx: Connection, name: str | None) -> None:
    """Remember that this transaction writes to that watched table; None: to none."""
    if name is not None:
        tx.info.setdefault(CHANGED, set()).add(name)


def forget(tx: Connection) -> None:
    """Begin anew: nothing was written yet."""
    tx.info.pop(CHANGED, None)


def taken(tx: Connection) -> Collection[str]:
    """The names of the tables that were noted, which are forgotten with it."""
    names: Collection[str] = tx.info.pop(CHANGED, ())
    return names
