"""The recordings that came to each desk session, and how much of their sound was sent to the judge.

Both outlive the claim: a claim may expire while a label waits in a browser without a connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, DateTime, Float, bindparam, delete, exists, select, text

from core.domain.judgements import DeskSession
from db.prepared import Prepared
from db.schema import desk_recordings, judgements, sound_deliveries

# Put together once: that takes longer than the database's answer
_WAS_LAID = select(desk_recordings.c.id).where(
    desk_recordings.c.account_id == bindparam("judge_id"),
    desk_recordings.c.recording_id == bindparam("laid_id"),
    desk_recordings.c.round == bindparam("laid_round"),
    desk_recordings.c.sitting == bindparam("own_sitting"),
    ~exists().where(
        judgements.c.account_id == desk_recordings.c.account_id,
        judgements.c.recording_id == desk_recordings.c.recording_id,
        judgements.c.round == desk_recordings.c.round,
        judgements.c.undone_at.is_(None),
    ),
)
# the same desk may be asked twice at once, and two processes may have sent the same sound: both writers succeed
_NOTE: Prepared[tuple[()]] = Prepared(
    text(
        "INSERT INTO desk_recordings (recording_id, account_id, round, sitting, laid_at) "
        "SELECT recording_id, account_id, round, sitting, :at FROM claims "
        "WHERE account_id = :judge_id AND sitting = :own_sitting ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("at", type_=DateTime))
)
_STORE_DELIVERY = text(
    "INSERT INTO sound_deliveries (recording_id, account_id, first_sent_at, share) "
    "SELECT id, :account_id, :at, :share FROM recordings WHERE id = :recording_id "
    "ON CONFLICT (account_id, recording_id) DO UPDATE SET share = "
    "CASE WHEN sound_deliveries.share > excluded.share THEN sound_deliveries.share ELSE excluded.share END"
).bindparams(bindparam("at", type_=DateTime), bindparam("share", type_=Float))
_DELIVERY = select(sound_deliveries.c.first_sent_at, sound_deliveries.c.share).where(
    sound_deliveries.c.account_id == bindparam("judge_id"),
    sound_deliveries.c.recording_id == bindparam("sent_id"),
)


@dataclass(frozen=True)
class SoundDelivery:
    """How much of a recording's sound was sent to one account: since when, and which share of its bytes."""

    first_sent_at: datetime
    share: float


def note_claimed(tx: Connection, desk: DeskSession) -> None:
    """Note all that is claimed for this desk now as laid on it."""
    _NOTE.run(tx, {"judge_id": desk.judge_id, "own_sitting": desk.session_id, "at": desk.at})


def was_laid(tx: Connection, judge_id: int, sitting: str, recording_id: int, this_round: int) -> bool:
    """Whether this recording was laid on that desk in that round, and no label of this judge for it is in force."""
    values = {"judge_id": judge_id, "own_sitting": sitting, "laid_id": recording_id, "laid_round": this_round}
    return tx.execute(_WAS_LAID, values).first() is not None


def forget_before(tx: Connection, judge_id: int, before: datetime) -> None:
    """Forget what was laid on this judge's desks, and sent to this judge, before a time."""
    tx.execute(
        delete(desk_recordings).where(desk_recordings.c.account_id == judge_id, desk_recordings.c.laid_at < before)
    )
    tx.execute(
        delete(sound_deliveries).where(
            sound_deliveries.c.account_id == judge_id, sound_deliveries.c.first_sent_at < before
        )
    )


def delivery(tx: Connection, judge_id: int, recording_id: int) -> SoundDelivery | None:
    """What was sent of a recording to this judge, as far as it is stored."""
    row = tx.execute(_DELIVERY, {"judge_id": judge_id, "sent_id": recording_id}).one_or_none()
    return None if row is None else SoundDelivery(row[0], row[1])


def store_deliveries(tx: Connection, deliveries: Mapping[tuple[int, int], SoundDelivery]) -> None:
    """Store what was sent, by account and recording; of erased recordings nothing."""
    rows = [
        {"account_id": account_id, "recording_id": recording_id, "at": sent.first_sent_at, "share": sent.share}
        for (account_id, recording_id), sent in sorted(deliveries.items())
    ]
    if rows:
        tx.execute(_STORE_DELIVERY, rows)
