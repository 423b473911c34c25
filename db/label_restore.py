"""Restoring judgements, repeats and decisions from a file, in their own rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from core.domain.labels import Label
from db.schema import accounts, adjudications, control_answers, judgements, recordings, repeats

When = tuple[int, int | None, datetime | None]  # the judge's number, the round, the time: one judgement of a recording


@dataclass(frozen=True)
class PastJudgement:
    """A judgement that is here, in force or not."""

    id: int
    label: Label
    is_undone: bool


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
    return {(row[0], row[1]): row[2] for row in tx.execute(query)}


def judged(tx: Connection, recording_id: int) -> dict[When, PastJudgement]:
    """Every judgement of a recording, of all rounds, those taken back included."""
    query = select(judgements).where(judgements.c.recording_id == recording_id)
    return {
        (row.account_id, row.round, row.decided_at): PastJudgement(row.id, row.label, row.undone_at is not None)
        for row in tx.execute(query)
    }


def repeats_of(tx: Connection, judgement_id: int) -> dict[datetime, datetime | None]:
    """When a judgement was repeated -> when that was taken back; None for the one in force."""
    query = select(repeats.c.decided_at, repeats.c.undone_at).where(repeats.c.judgement_id == judgement_id)
    return {row[0]: row[1] for row in tx.execute(query)}


def add_repeat(tx: Connection, row: dict[str, object]) -> None:
    tx.execute(insert(repeats).values(row))


def known_answers_of(tx: Connection, recording_id: int, account_id: int) -> dict[datetime, datetime | None]:
    """When a judge answered for a known recording -> when that was taken back; None for the one in force."""
    query = select(control_answers.c.decided_at, control_answers.c.undone_at)
    query = query.where(control_answers.c.recording_id == recording_id, control_answers.c.account_id == account_id)
    return {row[0]: row[1] for row in tx.execute(query)}


def add_known_answer(tx: Connection, row: dict[str, object]) -> None:
    tx.execute(insert(control_answers).values(row))


def add_undone_decision(tx: Connection, row: dict[str, object]) -> bool:
    """Whether it is new: known by who decided what, and when."""
    known = ("recording_id", "account_id", "round", "decided_at")
    query = select(adjudications.c.id).where(*(adjudications.c[name] == row[name] for name in known))
    if tx.execute(query.limit(1)).first() is not None:
        return False
    tx.execute(insert(adjudications).values(row))
    return True


def add(tx: Connection, rows: list[dict[str, object]]) -> None:
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
    return None if row is None else (row[0], row[1])


def add_decision(
    tx: Connection, recording_id: int, round_: int, *, account_id: int, label: Label, reason: str, decided_at: datetime
) -> None:
    values = {"recording_id": recording_id, "round": round_, "account_id": account_id, "label": label}
    tx.execute(insert(adjudications).values(values | {"reason": reason, "decided_at": decided_at}))
