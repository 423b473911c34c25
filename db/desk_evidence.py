"""What is stored of a recording on a judge's desk when its label comes: one query, since it runs with every label.

All that a label waits for runs while nobody else can write, and each question more is a wait more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, String, bindparam, exists, select

from core.domain.judgements import NewJudgement
from core.domain.labelling import LabellingState
from core.domain.selection import SelectionReason
from db import queue
from db.desk_recordings import SoundDelivery
from db.prepared import Prepared
from db.schema import claims, desk_recordings, judgements, recordings, skips, sound_deliveries


@dataclass(frozen=True)
class DeskEvidence:
    """What a label is checked against.

    selection_reason : why the recording came to this judge; None when no claim on it is left.
    was_laid : whether it was laid on this desk in this round.
    delivery : what was sent of its sound to this judge, as far as it is stored.
    is_skipped : whether this judge has put it off.
    may_be_judged_before : False where no judgement of this judge is in force for that round, and none is of this very
        request.
    state : of the recording; None when there is no such recording.
    """

    selection_reason: SelectionReason | None = None
    was_laid: bool = False
    delivery: SoundDelivery | None = None
    is_skipped: bool = False
    may_be_judged_before: bool = True
    state: LabellingState | None = None


def of_label(tx: Connection, judge_id: int, new: NewJudgement) -> DeskEvidence:
    """The evidence for a label of this judge."""
    values = {
        "account_id": judge_id,
        "recording_id": new.recording_id,
        "own_sitting": new.session_id,
        "laid_round": new.round,
        "request_id": new.request_id,
    }
    row = _EVIDENCE.first(tx, values)
    if row is None:
        return DeskEvidence()
    reason, was_laid, sent_at, share, is_skipped, is_judged, *state = row
    delivery = None if sent_at is None else SoundDelivery(sent_at, share)
    return DeskEvidence(reason, was_laid, delivery, is_skipped, is_judged, queue.state_of_row(state))


_JUDGE = bindparam("account_id", type_=Integer)
_RECORDING = bindparam("recording_id", type_=Integer)
_ROUND = bindparam("laid_round", type_=Integer)
_DELIVERED = (sound_deliveries.c.account_id == _JUDGE) & (sound_deliveries.c.recording_id == _RECORDING)
_IS_OF_REQUEST = exists().where(
    judgements.c.account_id == _JUDGE,
    judgements.c.request_id == bindparam("request_id", type_=String),
)
_IS_IN_FORCE = exists().where(
    judgements.c.recording_id == _RECORDING,
    judgements.c.account_id == _JUDGE,
    judgements.c.round == _ROUND,
    judgements.c.undone_at.is_(None),
)
_REASON = select(claims.c.brought_by).where(
    claims.c.account_id == _JUDGE, claims.c.recording_id == _RECORDING, claims.c.round == _ROUND
)
_WAS_LAID = exists().where(
    desk_recordings.c.account_id == _JUDGE,
    desk_recordings.c.recording_id == _RECORDING,
    desk_recordings.c.round == _ROUND,
    desk_recordings.c.sitting == bindparam("own_sitting"),
)
_EVIDENCE: Prepared[tuple[Any, ...]] = Prepared(
    select(
        _REASON.scalar_subquery(),
        _WAS_LAID,
        select(sound_deliveries.c.first_sent_at).where(_DELIVERED).scalar_subquery(),
        select(sound_deliveries.c.share).where(_DELIVERED).scalar_subquery(),
        exists().where(skips.c.account_id == _JUDGE, skips.c.recording_id == _RECORDING),
        _IS_OF_REQUEST | _IS_IN_FORCE,
        *queue.state_columns(),
    ).where(recordings.c.id == _RECORDING)
)
