"""Rows for tables that leave the house: plain tuples in the order of their columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from db import judgements
from db.schema import accounts, children, models, probabilities, recordings, snapshot_items
from db.schema import judgements as judgements_table


def labels(tx: Connection) -> list[tuple[Any, ...]]:
    """(filename, sha256, child, language, word, source, split, judge, label, round, decided_at, seconds_heard, flag,
    comment, consensus) of every judgement in force, by recording and judge."""
    standing = judgements.standing()
    query = (
        select(
            recordings.c.filename,
            recordings.c.sha256,
            children.c.pseudonym,
            recordings.c.language,
            recordings.c.word,
            recordings.c.source,
            children.c.split,
            accounts.c.name,
            judgements_table.c.label,
            judgements_table.c.round,
            judgements_table.c.decided_at,
            judgements_table.c.seconds_heard,
            judgements_table.c.flag,
            judgements_table.c.comment,
            standing.c.consensus,
        )
        .select_from(judgements_table)
        .join(recordings, recordings.c.id == judgements_table.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .join(accounts, accounts.c.id == judgements_table.c.account_id)
        .join(standing, standing.c.recording_id == recordings.c.id)
        .where(judgements_table.c.undone_at.is_(None))
        .order_by(recordings.c.id, judgements_table.c.id)
    )
    return [tuple(row) for row in tx.execute(query)]


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
