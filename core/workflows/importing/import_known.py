"""What a table states of recordings that are here: what was not known is filled in, what contradicts is named.

A recording that came without its child is a child of its own until a table names it. Where its recordings stood in
several splits by then, the child stands in the strictest of them from now on, and the models that learned from what is
for testing now are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.labels import Split
from core.domain.recordings import Child, Recording
from core.messages import Message, listed
from core.translation import mark
from core.workflows.importing.manifest_rows import ManifestRow
from core.workflows.importing.notes import Notes
from db import audit, children, imports, recordings, session

UNKNOWN_CHILD = "unknown-"
STRICTEST_FIRST = (Split.TEST, Split.VALIDATION, Split.TRAIN)
COLUMNS = ("language", "word", "source", "collected_at")


@dataclass
class ChildMoves:
    """Children whose recordings stood in several splits: pseudonym -> the splits."""

    stood: dict[str, set[Split]] = field(default_factory=dict)

    def add(self, pseudonym: str, splits: Iterable[Split]) -> None:
        self.stood.setdefault(pseudonym, set()).update(splits)


def strictest(splits: Iterable[Split | None]) -> Split | None:
    """Test over validation over train: what was for testing never becomes what is learned from. None of none."""
    stood = set(splits)
    return next((split for split in STRICTEST_FIRST if split in stood), None)


def fill_in(
    tx: session.Connection, recording: Recording, row: ManifestRow, notes: Notes, moves: ChildMoves
) -> list[str]:
    """Write what was not known of a recording; the columns that were filled."""
    filled: dict[str, object] = {}
    for column in COLUMNS:
        stated, known = getattr(row, column), getattr(recording, column)
        if stated and not known:
            filled[column] = stated
        elif stated and stated != known:
            values = {"file": recording.filename, "column": column, "known": str(known), "stated": str(stated)}
            notes.add(Message("{file}: {column} is {known!r} and stays; the table says {stated!r}", values), row.row)
    more = {name: cell for name, cell in row.extra.items() if name not in recording.extra}
    if more:
        filled["extra"] = recording.extra | more
    if filled:
        recordings.fill(tx, recording.id, **filled)
    is_child_known = _fill_child(tx, recording, row, notes, moves)
    child = children.of_recording(tx, recording.id)
    is_consent_known = child is not None and fill_consent(tx, child, row, notes)
    return [*(["child"] if is_child_known else []), *filled, *(["consent"] if is_consent_known else [])]


def place(tx: session.Connection, child: Child, row: ManifestRow, notes: Notes) -> None:
    """Let the table say where a child stands, once; what contradicts that later is noted."""
    stated, stands = row.split, child.split or (Split.TRAIN if child.pool else None)
    if stated is None or stated == stands:
        return
    if stated is Split.TRAIN and stands is None:
        children.keep_out_of_testing(tx, child.id)
    elif stated is Split.TRAIN and stands is Split.VALIDATION:
        pass  # a table's "train" is what training and validation are drawn from
    elif stands is None or (child.split is None and stated is Split.VALIDATION):
        children.place(tx, child.id, stated)
    else:
        words = mark("Child {child!r} stands in {stands} and stays there; the manifest says {stated}")
        values = {"child": child.pseudonym, "stands": str(stands), "stated": stated.value}
        notes.add(Message(words, values), row.row)


def fill_consent(tx: session.Connection, child: Child, row: ManifestRow, notes: Notes) -> bool:
    """Let a table name a child's consent where none is known; what contradicts is noted. Whether it was written."""
    if not row.consent or row.consent == child.consent:
        return False
    if child.consent:
        words = mark("The consent of the child {child!r} is known and stays; the table has another")
        notes.add(Message(words, {"child": child.pseudonym}), row.row)
        return False
    children.set_consent(tx, child.id, row.consent)
    return True


def name_moves(tx: session.Connection, moves: ChildMoves, notes: Notes, actor: Actor) -> None:
    """Say which children had to move, and which models learned from recordings that are for testing now."""
    for pseudonym, stood in moves.stood.items():
        child = children.by_pseudonym(tx, pseudonym)
        if child is None or child.split is None:
            continue
        ids = [recording.id for recording in recordings.of_child(tx, child.id)]
        models = imports.models_that_learned_from(tx, ids) if child.split is not Split.TRAIN else []
        notes.add(_moved(pseudonym, stood, child.split, models))
        detail = {"stood": sorted(map(str, stood)), "stands": str(child.split), "models": models}
        audit.record(tx, actor.account_id, actor.name, "join children", "a child", detail)


def _moved(pseudonym: str, stood: set[Split], split: Split, models: list[str]) -> Message:
    first, *others = (each.value for each in STRICTEST_FIRST if each in stood)
    splits: str | Message = first
    for other in others:
        splits = Message("{first} and {second}", {"first": splits, "second": other})
    words = mark("Recordings of the child {child!r} stood in {splits}; all of them stand in {split} now.")
    moved = Message(words, {"child": pseudonym, "splits": splits, "split": split.value})
    if not models:
        return moved
    words = mark("{words} These models learned from some of them, and should be trained anew: {models}.")
    return Message(words, {"words": moved, "models": listed(models, most=20)})


def _fill_child(
    tx: session.Connection, recording: Recording, row: ManifestRow, notes: Notes, moves: ChildMoves
) -> bool:
    """Whether the child was not known and is now."""
    is_same = not row.child or row.child == recording.child
    if is_same and row.split in (None, recording.split):
        return False
    present = children.by_pseudonym(tx, recording.child)
    if present is None:
        return False
    if not row.child or row.child == present.pseudonym:
        place(tx, present, row, notes)
        return False
    if present.pseudonym != UNKNOWN_CHILD + recording.sha256[:12]:
        words = mark("{file} is of the child {child!r} and stays so; the table says {other!r}")
        values = {"file": recording.filename, "child": present.pseudonym, "other": row.child}
        notes.add(Message(words, values), row.row)
        return False
    child = children.find_or_add(tx, row.child)
    _join(tx, present, child, moves)
    children.give_recording(tx, recording.id, child.id)
    if present.consent and not child.consent:
        children.set_consent(tx, child.id, present.consent)
    if not children.has_recordings(tx, present.id):
        children.remove(tx, present.id)
    place(tx, children.by_pseudonym(tx, row.child) or child, row, notes)
    return True


def _join(tx: session.Connection, present: Child, child: Child, moves: ChildMoves) -> None:
    """Let a child stand where one that turns out to be the same stood; the strictest split of both."""
    split = strictest((present.split, child.split))
    if split is None:
        if present.pool and not child.pool:
            children.keep_out_of_testing(tx, child.id)
        return
    if child.split is None:
        children.place(tx, child.id, split)
    elif child.split is not split:
        children.move(tx, child.id, split=split)
    if present.split and child.split and present.split is not child.split:
        moves.add(child.pseudonym, (present.split, child.split))
