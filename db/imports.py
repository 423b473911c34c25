"""Runs of an import: what came in, what was refused and why. A run that was stopped has no `ended_at`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

from sqlalchemy import Connection, insert, select, update

from core.domain.labels import Split
from core.domain.recordings import ImportRun
from core.messages import Message
from db import session
from db.schema import imports, models, snapshot_items
from db.snapshot_spans import is_item_of

MESSAGE = "message"  # of a refusal, beside what programs read
IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement


def start(tx: Connection, source: str, account_id: int | None) -> int:
    """A new run; its number."""
    values = {"source": source, "account_id": account_id, "started_at": session.now()}
    return int(tx.execute(insert(imports).values(values).returning(imports.c.id)).scalar_one())


def progress(tx: Connection, run_id: int, *, recordings: int, known: int, judgements: int) -> None:
    """Bring the counts of a run up to date."""
    tx.execute(
        update(imports).where(imports.c.id == run_id).values(recordings=recordings, known=known, judgements=judgements)
    )


def end(
    tx: Connection,
    run_id: int,
    *,
    refused: Sequence[dict[str, object]],
    notes: Sequence[str],
    messages: Sequence[Message | None] = (),
) -> None:
    """A run has ended.

    messages : the reason of each refusal as it is translated, where it has values; stored beside its English
    """
    with_messages = [
        row if message is None else row | {MESSAGE: message.as_json()}
        for row, message in zip_longest(refused, messages)
    ]
    tx.execute(
        update(imports)
        .where(imports.c.id == run_id)
        .values(ended_at=session.now(), refused=with_messages, notes=list(notes))
    )


def runs(tx: Connection, *, limit: int) -> list[ImportRun]:
    """Runs, newest first."""
    rows = tx.execute(select(imports).order_by(imports.c.id.desc()).limit(limit))
    return [
        ImportRun(
            id=row.id,
            source=row.source,
            started_at=row.started_at,
            ended_at=row.ended_at,
            recordings=row.recordings,
            known=row.known,
            judgements=row.judgements,
            refused=tuple({key: value for key, value in each.items() if key != MESSAGE} for each in row.refused),
            notes=tuple(row.notes),
            messages=tuple(Message.from_json(each.get(MESSAGE)) for each in row.refused),
        )
        for row in rows
    ]


def rename_in_notes(tx: Connection, old: str, new: str) -> None:
    """Replace words in the notes of every run, as the erasure of a child must."""
    for row in tx.execute(select(imports.c.id, imports.c.notes)).all():
        notes = [note.replace(old, new) for note in row.notes]
        if notes != list(row.notes):
            tx.execute(update(imports).where(imports.c.id == row.id).values(notes=notes))


def models_that_learned_from(tx: Connection, recording_ids: Collection[int]) -> list[str]:
    """The models whose snapshot has any of these recordings in train or validation, in alphabetical order."""
    names: set[str] = set()
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = (
            select(models.c.id)
            .join(snapshot_items, is_item_of(models.c.snapshot_id))
            .where(snapshot_items.c.recording_id.in_(ids[begin : begin + IDS_AT_ONCE]))
            .where(snapshot_items.c.split != Split.TEST)
        )
        names.update(tx.execute(query).scalars())
    return sorted(names)
