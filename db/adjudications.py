"""Adjudications of staff where judges differ. One in force per recording and round; undone ones are history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Select, and_, insert, select, update

from core.domain.judgements import Adjudication
from core.domain.labels import Label
from db.schema import accounts, adjudications, recordings

IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement


def add(
    tx: Connection, *, recording_id: int, round_: int, account_id: int, label: Label, reason: str, decided_at: datetime
) -> int:
    """A new decision; its id. The database refuses a second one in force."""
    query = (
        insert(adjudications)
        .values(
            recording_id=recording_id,
            round=round_,
            account_id=account_id,
            label=label,
            reason=reason,
            decided_at=decided_at,
        )
        .returning(adjudications.c.id)
    )
    return int(tx.execute(query).scalar_one())


def of_recordings(tx: Connection, recording_ids: Collection[int]) -> dict[int, Adjudication]:
    """The decision in force, newest round only, of each recording that has one."""
    in_force: dict[int, Adjudication] = {}
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = _in_force().where(recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE]))
        in_force.update((row.recording_id, Adjudication(*row)) for row in tx.execute(query))
    return in_force


def newest(tx: Connection, *, limit: int) -> list[Adjudication]:
    """The decisions in force, newest first."""
    query = _in_force().order_by(adjudications.c.decided_at.desc(), adjudications.c.id.desc()).limit(limit)
    return [Adjudication(*row) for row in tx.execute(query)]


def undo(tx: Connection, adjudication_id: int, at: datetime) -> None:
    """Take a decision out of force; it stays in the table."""
    tx.execute(update(adjudications).where(adjudications.c.id == adjudication_id).values(undone_at=at))


def _in_force() -> Select[int, int, int, Label, str, str, datetime]:
    """The fields of `Adjudication`, in their order."""
    is_newest = and_(recordings.c.id == adjudications.c.recording_id, recordings.c.round == adjudications.c.round)
    return (
        select(
            adjudications.c.id,
            adjudications.c.recording_id,
            adjudications.c.round,
            adjudications.c.label,
            adjudications.c.reason,
            accounts.c.name,
            adjudications.c.decided_at,
        )
        .join(recordings, is_newest)
        .join(accounts, accounts.c.id == adjudications.c.account_id)
        .where(adjudications.c.undone_at.is_(None))
    )
