"""A revision of each table that results are computed from, so that a cache knows whether its rows have changed.

A transaction that writes to such a table stores a new random token for it, in the same transaction: who sees the rows
sees the token, in whatever process. A token never comes back, not even when a backup is restored; a count or a highest
number may. `session` stores them, for the tables that `changed_tables` has noted, so no writer can forget it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Table, select, text

from db import changed_tables
from db.changed_tables import WATCHED, WITHOUT_NEW
from db.prepared import Prepared
from db.schema import revisions

TOKEN_BYTES = 12

_STORE: Prepared[tuple[()]] = Prepared(
    text(
        "INSERT INTO revisions (name, token) VALUES (:name, :token) "
        "ON CONFLICT (name) DO UPDATE SET token = excluded.token"
    )
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
    return _tokens(tx).get(changed_tables.name_without_new(table), "")


def store(tx: Connection) -> None:
    """Store a new token for each table that was written to. The last statement of a transaction, in the order of names:
    writers then hold each other up for the moment of a commit only, and never in a circle. On PostgreSQL it commits.
    """
    each = [{"name": name, "token": secrets.token_hex(TOKEN_BYTES)} for name in sorted(changed_tables.taken(tx))]
    if each:
        _STORE.run_and_commit(tx, each)


def _tokens(tx: Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in tx.execute(select(revisions.c.name, revisions.c.token))}
