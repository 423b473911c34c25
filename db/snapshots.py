"""Snapshots: the frozen lists (recording, label, split) that models learn from, one row a list, found by its hash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, Integer, Select, String, delete, func, insert, literal, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from core.domain.labels import Label, Split
from core.domain.snapshots import Snapshot, SnapshotItem
from core.errors import Conflict
from db import session
from db.schema import children, recordings, snapshot_items, snapshots
from db.schema import recording_states as kept_states

INSERT_ROWS = 500

ItemCounts: TypeAlias = "Counter[tuple[Split, str, Label]]"
"""Recordings by split, language and label."""


def copy_kept(tx: Connection, snapshot_id: int, n_updates: int, *, first: int, last: int) -> None:
    """Add the items of the recordings numbered from `first` to `last` whose kept label has stood since an update.

    Those that were noted as changed when that update was read are the caller's.
    """
    c = kept_states.c
    items = (
        select(literal(snapshot_id, Integer), c.recording_id, c.consensus, children.c.split)
        .join(children, children.c.id == c.child_id)
        .where(
            c.recording_id.between(first, last),
            c.consensus.is_not(None),
            c.label_changed <= n_updates,
            children.c.split.is_not(None),
        )
    )
    tx.execute(insert(snapshot_items).from_select(["snapshot_id", "recording_id", "label", "split"], items))


def remove_items(tx: Connection, snapshot_id: int, recording_ids: Sequence[int]) -> None:
    """Take a few hundred items out of a snapshot that is not whole yet."""
    is_meant = snapshot_items.c.recording_id.in_(list(recording_ids))
    tx.execute(delete(snapshot_items).where(snapshot_items.c.snapshot_id == snapshot_id, is_meant))


def store(tx: Connection, content_hash: str, items: Sequence[tuple[int, Label, Split]]) -> int:
    """The id of the snapshot with this hash, made of (recording id, label, split) where there is none yet.

    Items that an erasure took out of an old snapshot come back when the very same list is frozen again.
    """
    snapshot_id = id_of(tx, content_hash)
    if snapshot_id is None:
        snapshot_id = begin(tx, content_hash)
    known = item_ids(tx, snapshot_id)
    add_items(tx, snapshot_id, [item for item in items if item[0] not in known])
    return snapshot_id


def id_of(tx: Connection, content_hash: str) -> int | None:
    return tx.execute(select(snapshots.c.id).where(snapshots.c.hash == content_hash)).scalar()


def begin(tx: Connection, name: str) -> int:
    """A snapshot without items, under its hash or, until it is whole, under another name; its id."""
    new = insert(snapshots).values(hash=name, created_at=session.now()).returning(snapshots.c.id)
    return int(tx.execute(new).scalar_one())


def item_ids(tx: Connection, snapshot_id: int) -> set[int]:
    """The recordings that are in a snapshot."""
    query = select(snapshot_items.c.recording_id).where(snapshot_items.c.snapshot_id == snapshot_id)
    return set(tx.execute(query).scalars())


def add_items(
    tx: Connection,
    snapshot_id: int,
    items: Sequence[tuple[int, Label, Split]],
    weights: Mapping[int, float] | None = None,
) -> None:
    """Items of (recording id, label, split); those that `weights` does not name weigh 1.

    Raises
    ------
    Conflict
        A recording was erased meanwhile, or somebody else has added it.
    """
    rows = [
        {
            "snapshot_id": snapshot_id,
            "recording_id": recording_id,
            "label": label,
            "split": split,
            "weight": (weights or {}).get(recording_id, 1.0),
        }
        for recording_id, label, split in items
    ]
    try:
        for start in range(0, len(rows), INSERT_ROWS):
            tx.execute(insert(snapshot_items), rows[start : start + INSERT_ROWS])
    except IntegrityError:
        raise Conflict("Recordings were erased while their labels were frozen; try again.") from None


def finish(tx: Connection, snapshot_id: int, content_hash: str, *, n_updates: int | None = None) -> int | None:
    """Give a whole snapshot its hash; its id, or that of one that has this hash already.

    n_updates : the newest update of kept figures in the view that it was frozen from
    """
    other = id_of(tx, content_hash)
    if other is not None:
        return other
    try:
        with tx.begin_nested():
            tx.execute(
                update(snapshots).where(snapshots.c.id == snapshot_id).values(hash=content_hash, n_updates=n_updates)
            )
    except IntegrityError:  # PostgreSQL lets two finish the same list at the same moment
        return id_of(tx, content_hash)
    return snapshot_id


def unfinished(tx: Connection, name: str, *, before: datetime) -> list[int]:
    """Snapshots whose name begins so, begun before that time: left over from a process that was killed."""
    query = select(snapshots.c.id).where(snapshots.c.hash.startswith(name, autoescape=True))
    return list(tx.execute(query.where(snapshots.c.created_at < before)).scalars())


def remove_some(tx: Connection, snapshot_id: int, *, at_most: int) -> bool:
    """Remove a snapshot that nobody learned from, a portion at a time; whether it is gone."""
    ids = select(snapshot_items.c.recording_id).where(snapshot_items.c.snapshot_id == snapshot_id).limit(at_most)
    some = list(tx.execute(ids).scalars())
    if some:
        of_them = (snapshot_items.c.snapshot_id == snapshot_id) & snapshot_items.c.recording_id.in_(some)
        tx.execute(delete(snapshot_items).where(of_them))
        return False
    tx.execute(delete(snapshots).where(snapshots.c.id == snapshot_id))
    return True


def count_by_split(tx: Connection, snapshot_id: int) -> ItemCounts:
    """The recordings of a snapshot by split, language and label."""
    keys = (snapshot_items.c.split, recordings.c.language, snapshot_items.c.label)
    query = (
        select(*keys, func.count())
        .join(recordings, recordings.c.id == snapshot_items.c.recording_id)
        .where(snapshot_items.c.snapshot_id == snapshot_id)
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
        .where(snapshot_items.c.snapshot_id == snapshot_id, snapshot_items.c.split == split)
        .order_by(snapshot_items.c.recording_id)
    )
    return tx.execute(query).tuples().all()


def created_at(tx: Connection, snapshot_id: int) -> datetime | None:
    """When a snapshot was begun; None when it is gone."""
    return tx.execute(select(snapshots.c.created_at).where(snapshots.c.id == snapshot_id)).scalar()


def renew(tx: Connection, snapshot_id: int, n_updates: int) -> None:
    """A snapshot that is frozen again holds what stands at this update of kept figures."""
    tx.execute(update(snapshots).where(snapshots.c.id == snapshot_id).values(n_updates=n_updates))


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
        .where(snapshot_items.c.snapshot_id == snapshot_id)
        .order_by(recordings.c.sha256)
    )
    items = tuple(SnapshotItem(*item) for item in tx.execute(query).all())  # all at once takes half the time
    return Snapshot(row.id, row.hash, row.created_at, items)
