"""Listening as a player reports it, in the audit log. A fetch of bytes is another entry: it need not be heard."""

from __future__ import annotations

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.audit import AuditAction
from core.domain.permissions import Permission
from core.errors import NotFound
from core.workflows.accounts import authorisation
from core.workflows.annotation import sound_deliveries
from db import audit, desk_recordings, recordings, session


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
            raise NotFound(f"There is no recording {recording_id}, or nobody it was sent to.")
        sent = desk_recordings.delivery(tx, actor.account_id, recording_id)
        heard_s = sound_deliveries.believed_s(actor.account_id, recording_id, seconds, recording.duration_s, sent)
        if not heard_s:
            raise NotFound(f"Nothing of recording {recording_id} was sent to {actor.name}.")
        _record(tx, actor, recording_id, heard_s)


def record_desk_listening(tx: session.Connection, judge: Account, recording_id: int, heard_s: float | None) -> None:
    """Record what the desk reports with a label or a skip; nothing where nothing was heard or it is not known."""
    if heard_s:
        _record(tx, Actor.of(judge), recording_id, heard_s)


def _record(tx: session.Connection, actor: Actor, recording_id: int, heard_s: float) -> None:
    detail = {"seconds": round(heard_s, 2)}
    audit.record(tx, actor.account_id, actor.name, AuditAction.LISTEN, f"recording {recording_id}", detail)
