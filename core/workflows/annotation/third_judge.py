"""Asking a third judge where two differ, instead of deciding: the majority then counts.

It can be taken back until the third label is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.labels import JudgingState
from core.domain.permissions import Permission
from core.domain.rounds import RoundKind, can_ask_third_judge, can_withdraw_third_judge
from core.errors import Conflict
from core.workflows.accounts import authorisation
from core.workflows.annotation.adjudication import describe_state, lock_recording
from core.workflows.annotation.open_disagreements import Disagreement, as_disagreement
from core.workflows.annotation.rounds import round_of
from db import audit, judged_recordings, recording_rounds, recordings, session

ASKED = "ask a third judge"
CALLED_BACK = "call back the third judge"


@dataclass(frozen=True)
class ThirdJudgeRequest:
    """A disagreement that waits for its third judge, with who requested that, and when, where it is known."""

    disagreement: Disagreement
    by: str
    at: datetime | None


def request_third_judge(recording_id: int, *, actor: Actor) -> None:
    """Send a disagreement to a third judge, who gets it like any other recording and does not see the two labels.

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
        if item.judging_state is not JudgingState.DISAGREED:
            raise Conflict(
                "Recording {recording_id} is not to settle: it is {describe_state}.",
                recording_id=recording_id,
                describe_state=describe_state(item),
            )
        if not can_ask_third_judge(len(item.judgements), item.judging_state):
            raise Conflict(
                "Three judges have heard recording {recording_id} and differ; it is for staff to decide.",
                recording_id=recording_id,
            )
        new = round_of(item).with_third_judge()
        recordings.set_round(tx, recording_id, round_=new.number, wanted=new.wanted)
        recording_rounds.add(
            tx, recording_id, new.number, RoundKind.THIRD_JUDGE, account_id=actor.account_id, at=session.now()
        )
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
        if not can_withdraw_third_judge(item.judging_state):
            raise Conflict(
                "Recording {recording_id} does not wait for a third judge: it is {describe_state}.",
                recording_id=recording_id,
                describe_state=describe_state(item),
            )
        earlier = round_of(item).without_third_judge()
        recordings.set_round(tx, recording_id, round_=earlier.number, wanted=earlier.wanted)
        recording_rounds.undo(tx, recording_id, earlier.number, RoundKind.THIRD_JUDGE, session.now())
        audit.record(tx, actor.account_id, actor.name, CALLED_BACK, _subject(recording_id))


def open_requests(*, limit: int = 100) -> list[ThirdJudgeRequest]:
    """What waits for its third judge, the one sent last first."""
    with session.reading() as tx:
        requests = recording_rounds.newest_open(tx, RoundKind.THIRD_JUDGE, (JudgingState.AWAITING_THIRD,), limit=limit)
        judged = judged_recordings.by_ids(tx, requests)
    return [
        ThirdJudgeRequest(
            as_disagreement(judged[recording_id]), request.by if request else "", request.begun_at if request else None
        )
        for recording_id, request in requests.items()
    ]


def _subject(recording_id: int) -> str:
    return f"recording {recording_id}"
