"""Snapshots: the frozen lists (recording, label, split) that models learn from, one row a list, found by its hash.

Their items are written by `snapshot_writing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, Select, String, func, insert, select, type_coerce, update

from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot, SnapshotItem
from db.schema import children, recordings, snapshot_items, snapshots
from db.snapshot_spans import is_item_of

ItemCounts: TypeAlias = "Counter[tuple[Split, str, Label]]"
"""Recordings by split, language and label."""


def id_of(tx: Connection, content_hash: str) -> int | None:
    return tx.execute(select(snapshots.c.id).where(snapshots.c.hash == content_hash)).scalar()


def newest_id(tx: Connection) -> int:
    """The number of the newest snapshot; 0 where there is none."""
    return tx.execute(select(func.max(snapshots.c.id))).scalar() or 0


def add(
    tx: Connection,
    snapshot_id: int,
    content_hash: str,
    created_at: datetime,
    *,
    n_items: int,
    n_updates: int | None = None,
) -> None:
    """A snapshot whose items are written.

    n_updates : the newest update of kept figures in the view that it was frozen from
    """
    new = {"id": snapshot_id, "hash": content_hash, "created_at": created_at}
    tx.execute(insert(snapshots).values(new | {"n_items": n_items, "n_updates": n_updates}))


def count_by_split(tx: Connection, snapshot_id: int) -> ItemCounts:
    """The recordings of a snapshot by split, language and label."""
    keys = (snapshot_items.c.split, recordings.c.language, snapshot_items.c.label)
    query = (
        select(*keys, func.count())
        .join(recordings, recordings.c.id == snapshot_items.c.recording_id)
        .where(is_item_of(snapshot_id))
        .group_by(*keys)
    )
    return Counter({(row[0], row[1], row[2]): row[3] for row in tx.execute(query)})


def items_of_split(tx: Connection, snapshot_id: int, split: Split) -> Sequence[tuple[int, int, str, str, float]]:
    """(recording id, child id, label, language, weight) of each recording of one split, in the order of ids."""
    query: Select[int, int, str, str, float] = (
        select(
            snapshot_items.c.recording_id,
            recordings.c.child_id,
            type_coerce(snapshot_items.c.label, String),
            recordings.c.language,
            snapshot_items.c.weight,
        )
        .join(recordings, recordings.c.id == snapshot_items.c.recording_id)
        .where(is_item_of(snapshot_id), snapshot_items.c.split == split)
        .order_by(snapshot_items.c.recording_id)
    )
    return tx.execute(query).tuples().all()


def created_at(tx: Connection, snapshot_id: int) -> datetime:
    """When a snapshot was frozen."""
    frozen_at: datetime = tx.execute(select(snapshots.c.created_at).where(snapshots.c.id == snapshot_id)).scalar_one()
    return frozen_at


def renew(tx: Connection, snapshot_id: int, *, n_items: int, n_updates: int) -> None:
    """A snapshot that is frozen again holds what stands at this update of kept figures."""
    values = {"n_items": n_items, "n_updates": n_updates}
    tx.execute(update(snapshots).where(snapshots.c.id == snapshot_id).values(values))


def count_items(tx: Connection, snapshot_id: int) -> int:
    """How many recordings are in a snapshot, as its row says; 0 where there is none."""
    return tx.execute(select(snapshots.c.n_items).where(snapshots.c.id == snapshot_id)).scalar() or 0


def count_written(tx: Connection, snapshot_id: int) -> int:
    """The same as its rows are, all of them looked at; also of a snapshot that is being written."""
    return tx.execute(select(func.count()).select_from(snapshot_items).where(is_item_of(snapshot_id))).scalar_one()


def count_off(tx: Connection, recording_ids: Sequence[int]) -> None:
    """Let snapshots count a few hundred recordings no more: their items are about to be removed."""
    removed = (
        select(snapshots.c.id, func.count())
        .join(snapshot_items, is_item_of(snapshots.c.id))
        .where(snapshot_items.c.recording_id.in_(list(recording_ids)))
        .group_by(snapshots.c.id)
    )
    for snapshot_id, n in tx.execute(removed).all():
        fewer = update(snapshots).where(snapshots.c.id == snapshot_id)
        tx.execute(fewer.values(n_items=snapshots.c.n_items - n))


def get(tx: Connection, snapshot_id: int) -> Snapshot | None:
    """The whole list, by the recordings' hashes."""
    row = tx.execute(select(snapshots).where(snapshots.c.id == snapshot_id)).one_or_none()
    if row is None:
        return None
    query = (
        select(  # the fields of `SnapshotItem`, in their order
            recordings.c.id,
            recordings.c.sha256,
            recordings.c.extension,
            children.c.pseudonym,
            recordings.c.language,
            snapshot_items.c.label,
            snapshot_items.c.split,
            recordings.c.waveform_sha256,
            snapshot_items.c.weight,
        )
        .join(recordings, recordings.c.id == snapshot_items.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
        .where(is_item_of(snapshot_id))
        .order_by(recordings.c.sha256)
    )
    items = tuple(SnapshotItem(*item) for item in tx.execute(query).all())  # all at once takes half the time
    return Snapshot(row.id, row.hash, row.created_at, items)
