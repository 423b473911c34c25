"""Judgements and decisions that come back from a file, in the rounds they were given in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from core.labels import Label
from db.schema import accounts, adjudications, judgements, recordings


def names(tx: Connection) -> list[tuple[int, str, str]]:
    """(number, SHA-256, file name) of every recording."""
    query = select(recordings.c.id, recordings.c.sha256, recordings.c.filename).order_by(recordings.c.id)
    return [(row[0], row[1], row[2]) for row in tx.execute(query)]


def hold(tx: Connection, recording_id: int) -> tuple[int, int] | None:
    """The round of a recording and how many judgements that waits for, held until the transaction ends."""
    query = select(recordings.c.round, recordings.c.wanted).where(recordings.c.id == recording_id)
    row = tx.execute(query.with_for_update(key_share=True)).one_or_none()
    return None if row is None else (row[0], row[1])


def in_force(tx: Connection, recording_id: int) -> dict[tuple[int, int], Label]:
    """(account, round) -> label of every judgement in force, of all rounds, the oldest round first."""
    query = (
        select(judgements.c.account_id, judgements.c.round, judgements.c.label)
        .where(judgements.c.recording_id == recording_id, judgements.c.undone_at.is_(None))
        .order_by(judgements.c.round, judgements.c.id)
    )
    return {(row[0], row[1]): Label(row[2]) for row in tx.execute(query)}


def add(tx: Connection, rows: list[dict[str, Any]]) -> None:
    """New judgements; their origin is an import."""
    if rows:
        tx.execute(insert(judgements), [row | {"origin": "import"} for row in rows])


def decision(tx: Connection, recording_id: int, round_: int) -> tuple[Label, str] | None:
    """What staff decided in one round, and who; None where no decision is in force."""
    query = (
        select(adjudications.c.label, accounts.c.name)
        .join(accounts, accounts.c.id == adjudications.c.account_id)
        .where(
            adjudications.c.recording_id == recording_id,
            adjudications.c.round == round_,
            adjudications.c.undone_at.is_(None),
        )
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else (Label(row[0]), row[1])


def add_decision(
    tx: Connection, recording_id: int, round_: int, *, account_id: int, label: Label, reason: str, decided_at: datetime
) -> None:
    values = {"recording_id": recording_id, "round": round_, "account_id": account_id, "label": str(label)}
    tx.execute(insert(adjudications).values(values | {"reason": reason, "decided_at": decided_at}))
