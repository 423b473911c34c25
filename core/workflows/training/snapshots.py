"""Freezing the labels: which recordings a model learns from, with which label, in which split.

The same list has the same hash and is the same snapshot, so a retraining without new labels makes the same model.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from core.domain.labels import Label, Split
from core.domain.snapshots import LabelledRecording, Snapshot, SnapshotItem
from core.errors import NotFound, Refused
from core.learning import splits
from db import children, session, snapshots

MIN_TRAIN = 20


def freeze(*, seed: int) -> Snapshot:
    """The snapshot of every label that stands now; children without a split are drawn, and stand from then on.

    Raises
    ------
    Refused
        Too few labels, or a split without a class it needs: the message says what is missing.
    """
    with session.writing() as tx:
        labelled = snapshots.labelled(tx)
        drawn = _draw(labelled, seed=seed)
        items = [(one.recording_id, one.label, drawn[one.child]) for one in labelled]
        _check([(label, split) for _, label, split in items])
        children.place_all(tx, drawn)
        lines = sorted(f"{one.sha256},{one.label},{drawn[one.child]}" for one in labelled)
        content_hash = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        snapshot = snapshots.get(tx, snapshots.store(tx, content_hash, items))
    if snapshot is None:
        raise NotFound("The snapshot that was just frozen is gone.")
    return snapshot


def count_by_split(items: Iterable[SnapshotItem]) -> dict[str, dict[str, dict[str, int]]]:
    """Recordings by split, then by label and by language, and children: what a card says of its data."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    kept = list(items)
    for split in Split:
        there = [item for item in kept if item.split is split]
        found[str(split)] = {
            "labels": {str(label): sum(item.label is label for item in there) for label in Label},
            "languages": dict(sorted(Counter(item.language for item in there).items())),
            "children": {"all": len({item.child for item in there})},
        }
    return found


def _draw(labelled: list[LabelledRecording], *, seed: int) -> dict[str, Split]:
    by_child: dict[str, list[LabelledRecording]] = {}
    for one in labelled:
        by_child.setdefault(one.child, []).append(one)
    to_split = [
        splits.ChildCounts(
            pseudonym=child,
            pool=ones[0].pool,
            split=ones[0].split,
            label_language_counts=Counter((one.label, one.language) for one in ones),
        )
        for child, ones in by_child.items()
    ]
    return splits.assign_splits(to_split, seed=seed)


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
    raise Refused(f"{what}. Judge more recordings, of more children, and settle the disagreements.")
