"""Asking a third judge where two differ, instead of deciding: the majority then counts.

It can be taken back until the third label is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.accounts import AuditEntry
from core.domain.actor import Actor
from core.domain.judgements import JudgedRecording
from core.domain.labels import JUDGEMENTS_PER_RECORDING, JUDGEMENTS_WITH_A_THIRD_JUDGE, JudgingState
from core.domain.permissions import Permission
from core.errors import Conflict
from core.workflows.accounts import authorisation
from core.workflows.annotation.adjudication import (
    Disagreement,
    as_disagreement,
    describe_state,
    lock_recording,
)
from db import audit, judged_recordings, recordings, session
from db.judged_recordings import RecordingFilter

ASKED = "ask a third judge"
CALLED_BACK = "call back the third judge"
ENTRIES_LOOKED_AT = 1000


@dataclass(frozen=True)
class ThirdJudgeRequest:
    """A disagreement that waits for its third judge; who asked, and when, where that is known."""

    disagreement: Disagreement
    by: str
    at: datetime | None


def request_third_judge(recording_id: int, *, actor: Actor) -> None:
    """Send a disagreement to a third judge, who hears it like any other recording and knows nothing of the two.

    Raises
    ------
    Conflict
        The recording is not one to settle, or three have judged it already.
    NotAllowed, NotFound
        The actor is no staff; there is no such recording.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.BEGIN_ROUNDS)
        item = lock_recording(tx, recording_id)
        if item.standing is not JudgingState.DISAGREED:
            raise Conflict(f"Recording {recording_id} is not to settle: it is {describe_state(item)}.")
        if len(item.judgements) >= JUDGEMENTS_WITH_A_THIRD_JUDGE:
            raise Conflict(f"Three judges have heard recording {recording_id} and differ; it is for staff to decide.")
        recordings.set_round(tx, recording_id, round_=item.recording.round, wanted=JUDGEMENTS_WITH_A_THIRD_JUDGE)
        audit.record(tx, actor.account_id, actor.name, ASKED, _subject(recording_id))


def withdraw_request(recording_id: int, *, actor: Actor) -> None:
    """Take it back: the recording is one to settle again.

    Raises
    ------
    Conflict
        No third judge is awaited: never asked, or the third label is there.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.BEGIN_ROUNDS)
        item = lock_recording(tx, recording_id)
        if item.standing is not JudgingState.AWAITING_THIRD:
            raise Conflict(f"Recording {recording_id} does not wait for a third judge: it is {describe_state(item)}.")
        recordings.set_round(tx, recording_id, round_=item.recording.round, wanted=JUDGEMENTS_PER_RECORDING)
        audit.record(tx, actor.account_id, actor.name, CALLED_BACK, _subject(recording_id))


def open_requests(*, limit: int = 100) -> list[ThirdJudgeRequest]:
    """What waits for its third judge, the one sent last first."""
    with session.reading() as tx:
        _, items = judged_recordings.search(
            tx, RecordingFilter(standings=(JudgingState.AWAITING_THIRD,)), offset=0, limit=limit
        )
        entries = audit.entries(tx, action=ASKED, limit=ENTRIES_LOOKED_AT, offset=0)
    newest = {entry.subject: entry for entry in reversed(entries)}
    sent = [_sent(item, newest.get(_subject(item.recording.id))) for item in items]
    return sorted(sent, key=lambda one: one.at or datetime.min, reverse=True)


def _sent(item: JudgedRecording, entry: AuditEntry | None) -> ThirdJudgeRequest:
    return ThirdJudgeRequest(as_disagreement(item), entry.actor if entry else "", entry.at if entry else None)


def _subject(recording_id: int) -> str:
    return f"recording {recording_id}"
