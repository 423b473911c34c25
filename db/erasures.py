"""Removing recordings for good, with every row that points to them. Words that name them elsewhere: `row_texts`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import (
    Connection,
    Table,
    delete,
    func,
    select,
)

from core.domain.labels import Split
from core.domain.redaction import hashes_in
from db import snapshots as snapshots_table
from db.schema import decisions, live_samples, metadata, models, recordings, snapshot_items, snapshots
from db.snapshot_spans import is_item_of

IDS_AT_ONCE, ROWS_AT_ONCE = 500, 5000  # a database takes only so many parameters in one statement
NAME_LENGTH = 80
PATIENCE_S, PAUSE_S, WAIT_A_TRY_MS = 10.0, 0.2, 50
SEARCHED_LENGTH = 8  # shorter texts, such as "noisy", are found anywhere


def models_that_learned(tx: Connection, recording_ids: Collection[int]) -> set[str]:
    """The models that learned from any of these recordings: by training, or by validation, where training stops."""
    return _models_with(tx, recording_ids, {Split.TRAIN, Split.VALIDATION})


def models_that_tested(tx: Connection, recording_ids: Collection[int]) -> set[str]:
    """The models that were tested on any of these recordings, whether or not they learned from others of them."""
    return _models_with(tx, recording_ids, {Split.TEST})


def snapshots_that_teach(tx: Connection, recording_ids: Collection[int]) -> set[int]:
    """The snapshots in which any of these recordings is for training or validation."""
    matching: set[int] = set()
    for some in portions(recording_ids):
        query = (
            select(snapshots.c.id)
            .join(snapshot_items, is_item_of(snapshots.c.id))
            .where(snapshot_items.c.recording_id.in_(some), snapshot_items.c.split != Split.TEST)
        )
        matching.update(tx.execute(query).scalars())
    return matching


def remove_recordings(tx: Connection, recording_ids: Collection[int]) -> dict[str, int]:
    """Remove recordings and every row that points to them; of those drawn in class, the decision record too.

    Returns
    -------
    removed : how many rows, by table.
    """
    removed = {table.name: 0 for table in (*tables_of_recordings(), recordings, decisions)}
    for some in portions(recording_ids):
        snapshots_table.count_off(tx, some)
        drawn = select(live_samples.c.decision_id).where(live_samples.c.recording_id.in_(some))
        removed[decisions.name] += tx.execute(delete(decisions).where(decisions.c.id.in_(drawn))).rowcount
        for table in tables_of_recordings():
            removed[table.name] += tx.execute(delete(table).where(table.c.recording_id.in_(some))).rowcount
        removed[recordings.name] += tx.execute(delete(recordings).where(recordings.c.id.in_(some))).rowcount
    return removed


def count_judgements(tx: Connection, recording_ids: Collection[int]) -> int:
    table = metadata.tables["judgements"]
    return sum(
        tx.execute(select(func.count()).where(table.c.recording_id.in_(some))).scalar_one()
        for some in portions(recording_ids)
    )


def hashes_of(tx: Connection, recording_ids: Collection[int]) -> set[str]:
    """Every SHA-256 in the rows of recordings."""
    return {
        value
        for some in portions(recording_ids)
        for row in tx.execute(select(recordings).where(recordings.c.id.in_(some)))
        for value in hashes_in(row)
    }


def file_names(tx: Connection, recording_ids: Collection[int]) -> tuple[set[str], set[str]]:
    """The names of these recordings' files, and those that other recordings have as well or instead."""
    own: set[str] = set()
    others: set[str] = set()
    ids = set(recording_ids)
    for number, name in tx.execute(select(recordings.c.id, recordings.c.filename)):
        (own if number in ids else others).add(name)
    return own, others


def _models_with(tx: Connection, recording_ids: Collection[int], splits: set[Split]) -> set[str]:
    matching: set[str] = set()
    for some in portions(recording_ids):
        query = (
            select(models.c.id)
            .join(snapshot_items, is_item_of(models.c.snapshot_id))
            .where(
                snapshot_items.c.recording_id.in_(some), snapshot_items.c.split.in_([str(split) for split in splits])
            )
            .where(models.c.withdrawn_at.is_(None))
        )
        matching.update(tx.execute(query).scalars())
    return matching


def tables_of_recordings() -> list[Table]:
    """The tables whose rows are about recordings."""
    # read from the schema: a table that is added later is not forgotten; what points to another of these comes first
    return [
        table
        for table in reversed(metadata.sorted_tables)
        if any(key.column is recordings.c.id for key in table.foreign_keys)
    ]


def portions(recording_ids: Iterable[int]) -> list[list[int]]:
    """As many at once as a statement takes."""
    ids = sorted(set(recording_ids))
    return [ids[begin : begin + IDS_AT_ONCE] for begin in range(0, len(ids), IDS_AT_ONCE)]
