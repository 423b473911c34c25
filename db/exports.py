"""Rows for tables that leave the house: plain tuples or dictionaries in the order of their columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, select

from db import judgements
from db.schema import accounts, adjudications, children, models, probabilities, recordings, snapshot_items
from db.schema import judgements as judgements_table


def labels(tx: Connection) -> list[dict[str, Any]]:
    """Every judgement in force of every round, by recording, round and time, with what staff decided in that round.

    Keys: filename, sha256, child, language, word, source, split, judge, label, round, decided_at, seconds_heard, flag,
    comment, consensus (of the newest round), replays, decision_s, brought_by, newest_round, wanted, settled,
    settled_by, settled_at, settled_why.
    """
    standing, staff = judgements.standing(), accounts.alias("staff")
    given, decided = judgements_table.c, adjudications.c
    is_of_round = and_(
        decided.recording_id == given.recording_id, decided.round == given.round, decided.undone_at.is_(None)
    )
    query = (
        select(
            recordings.c.filename,
            recordings.c.sha256,
            children.c.pseudonym.label("child"),
            recordings.c.language,
            recordings.c.word,
            recordings.c.source,
            children.c.split,
            accounts.c.name.label("judge"),
            *(given.label, given.round, given.decided_at, given.seconds_heard, given.flag, given.comment),
            standing.c.consensus,
            *(given.replays, given.decision_s, given.brought_by),
            recordings.c.round.label("newest_round"),
            recordings.c.wanted,
            decided.label.label("settled"),
            staff.c.name.label("settled_by"),
            decided.decided_at.label("settled_at"),
            decided.reason.label("settled_why"),
        )
        .select_from(judgements_table)
        .join(recordings, recordings.c.id == given.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .join(accounts, accounts.c.id == given.account_id)
        .join(standing, standing.c.recording_id == recordings.c.id)
        .outerjoin(adjudications, is_of_round)
        .outerjoin(staff, staff.c.id == decided.account_id)
        .where(given.undone_at.is_(None))
        .order_by(recordings.c.id, given.round, given.id)
    )
    return [dict(row._mapping) for row in tx.execute(query)]


def predictions(tx: Connection, model_id: str) -> list[tuple[Any, ...]]:
    """(model, filename, sha256, child, language, split, label, p_accepted, p_noise, p_speechless), by recording."""
    query = (
        select(
            models.c.id,
            recordings.c.filename,
            recordings.c.sha256,
            children.c.pseudonym,
            recordings.c.language,
            snapshot_items.c.split,
            snapshot_items.c.label,
            probabilities.c.p_accepted,
            probabilities.c.p_noise,
            probabilities.c.p_speechless,
        )
        .select_from(probabilities)
        .join(models, models.c.id == probabilities.c.model_id)
        .join(
            snapshot_items,
            (snapshot_items.c.snapshot_id == models.c.snapshot_id)
            & (snapshot_items.c.recording_id == probabilities.c.recording_id),
        )
        .join(recordings, recordings.c.id == probabilities.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .where(models.c.id == model_id)
        .order_by(recordings.c.id)
    )
    return [tuple(row) for row in tx.execute(query)]
