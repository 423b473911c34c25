"""What has changed since a snapshot: only recordings whose label changed since it was frozen are looked at.

Kept states carry the number of the update at which their label changed, and a snapshot the number of the newest update
in the view it was frozen from. Where that is not known, or where more is missing than that explains (recordings that
were left out), every label that stands is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, union

from core.domain.labels import Label
from db import recording_counts, recording_states
from db import snapshots as snapshots_table
from db.recording_states import LABEL_CHANGED, changed
from db.schema import children, recordings, snapshot_items, snapshots
from db.schema import recording_states as kept_states
from db.snapshot_spans import is_item_of

IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement
MOST_CANDIDATES = 20_000  # to look up; more are compared quicker with all the others
SampleItem = tuple[str, str, str]
"""SHA-256, extension and child of a recording."""


@dataclass(frozen=True)
class ChangedLabel:
    """A recording whose label is not that of the snapshot; None: it has none, or is not in the snapshot."""

    recording_id: int
    child_id: int
    language: str
    now: Label | None
    then: Label | None


def since(tx: Connection, snapshot_id: int) -> list[ChangedLabel]:
    """Every recording whose label is another one than in a snapshot, by number."""
    candidates = _candidates(tx, snapshot_id)
    if candidates is None:
        return _compared(tx, snapshot_id)
    n_labelled = n_items = 0
    differing: list[ChangedLabel] = []
    for begin in range(0, len(candidates), IDS_AT_ONCE):
        some = candidates[begin : begin + IDS_AT_ONCE]
        n_labelled += _count_labelled(tx, some)
        n_items += _count_items_among(tx, snapshot_id, some)
        differing += _compared(tx, snapshot_id, some)
    is_all = recording_counts.count_labelled(tx) - n_labelled == snapshots_table.count_items(tx, snapshot_id) - n_items
    return differing if is_all else _compared(tx, snapshot_id)


def _candidates(tx: Connection, snapshot_id: int) -> list[int] | None:
    """The recordings whose label may have changed since; None when that is not known, or they are too many."""
    n_updates = tx.execute(select(snapshots.c.n_updates).where(snapshots.c.id == snapshot_id)).scalar()
    if n_updates is None:
        return None
    relabelled = select(kept_states.c.recording_id).where(n_updates < LABEL_CHANGED)
    some = tx.execute(union(relabelled, changed()).limit(MOST_CANDIDATES + 1)).scalars().all()
    return sorted(some) if len(some) <= MOST_CANDIDATES else None


def _count_labelled(tx: Connection, recording_ids: Sequence[int]) -> int:
    states = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.consensus)
    query = select(func.count()).select_from(states).where(states.c.recording_id.in_(recording_ids))
    return int(tx.execute(query.where(states.c.consensus.is_not(None))).scalar_one())


def _count_items_among(tx: Connection, snapshot_id: int, recording_ids: Sequence[int]) -> int:
    is_item = is_item_of(snapshot_id) & snapshot_items.c.recording_id.in_(recording_ids)
    return int(tx.execute(select(func.count()).select_from(snapshot_items).where(is_item)).scalar_one())


def known_children(tx: Connection, snapshot_id: int, child_ids: Collection[int]) -> set[int]:
    """Those of some children of whom a recording is in a snapshot."""
    known: set[int] = set()
    ids = sorted(set(child_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        is_item = (
            select(recordings.c.id)
            .join(snapshot_items, snapshot_items.c.recording_id == recordings.c.id)
            .where(recordings.c.child_id == children.c.id, is_item_of(snapshot_id))
            .exists()
        )
        some = select(children.c.id).where(children.c.id.in_(ids[begin : begin + IDS_AT_ONCE]), is_item)
        known.update(tx.execute(some).scalars())
    return known


def is_known_language(tx: Connection, snapshot_id: int, language: str) -> bool:
    """Whether a recording in this language is in a snapshot."""
    query = (
        select(kept_states.c.recording_id)
        .join(snapshot_items, snapshot_items.c.recording_id == kept_states.c.recording_id)
        .where(kept_states.c.language == language, is_item_of(snapshot_id))
    )
    return tx.execute(query.limit(1)).first() is not None


def item_near(tx: Connection, snapshot_id: int, recording_id: int) -> int | None:
    """The first recording of a snapshot from this number on; None behind the last."""
    query = select(snapshot_items.c.recording_id).where(
        is_item_of(snapshot_id), snapshot_items.c.recording_id >= recording_id
    )
    return tx.execute(query.order_by(snapshot_items.c.recording_id).limit(1)).scalar()


def sounds(tx: Connection, recording_ids: Sequence[int]) -> list[SampleItem]:
    """Where the sounds of a few hundred recordings lie, by number; those that are gone are left out."""
    query = (
        select(recordings.c.sha256, recordings.c.extension, children.c.pseudonym)
        .join(children, children.c.id == recordings.c.child_id)
        .where(recordings.c.id.in_(list(recording_ids)))
        .order_by(recordings.c.id)
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(query)]


def _compared(tx: Connection, snapshot_id: int, among: Sequence[int] | None = None) -> list[ChangedLabel]:
    """Of a few hundred recordings, or of all."""
    c = kept_states.c
    states = recording_states.now(tx, c.recording_id, c.child_id, c.language, c.consensus)
    is_same = (snapshot_items.c.recording_id == states.c.recording_id) & is_item_of(snapshot_id)
    query = (
        select(*states.c, snapshot_items.c.label)
        .outerjoin_from(states, snapshot_items, is_same)
        .where(states.c.consensus.is_distinct_from(snapshot_items.c.label))
        .order_by(states.c.recording_id)
    )
    if among is not None:
        query = query.where(states.c.recording_id.in_(among))
    return [ChangedLabel(row[0], row[1], row[2], row[3], row[4]) for row in tx.execute(query)]
