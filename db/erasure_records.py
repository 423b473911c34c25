"""Receipts of erasures, and tombstones: digests of what was erased. Neither names anybody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select, update

from core.domain.erasure import RECORDING, Receipt, Tombstone
from core.domain.json_types import JsonObject
from db.schema import erasure_receipts, tombstones


def add_receipt(tx: Connection, body: JsonObject, *, is_log_empty: bool = False) -> int:
    """A new receipt; its number."""
    new = insert(erasure_receipts).values(body=body, is_log_empty=is_log_empty)
    return int(tx.execute(new.returning(erasure_receipts.c.id)).scalar_one())


def receipts(tx: Connection) -> list[Receipt]:
    """Every receipt, newest first."""
    rows = tx.execute(select(erasure_receipts).order_by(erasure_receipts.c.id.desc()))
    return [Receipt(row.id, dict(row.body), row.is_log_empty) for row in rows]


def receipt(tx: Connection, receipt_id: int) -> Receipt | None:
    row = tx.execute(select(erasure_receipts).where(erasure_receipts.c.id == receipt_id)).one_or_none()
    return None if row is None else Receipt(row.id, dict(row.body), row.is_log_empty)


def newest_receipt(tx: Connection) -> int:
    """The number of the newest receipt; 0 while there is none."""
    return int(tx.execute(select(func.coalesce(func.max(erasure_receipts.c.id), 0))).scalar_one())


def add_missing_receipts(tx: Connection, others: Sequence[Receipt]) -> None:
    """Add receipts that are not there already, in their order."""
    known = {receipt_.body.get("hash") for receipt_ in receipts(tx)}
    for other in reversed(others):
        if other.body.get("hash") not in known:
            add_receipt(tx, other.body, is_log_empty=other.is_log_empty)


def has_pending(tx: Connection) -> bool:
    """Whether the log of the database still held rows after some erasure."""
    query = select(erasure_receipts.c.id).where(~erasure_receipts.c.is_log_empty).limit(1)
    return tx.execute(query).first() is not None


def mark_log_empty(tx: Connection) -> None:
    """The log was emptied after every erasure there is."""
    tx.execute(update(erasure_receipts).where(~erasure_receipts.c.is_log_empty).values(is_log_empty=True))


def add_tombstones(tx: Connection, stones: Sequence[Tombstone]) -> None:
    """Add those that are not there already."""
    known = set(all_tombstones(tx))
    rows = [vars(stone) for stone in stones if stone not in known]
    if rows:
        tx.execute(insert(tombstones), rows)


def all_tombstones(tx: Connection) -> list[Tombstone]:
    rows = tx.execute(select(tombstones).order_by(tombstones.c.id))
    return [Tombstone(row.kind, row.salt, row.digest, row.erased_at, row.counted_from) for row in rows]


def salts(tx: Connection) -> list[str]:
    """The salts of all tombstones."""
    return list(tx.execute(select(tombstones.c.salt).distinct()).scalars())


def counted_from(tx: Connection, digests: Sequence[str]) -> list[str]:
    """From when the days of recordings counted that retention has erased, ISO 8601; by their digests."""
    query = select(tombstones.c.counted_from).where(
        tombstones.c.kind == RECORDING, tombstones.c.digest.in_(digests), tombstones.c.counted_from.is_not(None)
    )
    return [str(at) for at in tx.execute(query).scalars()]
