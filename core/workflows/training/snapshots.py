"""Freezing the labels: which recordings a model learns from, with which label, in which split.

The same list has the same hash and is the same snapshot, so a retraining without new labels makes the same model.
"""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from core.domain import live_sampling
from core.domain.labels import Label, Split
from core.domain.snapshots import LabelledRecording, Snapshot, SnapshotItem
from core.errors import Conflict
from core.workflows.training import child_splits, lost_files
from core.workflows.training.snapshot_lines import read_lines
from db import (
    kept_counts,
    live_samples,
    queue,
    recording_counts,
    session,
    snapshot_writing,
    snapshots,
    standing_labels,
)
from db.snapshot_writing import ItemChange, LabelledItem, SnapshotLabel

TRIES = 8
IDS_AT_ONCE = 500
WRITTEN_AT_ONCE = 5000  # items, in one transaction: some 20 milliseconds
MANY_NEW = 20_000
COPIED_AT_ONCE = 10_000  # recordings that the database itself looks through, in one: some 20 milliseconds
PORTION_S = 0.3  # in which whoever writes items has written some more
NEVER_WHOLE = "Children are erased or placed again and again while labels are frozen; try again in a moment."


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

    Judges go on meanwhile: what stands is read in one view, and what differs from the newest snapshot is written a
    portion at a time; the last transaction makes it a snapshot.

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
        with suppress(Conflict):
            _copy_many()
            with session.reading() as tx:
                return _freeze(tx, left_out)
        _wait_for_others()
    raise Conflict(NEVER_WHOLE)


def _copy_many() -> None:
    """Where many labels are new, let the database copy most of them; the view shows what differs from them then."""
    with session.reading() as tx:
        newest = snapshots.newest_id(tx)
        n_new = recording_counts.count_labelled(tx) - snapshots.count_items(tx, newest)
        n_writes, highest_id = snapshot_writing.count_writes(tx), queue.highest_id(tx)
    for first in range(1, highest_id + 1 if n_new > MANY_NEW else 0, COPIED_AT_ONCE):
        with session.writing() as tx:
            n_writes = snapshot_writing.hold(tx, n_writes)
            snapshot_writing.copy_kept(tx, newest + 1, first=first, last=first + COPIED_AT_ONCE - 1)
        session.let_others_write()


def _wait_for_others() -> None:
    """As long as somebody else writes a snapshot, portion after portion."""
    seen, n_writes = -1, 0
    while n_writes != seen:
        seen = n_writes
        time.sleep(PORTION_S)
        with session.reading() as tx:
            n_writes = snapshot_writing.count_writes(tx)


@dataclass(frozen=True)
class _View:
    """What was read in one view, and the transaction that still sees it.

    tx : of the view
    n_items : recordings in the snapshot
    weights : of the recordings that were drawn in class
    left_out : numbers of recordings
    n_updates : of kept figures, so far
    n_writes : of snapshots' items, so far
    """

    tx: session.Connection
    n_items: int
    weights: Mapping[int, float]
    left_out: frozenset[int]
    n_updates: int
    n_writes: int

    def label_of(self, item: LabelledItem) -> SnapshotLabel | None:
        """What a snapshot of this view holds of a recording."""
        if item.label is None or item.split is None or item.recording_id in self.left_out:
            return None
        return SnapshotLabel(item.label, item.split, self.weights.get(item.recording_id, 1.0))


def _freeze(tx: session.Connection, left_out: Mapping[int, LabelledRecording]) -> FrozenLabels:
    """Raises Conflict when children were erased or placed meanwhile, or somebody else has frozen labels."""
    lines = read_lines(tx, without={item.sha256 for item in left_out.values()})
    n_left_out_unplaced = len(left_out) - len(_labelled_among(tx, left_out))
    if lines.n_unplaced > n_left_out_unplaced:  # of a child that came after the others were placed
        raise Conflict(NEVER_WHOLE)
    child_splits.check(lines.count_by_label_and_split())
    drawn_in_class = live_samples.drawn_by_lot(tx)
    known = _labelled_among(tx, drawn_in_class.keys() - left_out.keys())
    weights = live_sampling.design_weights({each: drawn for each, drawn in drawn_in_class.items() if each in known})
    content_hash = lines.content_hash(_by_sha256(tx, weights))
    n_updates, n_writes = kept_counts.newest_update(tx), snapshot_writing.count_writes(tx)
    view = _View(tx, len(lines), weights, frozenset(left_out), n_updates, n_writes)
    del lines
    known_id = snapshots.id_of(tx, content_hash)
    if known_id is None:
        return _add(content_hash, view)
    return _complete(known_id, content_hash, view)


def _labelled_among(tx: session.Connection, recording_ids: Collection[int]) -> set[int]:
    return {number for some in _portions(recording_ids) for number, _, _ in standing_labels.labels_of(tx, some)}


def _by_sha256(tx: session.Connection, weights: Mapping[int, float]) -> dict[str, float]:
    return {
        sha256: weights[number]
        for some in _portions(weights)
        for sha256, number in standing_labels.hashes_of(tx, some).items()
    }


def _add(content_hash: str, view: _View) -> FrozenLabels:
    """A new snapshot."""
    snapshot_id, n_writes = snapshots.newest_id(view.tx) + 1, view.n_writes
    changes = _changes(view)
    while some := list(islice(changes, WRITTEN_AT_ONCE)):
        with session.writing() as tx:
            n_writes = snapshot_writing.hold(tx, n_writes)
            snapshot_writing.write(tx, snapshot_id, some)
        session.let_others_write()
    _require_whole(snapshot_id, view)
    frozen = FrozenLabels(snapshot_id, content_hash, session.now(), view.n_items)
    with session.writing() as tx:
        snapshot_writing.hold(tx, n_writes)
        snapshots.add(tx, snapshot_id, content_hash, frozen.created_at, n_items=view.n_items, n_updates=view.n_updates)
    return frozen


def _changes(view: _View) -> Iterator[ItemChange]:
    """What the snapshot of a view holds otherwise than the newest items."""
    numbers = array("q", snapshot_writing.differing(view.tx))
    numbers.extend((view.weights.keys() | view.left_out).difference(numbers))
    for begin in range(0, len(numbers), IDS_AT_ONCE):
        for item in snapshot_writing.compared(view.tx, numbers[begin : begin + IDS_AT_ONCE]):
            new = view.label_of(item)
            if new != item.frozen:
                yield ItemChange(item.recording_id, new, is_replaced=item.frozen is not None)


def _complete(snapshot_id: int, content_hash: str, view: _View) -> FrozenLabels:
    """A snapshot of before that holds the same; what an erasure took out of it comes back with the same labels."""
    missing = standing_labels.labelled_without_item(view.tx, snapshot_id)
    for some in _portions(missing):
        labels = ((item.recording_id, view.label_of(item)) for item in snapshot_writing.compared(view.tx, some))
        with session.writing() as tx:
            snapshot_writing.add_again(tx, snapshot_id, [(number, label) for number, label in labels if label])
        session.let_others_write()
    _require_whole(snapshot_id, view)
    with session.writing() as tx:
        snapshots.renew(tx, snapshot_id, n_items=view.n_items, n_updates=view.n_updates)
    return FrozenLabels(snapshot_id, content_hash, snapshots.created_at(view.tx, snapshot_id), view.n_items)


def _require_whole(snapshot_id: int, view: _View) -> None:
    with session.reading() as now:
        if snapshots.count_written(now, snapshot_id) != view.n_items:
            raise Conflict(NEVER_WHOLE)


def _portions(recording_ids: Collection[int]) -> list[list[int]]:
    ids = sorted(recording_ids)
    return [ids[begin : begin + IDS_AT_ONCE] for begin in range(0, len(ids), IDS_AT_ONCE)]


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
