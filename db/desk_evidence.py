"""What is stored of a recording on a judge's desk when its label comes: one query, since it runs with every label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, exists, select

from core.domain.selection import SelectionReason
from db.desk_recordings import SoundDelivery
from db.prepared import Prepared
from db.schema import claims, desk_recordings, skips, sound_deliveries


@dataclass(frozen=True)
class DeskEvidence:
    """What a label is checked against.

    selection_reason : why the recording came to this judge; None when no claim on it is left.
    was_laid : whether it was laid on this desk in this round.
    delivery : what was sent of its sound to this judge, as far as it is stored.
    is_skipped : whether this judge has put it off.
    """

    selection_reason: SelectionReason | None
    was_laid: bool
    delivery: SoundDelivery | None
    is_skipped: bool


def of_label(tx: Connection, judge_id: int, sitting: str, recording_id: int, round_: int) -> DeskEvidence:
    """The evidence for a label of this judge, from this desk session, for that round."""
    values = {"judge_id": judge_id, "own_sitting": sitting, "laid_id": recording_id, "laid_round": round_}
    reason, was_laid, sent_at, share, is_skipped = _EVIDENCE.one(tx, values)
    delivery = None if sent_at is None or share is None else SoundDelivery(sent_at, share)
    return DeskEvidence(reason, was_laid, delivery, is_skipped)


_JUDGE = bindparam("judge_id", type_=Integer)
_RECORDING = bindparam("laid_id", type_=Integer)
_ROUND = bindparam("laid_round", type_=Integer)
_DELIVERED = (sound_deliveries.c.account_id == _JUDGE) & (sound_deliveries.c.recording_id == _RECORDING)
_EVIDENCE: Prepared[tuple[SelectionReason | None, bool, datetime | None, float | None, bool]] = Prepared(
    select(
        select(claims.c.brought_by)
        .where(claims.c.account_id == _JUDGE, claims.c.recording_id == _RECORDING, claims.c.round == _ROUND)
        .scalar_subquery(),
        exists().where(
            desk_recordings.c.account_id == _JUDGE,
            desk_recordings.c.recording_id == _RECORDING,
            desk_recordings.c.round == _ROUND,
            desk_recordings.c.sitting == bindparam("own_sitting"),
        ),
        select(sound_deliveries.c.first_sent_at).where(_DELIVERED).scalar_subquery(),
        select(sound_deliveries.c.share).where(_DELIVERED).scalar_subquery(),
        exists().where(skips.c.account_id == _JUDGE, skips.c.recording_id == _RECORDING),
    )
)
