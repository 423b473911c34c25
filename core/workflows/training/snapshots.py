"""Freezing the labels: which recordings a model learns from, with which label, in which split.

The same list has the same hash and is the same snapshot, so a retraining without new labels makes the same model.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.domain import live_sampling
from core.domain.labels import Label, Split
from core.domain.snapshots import LabelledRecording, Snapshot, SnapshotItem
from core.errors import Conflict, Refused
from core.learning import splits
from core.learning.linked_children import linked_children_of
from core.workflows.training import lost_files
from db import children, kept_counts, live_samples, queue, recording_states, session, snapshot_changes, snapshots

MIN_TRAIN = 20
TRIES = 5
ROWS_AT_ONCE = 500  # in one writing transaction: a few milliseconds
COPIED_AT_ONCE = 10_000  # recordings that the database itself looks through, in one: some 20 milliseconds
UNFINISHED = "unfinished "  # how a snapshot is called until it is whole and has its hash
LEFT_AFTER = timedelta(days=1)
STRICTEST_FIRST = (Split.TEST, Split.VALIDATION, Split.TRAIN)


def freeze(*, seed: int, without_lost: bool = False) -> Snapshot:
    """The snapshot of every label that stands now; children without a split are drawn, and stand from then on.

    Judges go on meanwhile: what stands is read in one view, and written a portion at a time.

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
        frozen = _freeze(seed, without_lost=without_lost)
        if frozen is not None:
            return frozen
    raise Conflict("Children are erased or placed again and again while labels are frozen; try again in a moment.")


def _freeze(seed: int, *, without_lost: bool) -> Snapshot | None:
    """None when children or labels have changed meanwhile."""
    session.count_changes_in()
    with session.reading() as tx:
        labelled, n_updates, highest = snapshots.labelled(tx), kept_counts.newest_update(tx), queue.highest_id(tx)
        noted = frozenset(recording_states.changed_ids(tx))
        drawn_in_class = live_samples.probabilities(tx)
    if without_lost:
        left_out = set(lost_files.lost(labelled))
        noted |= left_out
        labelled = [item for item in labelled if item.recording_id not in left_out]
    known = {item.recording_id for item in labelled}
    weights = live_sampling.training_weights({each: p for each, p in drawn_in_class.items() if each in known})
    drawn = _draw(labelled, seed=seed)
    _check([(item.label, drawn[item.child]) for item in labelled])
    if not _place({item.child: drawn[item.child] for item in labelled if item.split is None}):
        return None
    # the hashes are in order and of one length, so the lines are too
    lines = (
        f"{item.sha256},{item.label},{drawn[item.child]}{_weight_words(weights.get(item.recording_id, 1.0))}"
        for item in labelled
    )
    content_hash = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    items = {item.recording_id: (item.label, drawn[item.child]) for item in labelled}
    view = _View(items, weights, noted | weights.keys(), n_updates, highest)
    try:
        snapshot_id = _stored(content_hash, view)
    except Conflict:
        return None
    with session.reading() as tx:
        created_at = None if snapshot_id is None else snapshots.created_at(tx, snapshot_id)
        is_whole = snapshot_id is not None and snapshot_changes.count_items(tx, snapshot_id) == len(labelled)
    if snapshot_id is None or created_at is None or not is_whole:
        return None
    frozen = (_item(item, drawn[item.child], weights.get(item.recording_id, 1.0)) for item in labelled)
    return Snapshot(snapshot_id, content_hash, created_at, tuple(frozen))


@dataclass(frozen=True)
class _View:
    """What was read in one view.

    items : (label, split) by recording
    weights : of the recordings that were drawn in class
    noted : recordings whose kept label may be another one, and those with a weight
    """

    items: Mapping[int, tuple[Label, Split]]
    weights: Mapping[int, float]
    noted: frozenset[int]
    n_updates: int
    highest_id: int


def _item(item: LabelledRecording, split: Split, weight: float) -> SnapshotItem:
    return SnapshotItem(
        item.recording_id,
        item.sha256,
        item.extension,
        item.child,
        item.language,
        item.label,
        split,
        item.waveform_sha256,
        weight,
    )


def _weight_words(weight: float) -> str:
    """What a weight adds to a snapshot's hash: nothing where it is 1, so that snapshots of before have theirs."""
    return "" if weight == 1.0 else f",{weight:g}"


def _place(drawn: Mapping[str, Split]) -> bool:
    """Give new children their splits; False when one stands elsewhere by now, or is gone."""
    names = sorted(drawn)
    for begin in range(0, len(names), ROWS_AT_ONCE):
        some = {name: drawn[name] for name in names[begin : begin + ROWS_AT_ONCE]}
        with session.writing() as tx:
            children.place_all(tx, some)
            if children.splits_of(tx, list(some)) != some:
                return False
    return True


def _stored(content_hash: str, view: _View) -> int | None:
    """The id of the snapshot of this hash, with all of these items; None when some are gone."""
    with session.reading() as tx:
        snapshot_id = snapshots.id_of(tx, content_hash)
        known = set() if snapshot_id is None else snapshots.item_ids(tx, snapshot_id)
        left_over = snapshots.unfinished(tx, UNFINISHED, before=session.now() - LEFT_AFTER)
    for other in left_over:
        _remove(other)
    if snapshot_id is not None:  # what an erasure took out of it comes back with the same labels
        _add(snapshot_id, view, view.items.keys() - known)
        with session.writing() as tx:
            snapshots.renew(tx, snapshot_id, view.n_updates)
        return snapshot_id
    with session.writing() as tx:
        new = snapshots.begin(tx, UNFINISHED + uuid.uuid4().hex)
    finished = None
    try:
        _fill(new, view)
        with session.writing() as tx:
            finished = snapshots.finish(tx, new, content_hash, n_items=len(view.items), n_updates=view.n_updates)
    finally:
        if finished != new:
            _remove(new)
    return finished


def _fill(snapshot_id: int, view: _View) -> None:
    """The kept labels that have stood since the view, as the database copies them; the few others one by one."""
    for first in range(1, view.highest_id + 1, COPIED_AT_ONCE):
        with session.writing() as tx:
            last = min(first + COPIED_AT_ONCE - 1, view.highest_id)
            snapshots.copy_kept(tx, snapshot_id, view.n_updates, first=first, last=last)
    noted = sorted(view.noted)
    for begin in range(0, len(noted), ROWS_AT_ONCE):
        with session.writing() as tx:
            snapshots.remove_items(tx, snapshot_id, noted[begin : begin + ROWS_AT_ONCE])
    with session.reading() as tx:
        copied = snapshots.item_ids(tx, snapshot_id)
    _add(snapshot_id, view, view.items.keys() - copied)


def _add(snapshot_id: int, view: _View, recording_ids: Iterable[int]) -> None:
    ids = sorted(recording_ids)
    for begin in range(0, len(ids), ROWS_AT_ONCE):
        some = [(number, *view.items[number]) for number in ids[begin : begin + ROWS_AT_ONCE]]
        with session.writing() as tx:
            snapshots.add_items(tx, snapshot_id, some, view.weights)


def _remove(snapshot_id: int) -> None:
    is_gone = False
    while not is_gone:
        with session.writing() as tx:
            is_gone = snapshots.remove_some(tx, snapshot_id, at_most=ROWS_AT_ONCE)


def lost() -> frozenset[int]:
    """The numbers of labelled recordings whose bytes are not in the storage."""
    with session.reading() as tx:
        labelled = snapshots.labelled(tx)
    return frozenset(lost_files.lost(labelled))


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


def _draw(labelled: list[LabelledRecording], *, seed: int) -> dict[str, Split]:
    """The split of every child: its own where it stands, else the one that its group draws.

    Children who have a sound in common are a group (`linked_children`).
    """
    group_of = linked_children_of(labelled)
    by_group: dict[str, list[LabelledRecording]] = {}
    for recording in labelled:
        by_group.setdefault(group_of[recording.child], []).append(recording)
    to_split = [_counts_of(group, members) for group, members in by_group.items()]
    standing = {child.pseudonym: split for child in to_split if (split := child.split) is not None}
    drawn = standing if len(standing) == len(to_split) else splits.assign_splits(to_split, seed=seed)
    stood = {recording.child: recording.split for recording in labelled}
    return {child: stood[child] or drawn[group] for child, group in group_of.items()}


def _counts_of(group: str, members: Sequence[LabelledRecording]) -> splits.ChildCounts:
    stated = {recording.split for recording in members}
    return splits.ChildCounts(
        pseudonym=group,
        pool=next((recording.pool for recording in members if recording.pool), None),
        split=next((split for split in STRICTEST_FIRST if split in stated), None),
        label_language_counts=Counter((recording.label, recording.language) for recording in members),
    )


def _check(items: list[tuple[Label, Split]]) -> None:
    """Say in words what is missing: learning needs all three classes, choosing and testing need both sides."""
    count = Counter((split, label) for label, split in items)
    missing = [f"{label} in train" for label in Label if not count[Split.TRAIN, label]]
    for split in (Split.VALIDATION, Split.TEST):
        if not count[split, Label.ACCEPTED]:
            missing.append(f"Accepted in {split}")
        if not count[split, Label.NOISE] + count[split, Label.SPEECHLESS]:
            missing.append(f"Noise or Speechless in {split}")
    n_train = sum(count[Split.TRAIN, label] for label in Label)
    if n_train >= MIN_TRAIN and not missing:
        return
    what = f"There are too few labels to learn from: {len(items)} recordings have a label that stands"
    what += f", {n_train} of them in train (at least {MIN_TRAIN} are needed)" if n_train < MIN_TRAIN else ""
    what += f"; there is none that is {', none that is '.join(missing)}" if missing else ""
    raise Refused(
        "{what}. Judge more recordings, of more children, and settle the disagreements.",
        what=what,
    )
