"""The labels that stand now, as a snapshot freezes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from sqlalchemy import Connection, String, select, type_coerce

from core.domain.labels import Label, Split
from core.domain.snapshots import LabelledRecording
from db import many_rows, recording_states
from db.schema import children, recordings, snapshot_items
from db.schema import recording_states as kept_states
from db.snapshot_spans import is_item_of


def labelled(tx: Connection) -> list[LabelledRecording]:
    """Every recording whose label stands (its judges agree, or staff settled it), by its hash."""
    states = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.consensus)
    query = (
        select(  # the fields of `LabelledRecording`, in their order
            recordings.c.id,
            recordings.c.sha256,
            recordings.c.extension,
            children.c.pseudonym,
            children.c.pool,
            children.c.split,
            recordings.c.language,
            states.c.consensus,
            recordings.c.waveform_sha256,
        )
        .join(states, states.c.recording_id == recordings.c.id)
        .join(children, children.c.id == recordings.c.child_id)
        .where(states.c.consensus.is_not(None))
    )
    # sorted here: SQLite would look each recording up by its hash, or sort whole rows on disk
    return sorted((LabelledRecording(*row) for row in tx.execute(query)), key=attrgetter("sha256"))


def lines(tx: Connection) -> Iterator[str | None]:
    """Hash, label and split of every recording whose label stands, "sha256,label,split", in no order.

    None for a recording whose child has no split. The database puts them together, and none is kept.
    """
    states = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.child_id, kept_states.c.consensus)
    words = [recordings.c.sha256, *(type_coerce(column, String) for column in (states.c.consensus, children.c.split))]
    line = words[0] + "," + words[1] + "," + words[2]
    query = (
        select(line)
        .select_from(states)
        .join(recordings, recordings.c.id == states.c.recording_id)
        .join(children, children.c.id == states.c.child_id)
        .where(states.c.consensus.is_not(None))
    )
    return many_rows.values(tx, query)


def labels_of(tx: Connection, recording_ids: Sequence[int]) -> list[tuple[int, Label, Split]]:
    """Those of a few hundred recordings whose label stands, with the split of their child, where it has any."""
    states = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.child_id, kept_states.c.consensus)
    query = (
        select(states.c.recording_id, states.c.consensus, children.c.split)
        .join(children, children.c.id == states.c.child_id)
        .where(states.c.recording_id.in_(list(recording_ids)))
        .where(states.c.consensus.is_not(None), children.c.split.is_not(None))
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(query)]


def hashes_of(tx: Connection, recording_ids: Sequence[int]) -> dict[str, int]:
    """The numbers of a few hundred recordings by their SHA-256."""
    query = select(recordings.c.sha256, recordings.c.id).where(recordings.c.id.in_(list(recording_ids)))
    return {row[0]: row[1] for row in tx.execute(query)}


def labelled_without_item(tx: Connection, snapshot_id: int) -> set[int]:
    """The recordings whose label stands and that are not in a snapshot."""
    states = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.consensus)
    is_item = (
        select(snapshot_items.c.recording_id)
        .where(is_item_of(snapshot_id), snapshot_items.c.recording_id == states.c.recording_id)
        .exists()
    )
    query = select(states.c.recording_id).where(states.c.consensus.is_not(None), ~is_item)
    return set(tx.execute(query).scalars())
