"""Recordings whose bytes are missing in the storage. All of them are reported, by file name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from core.audio import store
from core.config import settings
from core.domain.snapshots import LabelledRecording
from core.errors import NotFound
from core.messages import Message, listed
from core.translation import mark
from db import recordings, session, standing_labels

NAMED = 200


class StoredRecording(Protocol):
    @property
    def recording_id(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def extension(self) -> str: ...


def lost(items: Collection[StoredRecording]) -> list[int]:
    """The numbers of those whose bytes are not in the storage."""
    storage = settings().storage
    return [item.recording_id for item in items if not store.has(storage, item.sha256, item.extension)]


def lost_labelled() -> dict[int, LabelledRecording]:
    """The recordings whose label stands and whose bytes are not in the storage, by their numbers."""
    with session.reading() as tx:
        labelled = {item.recording_id: item for item in standing_labels.labelled(tx)}
    return {number: labelled[number] for number in lost(labelled.values())}


def names_of(recording_ids: Sequence[int]) -> Message | str:
    """The files' names as people know them, in a list."""
    with session.reading() as tx:
        known = recordings.by_ids(tx, recording_ids)
    names = sorted(known[number].filename for number in recording_ids if number in known)
    return listed(names, most=NAMED)


def require_all(items: Collection[StoredRecording]) -> None:
    """Raise NotFound with the name of every lost recording and what to do."""
    missing = lost(items)
    if missing:
        words = mark("{n} recording is") if len(missing) == 1 else mark("{n} recordings are")
        raise NotFound(
            "{count} not in the storage any more: {names_of}. Import the files again, or train "
            "without them (`retrain --without-lost`, or the box on the Retrain screen).",
            count=Message(words, {"n": len(missing)}),
            names_of=names_of(missing),
        )
