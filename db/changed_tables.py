"""Which of the watched tables a transaction writes to: noted with every statement, so no writer can forget it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Executable, TableClause
from sqlalchemy.sql.dml import Insert, UpdateBase

from db.schema import judgements, probabilities, recordings, snapshot_items

WATCHED = frozenset({judgements, recordings, probabilities, snapshot_items})
WITHOUT_NEW = frozenset({recordings})  # these have another revision, which rows that only come in leave as it is
CHANGED = "earshot_changed_tables"


def changed_by(statement: Executable) -> tuple[str, ...]:
    """The names under which a statement's changes are noted; none for one that writes to no watched table."""
    if not isinstance(statement, UpdateBase) or not isinstance(statement.table, TableClause):
        return ()
    table = statement.table
    if table not in WATCHED:
        return ()
    if table not in WITHOUT_NEW or _only_adds(statement):
        return (table.name,)
    return (table.name, name_without_new(table))


def name_without_new(table: TableClause) -> str:
    """The name of a table's revision that new rows leave as it is."""
    return f"{table.name} changed"


def note(tx: Connection, names: Collection[str]) -> None:
    """Remember what this transaction changes."""
    if names:
        tx.info.setdefault(CHANGED, set()).update(names)


def forget(tx: Connection) -> None:
    """Begin anew: nothing was written yet."""
    tx.info.pop(CHANGED, None)


def taken(tx: Connection) -> Collection[str]:
    """The names that were noted, which are forgotten with it."""
    names: Collection[str] = tx.info.pop(CHANGED, ())
    return names


def _only_adds(statement: UpdateBase) -> bool:
    """An INSERT; with what it does on a conflict it may be an UPDATE."""
    return isinstance(statement, Insert) and not hasattr(statement._post_values_clause, "update_values_to_set")
