"""Staff who heard a disagreement and settle it: what the player reports, without a browser."""

from __future__ import annotations

from datetime import timedelta

from core.domain.actor import Actor
from core.domain.judgements import Adjudication
from core.domain.labels import Label
from core.workflows.annotation import adjudication
from db import desk_recordings, session
from db.desk_recordings import SoundDelivery

LONG_S = 1000.0


def send_sound(recording_id: int, account_id: int | None, *, share: float = 1.0) -> None:
    """Note the sound of a recording as sent to somebody a minute ago; of one that is not there nothing."""
    with session.writing() as tx:
        if account_id is not None:
            sent = SoundDelivery(session.now() - timedelta(minutes=1), share)
            desk_recordings.store_deliveries(tx, {(account_id, recording_id): sent})


def settle(recording_id: int, label: Label, reason: str, *, actor: Actor) -> Adjudication:
    """Settle after hearing all of it."""
    send_sound(recording_id, actor.account_id)
    return adjudication.adjudicate(recording_id, label, reason, seconds_heard=LONG_S, actor=actor)
