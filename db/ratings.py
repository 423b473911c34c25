"""Labels with their judges, for measuring agreement: for staff only, never for a judge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, and_, select

from core.domain.judgements import Rating, Repeat
from core.domain.labels import Label
from db import revisions
from db.schema import accounts, children, judgements, recordings, repeats


def ratings(tx: Connection) -> list[Rating]:
    """Every judgement in force of the recordings' newest rounds, by recording, in the order they came."""
    is_newest = and_(recordings.c.id == judgements.c.recording_id, recordings.c.round == judgements.c.round)
    query: Select[int, str, str, str, str, Label, datetime] = (
        select(
            judgements.c.recording_id,
            children.c.pseudonym,
            recordings.c.language,
            recordings.c.source,
            accounts.c.name,
            judgements.c.label,
            judgements.c.decided_at,
        )
        .select_from(judgements)
        .join(recordings, is_newest)
        .join(children, children.c.id == recordings.c.child_id)
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .where(judgements.c.undone_at.is_(None))
        .order_by(judgements.c.recording_id, judgements.c.id)
    )
    return [Rating(*row) for row in tx.execute(query)]


def version(tx: Connection) -> tuple[str, ...]:
    """Another one after every change of judgements or rounds: while it stays, so do the ratings."""
    return revisions.of(tx, judgements, recordings)


def repeated(tx: Connection) -> list[Repeat]:
    """The labels of judges who judged a recording again without knowing it, each with the label of before."""
    query: Select[int, str, str, Label, Label] = (
        select(repeats.c.recording_id, children.c.pseudonym, accounts.c.name, judgements.c.label, repeats.c.label)
        .select_from(repeats)
        .join(judgements, judgements.c.id == repeats.c.judgement_id)
        .join(recordings, recordings.c.id == repeats.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .join(accounts, accounts.c.id == repeats.c.account_id)
        .where(repeats.c.undone_at.is_(None), judgements.c.undone_at.is_(None))
        .order_by(accounts.c.name, repeats.c.id)
    )
    return [Repeat(*row) for row in tx.execute(query)]
