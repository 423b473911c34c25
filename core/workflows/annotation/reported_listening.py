"""Listening as a player reports it, in the audit log. A fetch of bytes is another entry: it need not be heard."""

from __future__ import annotations

from collections import deque

from core.config import settings
from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.audit import AuditAction, AuditEntry
from core.domain.permissions import Permission
from core.errors import NotFound, Unavailable
from core.workflows.accounts import authorisation
from core.workflows.annotation import sound_deliveries
from db import audit, desk_recordings, recordings, session
from db.commit_hooks import after_commit

STORED_AT_ONCE = 60  # entries of the chain: some 4 ms in which nobody else writes


def record_listening(recording_id: int, seconds: float, *, actor: Actor) -> None:
    """Record that somebody who may hear every recording heard this one, by the report of the player.

    The seconds are never more than what the server sent, and when, allows.

    Raises
    ------
    NotFound
        There is no such recording, or none of it was sent to this person.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.HEAR_ANY_RECORDING)
        recording = recordings.get(tx, recording_id)
        if recording is None or actor.account_id is None:
            raise NotFound(
                "There is no recording {recording_id}, or nobody it was sent to.",
                recording_id=recording_id,
            )
        sent = desk_recordings.delivery(tx, actor.account_id, recording_id)
        heard_s = sound_deliveries.believed_s(actor.account_id, recording_id, seconds, recording.duration_s, sent)
        if not heard_s:
            raise NotFound(
                "Nothing of recording {recording_id} was sent to {name}.",
                recording_id=recording_id,
                name=actor.name,
            )
        subject, detail = _subject(recording_id), _detail(heard_s)
        audit.record(tx, actor.account_id, actor.name, AuditAction.LISTEN, subject, detail)


def record_desk_listening(tx: session.Connection, judge: Account, recording_id: int, heard_s: float | None) -> None:
    """Record what the desk reports with a label or a skip; nothing where nothing was heard or it is not known.

    The entry waits for `store`: labels come many times a second, and a link of the chain for each would slow them all.
    """
    if not heard_s:
        return
    database = settings().database
    entry = audit.new_entry(judge.id, judge.name, AuditAction.LISTEN, _subject(recording_id), _detail(heard_s))
    after_commit(tx, lambda: _waiting.append((database, entry)))


def store() -> int:
    """Add what the desks reported since the last time to the audit log; how many entries there were.

    Raises
    ------
    Unavailable
        The database does not answer; what is not stored is stored the next time.
    """
    n_stored, left = 0, len(_waiting)
    while left > 0:
        batch = [_waiting.popleft() for _ in range(min(left, STORED_AT_ONCE))]
        left -= len(batch)
        n_stored += _store(batch)
    return n_stored


def _store(batch: list[tuple[str, AuditEntry]]) -> int:
    """Add entries of this database in one transaction; they wait again where it does not answer."""
    entries = [entry for of, entry in batch if of == settings().database]
    if not entries:
        return 0
    try:
        with session.writing() as tx:
            audit.record_entries(tx, entries)
    except Unavailable:
        _waiting.extendleft(reversed(batch))
        raise
    return len(entries)


_waiting: deque[tuple[str, AuditEntry]] = deque()
"""Entries with the database they belong to. Only `store` takes from it, and one thread calls that."""


def _subject(recording_id: int) -> str:
    return f"recording {recording_id}"


def _detail(heard_s: float) -> dict[str, float]:
    return {"seconds": round(heard_s, 2)}
