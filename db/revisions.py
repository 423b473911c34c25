"""A revision of each table that results are computed from, so that a cache knows whether its rows have changed.

A transaction that writes to such a table stores a new random token for it, in the same transaction: who sees the rows
sees the token, in whatever process. A token never comes back, not even when a backup is restored; a count or a highest
number may. `session` calls this module for every statement, so no writer can forget it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Executable, Table, TableClause, select, text
from sqlalchemy.sql.dml import UpdateBase

from db.schema import judgements, probabilities, recordings, revisions, snapshot_items

WATCHED = frozenset({judgements, recordings, probabilities, snapshot_items})
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
    known = {row[0]: row[1] for row in tx.execute(select(revisions.c.name, revisions.c.token))}
    return tuple(known.get(table.name, "") for table in tables)


def note(tx: Connection, statement: Executable) -> None:
    """Remember that this transaction writes to a watched table."""
    if isinstance(statement, UpdateBase) and isinstance(statement.table, TableClause) and statement.table in WATCHED:
        tx.info.setdefault(CHANGED, set()).add(statement.table.name)


def forget(tx: Connection) -> None:
    """Begin anew: nothing was written yet."""
    tx.info.pop(CHANGED, None)


def store(tx: Connection) -> None:
    """Store a new token for each table that was written to. The last statement of a transaction, in the order of names:
    writers then hold each other up for the moment of a commit only, and never in a circle.
    """
    for name in sorted(tx.info.pop(CHANGED, ())):
        tx.execute(_STORE, {"name": name, "token": secrets.token_hex(TOKEN_BYTES)})
