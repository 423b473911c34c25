"""Snapshots: the frozen lists (recording, label, split) that models learn from, one row a list, found by its hash."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from core.domain.labels import Label, Split
from core.domain.snapshots import LabelledRecording, Snapshot, SnapshotItem
from db import judgements, session
from db.schema import children, recordings, snapshot_items, snapshots

INSERT_ROWS = 500


def labelled(tx: Connection) -> list[LabelledRecording]:
    """Every recording whose label stands (its judges agree, or staff settled it), by its hash."""
    standing = judgements.standing()
    query = (
        select(
            recordings.c.id,
            recordings.c.sha256,
            recordings.c.extension,
            recordings.c.language,
            children.c.pseudonym,
            children.c.pool,
            children.c.split,
            standing.c.consensus,
        )
        .join(standing, standing.c.recording_id == recordings.c.id)
        .join(children, children.c.id == recordings.c.child_id)
        .where(standing.c.consensus.is_not(None))
        .order_by(recordings.c.sha256)
    )
    return [
        LabelledRecording(
            recording_id=row.id,
            sha256=row.sha256,
            extension=row.extension,
            child=row.pseudonym,
            pool=row.pool,
            split=Split(row.split) if row.split else None,
            language=row.language,
            label=Label(row.consensus),
        )
        for row in tx.execute(query)
    ]


def store(tx: Connection, content_hash: str, items: Sequence[tuple[int, Label, Split]]) -> int:
    """The id of the snapshot with this hash, made of (recording id, label, split) where there is none yet.

    Items that an erasure took out of an old snapshot come back when the very same list is frozen again.
    """
    snapshot_id = tx.execute(select(snapshots.c.id).where(snapshots.c.hash == content_hash)).scalar()
    if snapshot_id is None:
        new = insert(snapshots).values(hash=content_hash, created_at=session.now()).returning(snapshots.c.id)
        snapshot_id = tx.execute(new).scalar_one()
    known = set(
        tx.execute(select(snapshot_items.c.recording_id).where(snapshot_items.c.snapshot_id == snapshot_id)).scalars()
    )
    rows = [
        {"snapshot_id": snapshot_id, "recording_id": recording_id, "label": str(label), "split": str(split)}
        for recording_id, label, split in items
        if recording_id not in known
    ]
    for start in range(0, len(rows), INSERT_ROWS):
        tx.execute(insert(snapshot_items), rows[start : start + INSERT_ROWS])
    return int(snapshot_id)


def get(tx: Connection, snapshot_id: int) -> Snapshot | None:
    """The whole list, by the recordings' hashes."""
    row = tx.execute(select(snapshots).where(snapshots.c.id == snapshot_id)).one_or_none()
    if row is None:
        return None
    query = (
        select(
            recordings.c.id,
            recordings.c.sha256,
            recordings.c.extension,
            recordings.c.language,
            children.c.pseudonym,
            snapshot_items.c.label,
            snapshot_items.c.split,
        )
        .join(recordings, recordings.c.id == snapshot_items.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .where(snapshot_items.c.snapshot_id == snapshot_id)
        .order_by(recordings.c.sha256)
    )
    items = tuple(
        SnapshotItem(
            recording_id=item.id,
            sha256=item.sha256,
            extension=item.extension,
            child=item.pseudonym,
            language=item.language,
            label=Label(item.label),
            split=Split(item.split),
        )
        for item in tx.execute(query)
    )
    return Snapshot(row.id, row.hash, row.created_at, items)
