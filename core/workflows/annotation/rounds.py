"""Judging anew: recordings go back to two judges in a new round. What was said before stays, as history.

A recording in a new round has no label until it is judged, so no model learns from it meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.accounts import AuditEntry
from core.domain.actor import Actor
from core.domain.judgements import JudgedRecording, Judgement
from core.domain.labels import JUDGEMENTS_PER_RECORDING, JUDGEMENTS_WITH_A_THIRD_JUDGE, JudgingState
from core.domain.permissions import Permission
from core.errors import Conflict, Refused
from core.workflows.accounts import authorisation
from core.workflows.annotation.adjudication import describe_state, lock_recording
from db import audit, judged_recordings, judgements, recordings, session
from db.judged_recordings import RecordingFilter

SENT_BACK = "send back to two judges"
TAKEN_BACK = "take back a new round"
UNDER_WAY = (JudgingState.UNJUDGED, JudgingState.ONE_JUDGEMENT, JudgingState.AWAITING_THIRD)
ENTRIES_LOOKED_AT = 1000


@dataclass(frozen=True)
class NewRounds:
    """Which recordings begin a new round, and which do not, with the reason in words."""

    sent: tuple[int, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class OpenRound:
    """A recording in a new round that is not over: who sent it back, when and why, where that is known."""

    judged: JudgedRecording
    by: str
    at: datetime | None
    reason: str


def begin_rounds(recording_ids: Sequence[int], reason: str, *, actor: Actor) -> NewRounds:
    """Begin a new round of two judges for each of these recordings. All of them or, when one is not there, none.

    A recording whose present round is not over is left out: it is being judged already.

    Raises
    ------
    Refused
        No reason was given, or no recording.
    NotAllowed, NotFound
        The actor is no staff; there is no such recording.
    """
    sent, left_out = [], []
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.BEGIN_ROUNDS)
        if not reason.strip():
            raise Refused("Say in a few words why: a new round is stored with its reason.")
        if not recording_ids:
            raise Refused("Choose the recordings that are to be judged again.")
        for recording_id in sorted(set(recording_ids)):
            item = lock_recording(tx, recording_id)
            if item.standing in UNDER_WAY:
                left_out.append(f"Recording {recording_id} is being judged already: it is {describe_state(item)}.")
                continue
            new = item.recording.round + 1
            recordings.set_round(tx, recording_id, round_=new, wanted=JUDGEMENTS_PER_RECORDING)
            detail = {"round": new, "reason": reason.strip()}
            audit.record(tx, actor.account_id, actor.name, SENT_BACK, _subject(recording_id), detail)
            sent.append(recording_id)
    return NewRounds(tuple(sent), tuple(left_out))


def cancel_round(recording_id: int, *, actor: Actor) -> None:
    """Undo a new round that nobody has judged in: the earlier judgements and decision count again.

    Raises
    ------
    Conflict
        There is no earlier round, or somebody has judged in the new one.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.BEGIN_ROUNDS)
        item = lock_recording(tx, recording_id)
        if item.recording.round == 1:
            raise Conflict(f"Recording {recording_id} is in its first round; there is nothing to take back.")
        if item.standing is not JudgingState.UNJUDGED:
            raise Conflict(f"Recording {recording_id} is judged in its new round: it is {describe_state(item)}.")
        before = item.recording.round - 1
        earlier = judgements.of_earlier_rounds(tx, [recording_id]).get(recording_id, ())
        has_third = sum(one.round == before for one in earlier) >= JUDGEMENTS_WITH_A_THIRD_JUDGE
        wanted = JUDGEMENTS_WITH_A_THIRD_JUDGE if has_third else JUDGEMENTS_PER_RECORDING
        recordings.set_round(tx, recording_id, round_=before, wanted=wanted)
        audit.record(tx, actor.account_id, actor.name, TAKEN_BACK, _subject(recording_id), {"round": before})


def open_rounds(*, limit: int = 100) -> list[OpenRound]:
    """New rounds that are not over, the one begun last first."""
    with session.reading() as tx:
        wanted = RecordingFilter(standings=UNDER_WAY, is_judged_anew=True)
        _, items = judged_recordings.search(tx, wanted, offset=0, limit=limit)
        entries = audit.entries(tx, action=SENT_BACK, limit=ENTRIES_LOOKED_AT, offset=0)
    newest = {entry.subject: entry for entry in reversed(entries)}
    found = [_new_round(item, newest.get(_subject(item.recording.id))) for item in items]
    return sorted(found, key=lambda one: one.at or datetime.min, reverse=True)


def earlier_judgements(recording_ids: Sequence[int]) -> dict[int, tuple[Judgement, ...]]:
    """What was said in earlier rounds of each recording that has any, oldest round first."""
    with session.reading() as tx:
        return judgements.of_earlier_rounds(tx, recording_ids)


def _new_round(item: JudgedRecording, entry: AuditEntry | None) -> OpenRound:
    if entry is None:
        return OpenRound(item, "", None, "")
    return OpenRound(item, entry.actor, entry.at, str(entry.detail.get("reason", "")))


def _subject(recording_id: int) -> str:
    return f"recording {recording_id}"
