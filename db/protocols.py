"""Protocols that staff set for all judges: append-only rows, the newest of a kind is in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from core.domain.json_types import JsonObject
from db.schema import protocols


def newest(tx: Connection, kind: str) -> tuple[int, JsonObject] | None:
    """(id, value) of what is in force; None while none of that kind was set."""
    query = (
        select(protocols.c.id, protocols.c.value)
        .where(protocols.c.kind == kind)
        .order_by(protocols.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else (row[0], dict(row[1]))


def get(tx: Connection, kind: str, protocol_id: int) -> JsonObject | None:
    """What was set under that number; None when it is no row of that kind."""
    query = select(protocols.c.value).where(protocols.c.id == protocol_id, protocols.c.kind == kind)
    value = tx.execute(query).scalar_one_or_none()
    return None if value is None else dict(value)


def add(tx: Connection, kind: str, value: JsonObject, *, account_id: int | None, at: datetime) -> int:
    """The id of the new row, in force from now on."""
    row = insert(protocols).values(kind=kind, value=value, account_id=account_id, set_at=at)
    return int(tx.execute(row.returning(protocols.c.id)).scalar_one())
