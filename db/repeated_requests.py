"""Requests that name themselves, so that a repetition gets the answer of the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.json_types import JsonObject
from db.schema import repeated_requests as table


@dataclass(frozen=True)
class NamedRequest:
    """A request as it came first; `answer` is None while it is being answered."""

    id: int
    fingerprint: str
    began_at: datetime
    answer: JsonObject | None


def begin(tx: Connection, key_id: int, token_hash: str, fingerprint: str, at: datetime) -> int | None:
    """The number of a request that came for the first time; None for one that came before."""
    values = {"key_id": key_id, "token_hash": token_hash, "fingerprint": fingerprint, "began_at": at}
    try:
        with tx.begin_nested():
            return int(tx.execute(insert(table).values(values).returning(table.c.id)).scalar_one())
    except IntegrityError:
        return None


def get(tx: Connection, key_id: int, token_hash: str) -> NamedRequest | None:
    is_meant = (table.c.key_id == key_id) & (table.c.token_hash == token_hash)
    row = tx.execute(select(table).where(is_meant)).one_or_none()
    return None if row is None else NamedRequest(row.id, row.fingerprint, row.began_at, row.answer)


def set_answer(tx: Connection, request_id: int, answer: JsonObject) -> None:
    tx.execute(update(table).where(table.c.id == request_id).values(answer=answer))


def remove(tx: Connection, request_id: int) -> None:
    tx.execute(delete(table).where(table.c.id == request_id))


def forget(tx: Connection, *, before: datetime) -> None:
    tx.execute(delete(table).where(table.c.began_at < before))
