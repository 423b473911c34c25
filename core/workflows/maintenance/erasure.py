"""Erasing a child: the bytes of its recordings, their features, and every row about them.

What stays is that somebody erased something, when, and how much; not whom. Models that learned from the child are
named: nothing of the recordings can be played from them, but to forget the child they must be retrained without it.
Backups made before still hold the child; erase there by restoring one, erasing, and backing up again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.audio import features, store
from core.config import settings
from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.domain.recordings import Child, Recording
from core.errors import NotFound
from core.workflows.accounts import authorisation
from core.workflows.training import checkpoints
from db import audit, children, erasures, imports, recordings, session

SOMEBODY = "a child that was erased"


@dataclass(frozen=True)
class ErasureResult:
    """How much is gone; `models` names those that learned from it."""

    recordings: int
    judgements: int
    models: tuple[str, ...]


def erase_child(pseudonym: str, *, actor: Actor) -> ErasureResult:
    """Erase everything of one child. Cannot be taken back.

    The bytes go first, while judges go on: when something fails half-way the rows are still there, and erasing again
    finishes it.

    Raises
    ------
    NotFound
        There is no child of that pseudonym.
    """
    authorisation.require_first(actor, Permission.ERASE)  # before the first bytes go
    gone: set[int] = set()
    while True:  # once more when a recording of this child came in meanwhile
        with session.reading() as tx:
            of_child = _recordings_of(tx, pseudonym)[1]
        _remove_bytes(of_child)
        gone |= {recording.id for recording in of_child}
        erased = _remove_rows(pseudonym, gone, actor)
        if erased is not None:
            break
    _remove_bytes(of_child)  # an import of the same files may have brought bytes back before the rows went
    erasures.empty_the_log()
    checkpoints.delete_all()
    return erased


def _remove_rows(pseudonym: str, gone: Collection[int], actor: Actor) -> ErasureResult | None:
    """None, and nothing is removed, when there is a recording whose bytes are not gone."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.ERASE)
        erasures.overwrite_what_is_removed(tx)
        child, of_child = _recordings_of(tx, pseudonym)
        if not {recording.id for recording in of_child} <= set(gone):
            return None
        ids = [recording.id for recording in of_child]
        seen_by = erasures.models_that_saw(tx, ids)
        removed = erasures.remove_recordings(tx, ids)
        children.remove(tx, child.id)
        imports.rename_in_notes(tx, repr(child.pseudonym), SOMEBODY)
        detail = {"recordings": len(ids), "judgements": removed["judgements"], "models": seen_by}
        audit.record(tx, actor.account_id, actor.name, "erase child", "a child", detail)
    return ErasureResult(len(ids), removed["judgements"], tuple(seen_by))


def _recordings_of(tx: session.Connection, pseudonym: str) -> tuple[Child, list[Recording]]:
    child = children.by_pseudonym(tx, pseudonym)
    if child is None:
        raise NotFound(f"There is no child {pseudonym!r}.")
    return child, list(recordings.of_child(tx, child.id))


def _remove_bytes(of_child: Sequence[Recording]) -> None:
    for recording in of_child:
        store.delete(settings().storage, recording.sha256, recording.extension)
        features.delete_cached(settings().storage, recording.sha256)
