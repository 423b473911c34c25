"""Where judges differ, staff decide: hear it, see both labels but not whose, say which is right and why."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import Conflict, NotAllowed, NotFound, Refused
from core.labels import Label, Role, Standing
from core.workflows.actor import Actor
from db import accounts, adjudications, audit, judged_recordings, queue, session
from db.judged_recordings import RecordingFilter
from db.records import Adjudication, JudgedRecording, Recording

MOST_AT_ONCE = 10_000


@dataclass(frozen=True)
class Disagreement:
    """A recording whose judges differ. The order is that of `core.labels.Label`: it tells nobody whose is whose.

    labels : what they said, one a judge.
    comments, flags : what each added, and whether that judge was not sure; places as in `labels`.
    """

    recording: Recording
    labels: tuple[Label, ...]
    comments: tuple[str, ...]
    flags: tuple[bool, ...]


@dataclass(frozen=True)
class Decided:
    """A disagreement that staff have settled."""

    recording: Recording
    labels: tuple[Label, ...]
    decision: Adjudication


def disagreements(*, limit: int = MOST_AT_ONCE, offset: int = 0) -> list[Disagreement]:
    """What waits for a decision, oldest recording first."""
    with session.reading() as tx:
        wanted = RecordingFilter(standings=(Standing.DISAGREED,))
        _, found = judged_recordings.search(tx, wanted, offset=offset, limit=limit)
        return [_disagreement(item) for item in found]


def decide(recording_id: int, label: Label, reason: str, *, actor: Actor) -> Adjudication:
    """Settle a disagreement: this label is the recording's from now on.

    Raises
    ------
    Refused
        No reason was given.
    Conflict
        The recording is not, or no longer, one to settle; the message says how it stands.
    NotAllowed, NotFound
        The actor is no staff; there is no such recording.
    """
    if not reason.strip():
        raise Refused("Say in a few words why: a decision is stored with its reason.")
    with session.writing() as tx:
        staff_id = _staff_id(tx, actor)
        item = _held(tx, recording_id)
        if item.standing is not Standing.DISAGREED:
            raise Conflict(f"Recording {recording_id} is not to settle: it is {_in_words(item)}.")
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


def undo_decision(recording_id: int, *, actor: Actor) -> None:
    """Take a decision back: the recording is one to settle again.

    Raises
    ------
    Conflict
        No decision is in force.
    """
    with session.writing() as tx:
        staff_id = _staff_id(tx, actor)
        item = _held(tx, recording_id)
        if item.adjudication is None:
            raise Conflict(f"Recording {recording_id} has no decision to take back: it is {_in_words(item)}.")
        adjudications.undo(tx, item.adjudication.id, session.now())
        audit.record(tx, staff_id, actor.name, "undid decision", f"recording {recording_id}")


def decided(limit: int = 50) -> list[Decided]:
    """The decisions in force, newest first."""
    with session.reading() as tx:
        newest = adjudications.newest(tx, limit=limit)
        found = judged_recordings.by_ids(tx, [decision.recording_id for decision in newest])
        return [
            Decided(
                found[decision.recording_id].recording, _disagreement(found[decision.recording_id]).labels, decision
            )
            for decision in newest
        ]


def _disagreement(item: JudgedRecording) -> Disagreement:
    order = list(Label)
    said = sorted(item.judgements, key=lambda judgement: (order.index(judgement.label), judgement.comment))
    return Disagreement(
        recording=item.recording,
        labels=tuple(judgement.label for judgement in said),
        comments=tuple(judgement.comment for judgement in said),
        flags=tuple(judgement.flag for judgement in said),
    )


def _held(tx: session.Connection, recording_id: int) -> JudgedRecording:
    queue.hold(tx, [recording_id])
    item = judged_recordings.by_ids(tx, [recording_id]).get(recording_id)
    if item is None:
        raise NotFound(f"There is no recording {recording_id}.")
    return item


def _staff_id(tx: session.Connection, actor: Actor) -> int:
    account = None if actor.account_id is None else accounts.get(tx, actor.account_id)
    if account is None or not account.is_active or account.role not in (Role.STAFF, Role.ADMIN):
        raise NotAllowed(f"{actor.name} may not decide: that is for pedagogy staff and administrators.")
    return account.id


def _in_words(item: JudgedRecording) -> str:
    if item.adjudication is not None:
        return f"settled as {item.adjudication.label} by {item.adjudication.staff}"
    return f"agreed as {item.consensus}" if item.consensus else str(item.standing)
