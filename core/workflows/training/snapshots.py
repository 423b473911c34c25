"""Freezing the labels: which recordings a model learns from, with which label, in which split.

The same list has the same hash and is the same snapshot, so a retraining without new labels makes the same model.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain import live_sampling
from core.domain.labels import Label, Split
from core.domain.snapshots import LabelledRecording, Snapshot, SnapshotItem
from core.errors import Conflict
from core.workflows.training import child_splits, lost_files
from core.workflows.training.snapshot_lines import read_lines
from db import (
    children,
    kept_counts,
    live_samples,
    queue,
    recording_states,
    session,
    snapshot_changes,
    snapshots,
    standing_labels,
)

TRIES = 5
ROWS_AT_ONCE = 500  # in one writing transaction: a few milliseconds
COPIED_AT_ONCE = 20_000  # recordings that the database itself looks through, in one: some 40 milliseconds
UNFINISHED = "unfinished "  # how a snapshot is called until it is whole and has its hash
NEVER_WHOLE = "Children are erased or placed again and again while labels are frozen; try again in a moment."
LEFT_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class FrozenLabels:
    """A snapshot by its number and hash, without its items."""

    id: int
    hash: str
    created_at: datetime
    n_items: int


def freeze(*, seed: int, without_lost: bool = False) -> Snapshot:
    """The snapshot of every label that stands now, with its items; see `freeze_labels`."""
    for _ in range(TRIES):
        frozen = freeze_labels(seed=seed, without_lost=without_lost)
        with session.reading() as tx:
            snapshot = snapshots.get(tx, frozen.id)
        if snapshot is not None and len(snapshot.items) == frozen.n_items:
            return snapshot
    raise Conflict(NEVER_WHOLE)


def freeze_labels(*, seed: int, without_lost: bool = False) -> FrozenLabels:
    """A snapshot of every label that stands now; children without a split are drawn, and stand from then on.

    Judges go on meanwhile: what stands is read in one view, and written a portion at a time under a name that nobody
    looks for; the last transaction gives it its hash. Of a freezing that was killed another one removes the rest.

    Parameters
    ----------
    without_lost : leave out recordings whose bytes are not in the storage

    Raises
    ------
    Refused
        Too few labels, or a split without a class it needs: the message says what is missing.
    Conflict
        Children were erased, or placed by somebody else, each time that it was tried.
    """
    for _ in range(TRIES):
        session.count_changes_in()
        left_out = lost_files.lost_labelled() if without_lost else {}
        if not child_splits.place_children(seed, left_out.values()):
            continue
        with session.reading() as tx:
            try:
                frozen = _freeze(tx, left_out)
            except Conflict:
                continue
        if frozen is not None:
            return frozen
    raise Conflict(NEVER_WHOLE)


@dataclass(frozen=True)
class _View:
    """What was read in one view, and the transaction that still sees it.

    tx : of the view
    n_items : recordings in the snapshot
    weights : of the recordings that were drawn in class
    noted : recordings whose kept label may be another one, those with a weight, and those left out
    left_out : numbers of recordings
    splits : of all children
    """

    tx: session.Connection
    n_items: int
    weights: Mapping[int, float]
    noted: frozenset[int]
    left_out: frozenset[int]
    n_updates: int
    highest_id: int
    splits: Mapping[str, Split | None]


def _freeze(tx: session.Connection, left_out: Mapping[int, LabelledRecording]) -> FrozenLabels | None:
    """None when children or labels have changed meanwhile."""
    lines = read_lines(tx, without={item.sha256 for item in left_out.values()})
    n_left_out_unplaced = len(left_out) - len(_labelled_among(tx, left_out))
    if lines.n_unplaced > n_left_out_unplaced:  # of a child that came after the others were placed
        return None
    child_splits.check(lines.count_by_label_and_split())
    drawn_in_class = live_samples.drawn_by_lot(tx)
    known = _labelled_among(tx, drawn_in_class.keys() - left_out.keys())
    weights = live_sampling.design_weights({each: drawn for each, drawn in drawn_in_class.items() if each in known})
    content_hash = lines.content_hash(_by_sha256(tx, weights))
    view = _View(
        tx,
        len(lines),
        weights,
        frozenset(recording_states.changed_ids(tx)) | weights.keys() | left_out.keys(),
        frozenset(left_out),
        kept_counts.newest_update(tx),
        queue.highest_id(tx),
        children.splits(tx),
    )
    del lines
    snapshot_id = _stored(content_hash, view)
    with session.reading() as now:
        created_at = None if snapshot_id is None else snapshots.created_at(now, snapshot_id)
        is_whole = snapshot_id is not None and snapshot_changes.count_items(now, snapshot_id) == view.n_items
    if snapshot_id is None or created_at is None or not is_whole:
        return None
    return FrozenLabels(snapshot_id, content_hash, created_at, view.n_items)


def _labelled_among(tx: session.Connection, recording_ids: Collection[int]) -> set[int]:
    return {number for some in _portions(recording_ids) for number, _, _ in standing_labels.labels_of(tx, some)}


def _by_sha256(tx: session.Connection, weights: Mapping[int, float]) -> dict[str, float]:
    return {
        sha256: weights[number]
        for some in _portions(weights)
        for sha256, number in standing_labels.hashes_of(tx, some).items()
    }


def _stored(content_hash: str, view: _View) -> int | None:
    """The id of the snapshot of this hash, with all of these items; None when some are gone."""
    with session.reading() as tx:
        snapshot_id = snapshots.id_of(tx, content_hash)
        left_over = snapshots.unfinished(tx, UNFINISHED, before=session.now() - LEFT_AFTER)
    for other in left_over:
        _remove(other)
    if snapshot_id is not None:  # what an erasure took out of it comes back with the same labels
        _add(snapshot_id, view, standing_labels.labelled_without_item(view.tx, snapshot_id))
        with session.writing() as tx:
            snapshots.renew(tx, snapshot_id, view.n_updates)
        return snapshot_id
    with session.writing() as tx:
        new = snapshots.begin(tx, UNFINISHED + uuid.uuid4().hex)
    finished = None
    try:
        if _fill(new, view):
            with session.writing() as tx:
                finished = snapshots.finish(tx, new, content_hash, n_updates=view.n_updates)
    finally:
        if finished != new:
            _remove(new)
    return finished


def _fill(snapshot_id: int, view: _View) -> bool:
    """The kept labels that have stood since the view, as the database copies them; the few others from the view itself.

    False when not all of them are there any more. What is erased after that goes out of the snapshot as out of any
    other.
    """
    _copy_kept(snapshot_id, view)
    for some in _portions(view.noted):
        with session.writing() as tx:
            snapshots.remove_items(tx, snapshot_id, some)
        session.let_others_write()
    with session.reading() as tx:
        relabelled = standing_labels.relabelled_since(tx, view.n_updates)
    _add(snapshot_id, view, relabelled | view.noted)
    with session.reading() as tx:
        is_whole = snapshot_changes.count_items(tx, snapshot_id) == view.n_items
        splits = children.splits(tx)
    return is_whole and all(splits.get(child) is split for child, split in view.splits.items() if split)


def _copy_kept(snapshot_id: int, view: _View) -> None:
    def copy(first: int) -> None:
        with session.writing() as tx:
            last = min(first + COPIED_AT_ONCE - 1, view.highest_id)
            snapshots.copy_kept(tx, snapshot_id, view.n_updates, first=first, last=last)
        session.let_others_write()

    with ThreadPoolExecutor(session.writers_at_once()) as writers:
        list(writers.map(copy, range(1, view.highest_id + 1, COPIED_AT_ONCE)))


def _add(snapshot_id: int, view: _View, recording_ids: Collection[int]) -> None:
    """The items of some recordings as the view sees them; those that it sees without a label are none."""
    for some in _portions(set(recording_ids) - view.left_out):
        items = standing_labels.labels_of(view.tx, some)
        with session.writing() as tx:
            snapshots.add_items(tx, snapshot_id, items, view.weights)
        session.let_others_write()


def _portions(recording_ids: Collection[int]) -> list[list[int]]:
    ids = sorted(recording_ids)
    return [ids[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(ids), ROWS_AT_ONCE)]


def _remove(snapshot_id: int) -> None:
    is_gone = False
    while not is_gone:
        with session.writing() as tx:
            is_gone = snapshots.remove_some(tx, snapshot_id, at_most=ROWS_AT_ONCE)
        session.let_others_write()


def count_by_split(items: Iterable[SnapshotItem]) -> dict[str, dict[str, dict[str, int]]]:
    """Recordings by split, then by label and by language, and children: as a card lists its data."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    recordings = list(items)
    for split in Split:
        there = [item for item in recordings if item.split is split]
        counts[str(split)] = {
            "labels": {str(label): sum(item.label is label for item in there) for label in Label},
            "languages": dict(sorted(Counter(item.language for item in there).items())),
            "children": {"all": len({item.child for item in there})},
        }
    return counts
