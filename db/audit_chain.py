"""The chain of the audit log: where it ends, and how entries are added to its end."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from core.domain.audit import AuditEntry, ChainHead, content_hash, entry_hash
from core.domain.json_types import JsonObject
from db.prepared import Prepared
from db.schema import audit, audit_head

SALT_BYTES = 16

_HEAD: Prepared[tuple[int, int, str]] = Prepared(
    select(audit_head.c.n_entries, audit_head.c.last_id, audit_head.c.hash)
)
_ADD = insert(audit)
_ADVANCE = text("UPDATE audit_head SET n_entries = :n_entries, last_id = :last_id, hash = :hash")


def head(tx: Connection) -> ChainHead:
    """Where the chain ends."""
    row = _HEAD.first(tx, {})
    return ChainHead() if row is None else ChainHead(*row)


def first_hash(tx: Connection) -> str:
    """The hash of the first entry, by which one database can be told from another; empty while there is none."""
    return str(tx.execute(select(audit.c.hash).order_by(audit.c.id).limit(1)).scalar() or "")


def append(tx: Connection, entries: Sequence[AuditEntry]) -> None:
    """Add entries at the end of the chain, as the last statements of a transaction: each must know the one before."""
    if tx.dialect.name == "postgresql":  # SQLite has one writer at a time anyhow
        tx.execute(text("LOCK TABLE audit_head IN EXCLUSIVE MODE"))
    before = end = head(tx)
    rows: list[dict[str, Any]] = []
    for entry in entries:
        linked = _linked(entry, end)
        rows.append(vars(linked))
        end = ChainHead(end.n_entries + 1, linked.id, linked.hash)
    if not rows:
        return
    tx.execute(_ADD, rows if len(rows) > 1 else rows[0])
    values = {"n_entries": end.n_entries, "last_id": end.last_id, "hash": end.hash}
    if before.n_entries:
        tx.execute(_ADVANCE, values)
    else:
        tx.execute(insert(audit_head).values(id=1, **values))


def _linked(entry: AuditEntry, end: ChainHead) -> AuditEntry:
    """The entry as the next of a chain that ends there."""
    salt = secrets.token_hex(SALT_BYTES)
    linked = replace(
        entry,
        id=end.last_id + 1,
        salt=salt,
        content_hash=content_hash(salt, entry.subject, entry.detail),
        previous_hash=end.hash,
    )
    return replace(linked, hash=entry_hash(linked))


def entry_of(row: Row[Any]) -> AuditEntry:
    """The entry of a row with all columns."""
    detail: JsonObject = dict(row.detail)
    return AuditEntry(
        id=row.id,
        at=row.at,
        account_id=row.account_id,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        detail=detail,
        address=row.address,
        salt=row.salt,
        content_hash=row.content_hash,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
