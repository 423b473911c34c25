"""Which models and snapshots hold some recordings: what an erasure withdraws."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from core.domain.labels import Split
from db.id_portions import portions
from db.schema import models, snapshot_items


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
        query = select(snapshot_items.c.snapshot_id).where(
            snapshot_items.c.recording_id.in_(some), snapshot_items.c.split != str(Split.TEST)
        )
        matching.update(tx.execute(query).scalars())
    return matching


def _models_with(tx: Connection, recording_ids: Collection[int], splits: set[Split]) -> set[str]:
    matching: set[str] = set()
    for some in portions(recording_ids):
        query = (
            select(models.c.id)
            .join(snapshot_items, snapshot_items.c.snapshot_id == models.c.snapshot_id)
            .where(
                snapshot_items.c.recording_id.in_(some), snapshot_items.c.split.in_([str(split) for split in splits])
            )
            .where(models.c.withdrawn_at.is_(None))
        )
        matching.update(tx.execute(query).scalars())
    return matching
