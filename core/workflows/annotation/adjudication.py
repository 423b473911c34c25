"""Adjudication: where judges differ, staff hear the recording, see the labels without names, and decide.

`open_disagreements` has what waits for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.judgements import Adjudication, JudgedRecording
from core.domain.labels import JudgingState, Label
from core.domain.permissions import Permission
from core.domain.recordings import Recording
from core.errors import Conflict, NotAllowed, NotFound, Refused
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.annotation import preconditions, protocols, sound_deliveries
from core.workflows.annotation.open_disagreements import as_disagreement
from db import (
    accounts,
    adjudications,
    audit,
    desk_recordings,
    judged_recordings,
    queue,
    session,
)


@dataclass(frozen=True)
class AdjudicatedRecording:
    """A disagreement that staff have settled."""

    recording: Recording
    labels: tuple[Label, ...]
    decision: Adjudication


def needed_s(duration_s: float) -> float:
    """Seconds of a recording that staff must have heard before they settle it: as many as judges at the desk."""
    return protocols.desk()[1].needed_s(duration_s)


def adjudicate(
    recording_id: int, label: Label, reason: str, *, seconds_heard: float | None = None, actor: Actor
) -> Adjudication:
    """Settle a disagreement: this label is the recording's from now on.

    seconds_heard : by the report of the player; no more is believed than what was sent to this person allows.

    Raises
    ------
    Refused
        There is no reason, or less was heard than the rules of the desk ask for.
    Conflict
        The recording is not, or no longer, one to settle; the message names its state.
    NotAllowed, NotFound
        The actor is no staff; there is no such recording.
    """
    with session.writing() as tx:
        staff_id = require_adjudicator(tx, actor)
        if not reason.strip():
            raise Refused("Say in a few words why: a decision is stored with its reason.")
        item = lock_recording(tx, recording_id)
        if item.judging_state is not JudgingState.DISAGREED:
            raise Conflict(
                "Recording {recording_id} is not to settle: it is {describe_state}.",
                recording_id=recording_id,
                describe_state=describe_state(item),
            )
        staff = accounts.get(tx, staff_id)
        if staff is None or any(judgement.judge == staff.name for judgement in item.judgements):
            raise NotAllowed("One of these labels is your own, so somebody else has to settle this one.")
        _require_heard(tx, item.recording, staff_id, seconds_heard)
        adjudications.add(
            tx,
            recording_id=recording_id,
            round_=item.recording.round,
            account_id=staff_id,
            label=label,
            reason=reason.strip(),
            decided_at=session.now(),
        )
        audit.record(tx, staff_id, actor.name, "decided", f"recording {recording_id}", {"label": str(label)})
        return adjudications.of_recordings(tx, [recording_id])[recording_id]


def undo_adjudication(recording_id: int, *, actor: Actor) -> None:
    """Take a decision back: the recording is one to settle again.

    Raises
    ------
    Conflict
        No decision is in force.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.ADJUDICATE)
        item = lock_recording(tx, recording_id)
        if item.adjudication is None:
            raise Conflict(
                "Recording {recording_id} has no decision to take back: it is {describe_state}.",
                recording_id=recording_id,
                describe_state=describe_state(item),
            )
        adjudications.undo(tx, item.adjudication.id, session.now())
        audit.record(tx, actor.account_id, actor.name, "undid decision", f"recording {recording_id}")


def adjudicated(limit: int = 50) -> list[AdjudicatedRecording]:
    """The decisions in force, newest first."""
    with session.reading() as tx:
        newest = adjudications.newest(tx, limit=limit)
        judged = judged_recordings.by_ids(tx, [decision.recording_id for decision in newest])
        return [_adjudicated(judged[decision.recording_id], decision) for decision in newest]


def lock_recording(tx: session.Connection, recording_id: int) -> JudgedRecording:
    """The recording, locked against changes by others until the transaction ends."""
    queue.lock_recordings(tx, [recording_id])
    item = judged_recordings.by_ids(tx, [recording_id]).get(recording_id)
    if item is None:
        raise NotFound(
            "There is no recording {recording_id}.",
            recording_id=recording_id,
        )
    return item


def require_adjudicator(tx: session.Connection, actor: Actor) -> int:
    """The account of a person who may settle. A decision names who made it, so the command line may not."""
    authorisation.require(tx, actor, Permission.ADJUDICATE)
    if actor.account_id is None:
        raise NotAllowed("A decision names the person who made it; sign in and decide on the Disagreements screen.")
    return actor.account_id


def _require_heard(tx: session.Connection, recording: Recording, staff_id: int, seconds_heard: float | None) -> None:
    """Let pass what was heard for long enough, by what the player reports and by what was sent."""
    sent = desk_recordings.delivery(tx, staff_id, recording.id)
    heard_s = sound_deliveries.believed_s(staff_id, recording.id, seconds_heard, recording.duration_s, sent) or 0.0
    needed = needed_s(recording.duration_s)
    if heard_s < needed - preconditions.DECODERS_DIFFER_S:
        raise Refused(
            "Hear it first: {heard_s:.1f} s of this recording were heard, and {needed:.1f} s are "
            "needed. Nothing was settled.",
            heard_s=heard_s,
            needed=needed,
        )


def _adjudicated(judged: JudgedRecording, decision: Adjudication) -> AdjudicatedRecording:
    return AdjudicatedRecording(judged.recording, as_disagreement(judged).labels, decision)


def describe_state(item: JudgedRecording) -> Message:
    """The state of a recording, for a sentence."""
    if item.adjudication is not None:
        label, staff = Message(item.adjudication.label.value), item.adjudication.staff
        return Message("settled as {label} by {staff}", {"label": label, "staff": staff})
    if item.judging_state is JudgingState.AWAITING_THIRD:
        return Message("waiting for its third judge")
    if item.consensus:
        return Message("agreed as {label}", {"label": Message(item.consensus.value)})
    return Message(item.judging_state.value)
