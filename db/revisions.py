"""A revision of each table that results are computed from, so that a cache knows whether its rows have changed.

A transaction that writes to such a table stores a new random token for it, in the same transaction: who sees the rows
sees the token, in whatever process. A token never comes back, not even when a backup is restored; a count or a highest
number may. `session` calls this module for every statement, so no writer can forget it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Executable, Table, TableClause, select, text
from sqlalchemy.sql.dml import Insert, UpdateBase

from db.schema import judgements, probabilities, recordings, revisions, snapshot_items

WATCHED = frozenset({judgements, recordings, probabilities, snapshot_items})
WITHOUT_NEW = frozenset({recordings})  # these have another revision, which rows that only come in leave as it is
CHANGED = "earshot_changed_tables"
TOKEN_BYTES = 12

_STORE = text(
    "INSERT INTO revisions (name, token) VALUES (:name, :token) ON CONFLICT (name) DO UPDATE SET token = excluded.token"
)


def of(tx: Connection, *tables: Table) -> tuple[str, ...]:
    """The tokens of some watched tables, as this transaction sees them; empty for one that was never written to."""
    for table in tables:
        if table not in WATCHED:
            raise ValueError(f"{table.name} has no revision; add it to WATCHED.")
    known = _tokens(tx)
    return tuple(known.get(table.name, "") for table in tables)


def of_changes(tx: Connection, table: Table) -> str:
    """The token of a table that stays while rows are only added to it."""
    if table not in WITHOUT_NEW:
        raise ValueError(f"{table.name} has no revision without new rows; add it to WITHOUT_NEW.")
    return _tokens(tx).get(_of_changes(table), "")


def note(tx: Connection, statement: Executable) -> None:
    """Remember that this transaction writes to a watched table."""
    if not isinstance(statement, UpdateBase) or not isinstance(statement.table, TableClause):
        return
    table = statement.table
    if table in WATCHED:
        tx.info.setdefault(CHANGED, set()).add(table.name)
    if table in WITHOUT_NEW and not _only_adds(statement):
        tx.info.setdefault(CHANGED, set()).add(_of_changes(table))


def forget(tx: Connection) -> None:
    """Begin anew: nothing was written yet."""
    tx.info.pop(CHANGED, None)


def store(tx: Connection) -> None:
    """Store a new token for each table that was written to. The last statement of a transaction, in the order of names:
    writers then hold each other up for the moment of a commit only, and never in a circle.
    """
    for name in sorted(tx.info.pop(CHANGED, ())):
        tx.execute(_STORE, {"name": name, "token": secrets.token_hex(TOKEN_BYTES)})


def _tokens(tx: Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in tx.execute(select(revisions.c.name, revisions.c.token))}


def _of_changes(table: TableClause) -> str:
    return f"{table.name} changed"


def _only_adds(statement: UpdateBase) -> bool:
    """An INSERT; with what it does on a conflict it may be an UPDATE."""
    return isinstance(statement, Insert) and not hasattr(statement._post_values_clause, "update_values_to_set")
