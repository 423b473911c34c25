"""Decision records: only added, read by their id, and forgotten by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from core.domain.decisions import DecisionRecord
from db.schema import decisions


def add(tx: Connection, records: Sequence[DecisionRecord]) -> None:
    if records:
        tx.execute(insert(decisions), [asdict(record) for record in records])


def get(tx: Connection, decision_id: str) -> DecisionRecord | None:
    row = tx.execute(select(decisions).where(decisions.c.id == decision_id)).mappings().one_or_none()
    return None if row is None else DecisionRecord(**row)


def forget(tx: Connection, *, before: datetime) -> int:
    """Drop what was decided before that time; how many."""
    return tx.execute(delete(decisions).where(decisions.c.decided_at < before)).rowcount
