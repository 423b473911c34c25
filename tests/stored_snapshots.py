"""A snapshot of any rows, as if these labels had stood once."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.labels import Label, Split
from db import session, snapshot_writing, snapshots
from db.snapshot_writing import SnapshotLabel


def store(tx: session.Connection, content_hash: str, items: Sequence[tuple[int, Label, Split]]) -> int:
    """The id of a snapshot of (recording id, label, split)."""
    snapshot_id = snapshots.newest_id(tx) + 1
    snapshots.add(tx, snapshot_id, content_hash, session.now(), n_items=len(items))
    again = [(number, SnapshotLabel(label, split)) for number, label, split in items]
    snapshot_writing.add_again(tx, snapshot_id, again)
    return snapshot_id
