"""Rounds: recordings go back to two judges in a new round. Earlier judgements stay as history.

A recording in a new round has no label until it is judged, so no model learns from it meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.judgements import JudgedRecording, Judgement
from core.domain.permissions import Permission
from core.domain.rounds import UNDER_WAY, Round, RoundKind, RoundRequest, can_cancel, is_under_way
from core.errors import Conflict, Refused
from core.workflows.accounts import authorisation
from core.workflows.annotation.adjudication import describe_state, lock_recording
from db import audit, judged_recordings, judgements, recording_rounds, recordings, session

SENT_BACK = "send back to two judges"
TAKEN_BACK = "take back a new round"


@dataclass(frozen=True)
class NewRounds:
    """Which recordings begin a new round, and which do not because they are being judged already."""

    sent: tuple[int, ...]
    left_out: tuple[JudgedRecording, ...]


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
        There is no reason, or no recording.
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
            if is_under_way(item.judging_state):
                left_out.append(item)
                continue
            new = round_of(item).next_round()
            recordings.set_round(tx, recording_id, round_=new.number, wanted=new.wanted)
            recording_rounds.add(
                tx,
                recording_id,
                new.number,
                RoundKind.NEW_ROUND,
                account_id=actor.account_id,
                at=session.now(),
                reason=reason.strip(),
            )
            detail = {"round": new.number, "reason": reason.strip()}
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
        now = round_of(item)
        if now.is_first:
            raise Conflict(
                "Recording {recording_id} is in its first round; there is nothing to take back.",
                recording_id=recording_id,
            )
        if not can_cancel(now, item.judging_state):
            raise Conflict(
                "Recording {recording_id} is judged in its new round: it is {describe_state}.",
                recording_id=recording_id,
                describe_state=describe_state(item),
            )
        earlier = judgements.of_earlier_rounds(tx, [recording_id]).get(recording_id, ())
        before = now.round_before(sum(judgement.round == now.number - 1 for judgement in earlier))
        recordings.set_round(tx, recording_id, round_=before.number, wanted=before.wanted)
        recording_rounds.undo(tx, recording_id, now.number, RoundKind.NEW_ROUND, session.now())
        audit.record(tx, actor.account_id, actor.name, TAKEN_BACK, _subject(recording_id), {"round": before.number})


def open_rounds(*, limit: int = 100) -> list[OpenRound]:
    """New rounds that are not over, the one begun last first."""
    with session.reading() as tx:
        requests = recording_rounds.newest_open(tx, RoundKind.NEW_ROUND, UNDER_WAY, limit=limit)
        judged = judged_recordings.by_ids(tx, requests)
    return [_open_round(judged[recording_id], request) for recording_id, request in requests.items()]


def round_of(judged: JudgedRecording) -> Round:
    """The newest round of a recording."""
    return Round(judged.recording.round, judged.recording.wanted)


def earlier_judgements(recording_ids: Sequence[int]) -> dict[int, tuple[Judgement, ...]]:
    """The judgements of earlier rounds of each recording that has any, oldest round first."""
    with session.reading() as tx:
        return judgements.of_earlier_rounds(tx, recording_ids)


def _open_round(judged: JudgedRecording, request: RoundRequest | None) -> OpenRound:
    if request is None:
        return OpenRound(judged, "", None, "")
    return OpenRound(judged, request.by, request.begun_at, request.reason)


def _subject(recording_id: int) -> str:
    return f"recording {recording_id}"
