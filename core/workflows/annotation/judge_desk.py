"""Judging, one judge's side: what lies ahead, one label, undo, skip. Nothing here ever reads another judge's label.

Every recording is judged by two people, or by three where staff ask for a third. A claim reserves one of the places
for a judge and a sitting, so that nobody listens in vain. What decides in the end are the judgements themselves, in one
writing transaction: one too many is refused, and a label whose claim has expired is still taken while there is a place.
What never lay on a desk is neither labelled nor put off there, and no answer tells whether there is such a recording.

Some recordings come to the same judge once more, later and unannounced: these repeats look like all others at the desk
and never count as judgements. A new judge may have to begin on recordings whose answer is settled, see `practising`.

A sitting is one visit to the desk in one browser tab. Undo goes back as far as the sitting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.annotation.sampling import REPEAT, SHUFFLE
from core.domain.accounts import Account
from core.domain.judgements import Assignment, OwnJudgement
from core.domain.labels import Label
from core.errors import Conflict
from core.translation import mark, translate
from core.workflows.accounts import authorisation
from core.workflows.annotation import (
    assignment,
    preconditions,
    protocols,
    qualification,
    remaining_work,
    sound_deliveries,
)
from core.workflows.annotation.qualification import QualificationFeedback, QualificationProgress
from db import audit, claims, desk_recordings, own_judgements, queue, repeats, session
from db.own_judgements import NewJudgement
from db.queue import DeskSession

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class DeskState:
    """What lies before a judge.

    items : the recordings reserved for this sitting, the one to hear now first.
    done_today : labels in force since the day began.
    left : recordings open to this judge, those of this desk included; where there are many, at most half a minute old.
    elsewhere : recordings reserved for this judge in other tabs.
    qualification : how far a new judge has come, who is not on the real queue yet; None for everybody else.

    Both figures are None when they were not asked for. Repeats count like all others.
    """

    items: list[Assignment]
    done_today: int | None
    left: int | None
    elsewhere: int
    qualification: QualificationProgress | None = None


@dataclass(frozen=True)
class SavedJudgement:
    """A label that is stored.

    already : this very request had stored it before.
    feedback, qualification : for a new judge's answer to a recording whose label is settled; else None.
    """

    judgement_id: int
    label: Label
    recording_id: int
    already: bool
    feedback: QualificationFeedback | None = None
    qualification: QualificationProgress | None = None


def next_assignments(
    judge: Account,
    *,
    sitting: str,
    count: int = 6,
    day_began_at: datetime | None = None,
    with_figures: bool = True,
    take_over: bool = False,
) -> DeskState:
    """Lay up to `count` recordings on the desk and reserve them; what lies there already comes first.

    Parameters
    ----------
    sitting : which tab asks; the same after a reload.
    count : how many recordings there shall be in all, between 0 and 20.
    day_began_at : the judge's midnight in UTC, for `done_today`; midnight UTC when None.
    with_figures : count what is done and left.
    take_over : move what is reserved for this judge in other tabs to this one.
    """
    authorisation.require_judge_first(judge)
    seat = DeskSession(judge.id, sitting, session.now(), judge.may_judge)
    wanted = max(0, min(count, MOST_AT_ONCE))
    begins = qualification.qualification_progress(judge)
    if begins is not None:
        left = max(0, begins.needed - begins.answered)
        return DeskState(qualification.next_items(judge, wanted), begins.answered, left, 0, begins)
    items = assignment.assign(seat, wanted, take_over=take_over)
    return _desk(seat, items, day_began_at or _midnight(seat.at), with_figures=with_figures)


def record_judgement(
    judge: Account,
    *,
    request_id: str,
    recording_id: int,
    round: int,  # noqa: A002 - the word for it everywhere
    label: Label,
    sitting: str,
    seconds_heard: float | None = None,
    replays: int | None = None,
    decision_s: float | None = None,
    flag: bool = False,
    comment: str = "",
    protocol_id: int | None = None,
) -> SavedJudgement:
    """Store one label. The same `request_id` again changes nothing and says what is stored.

    Parameters
    ----------
    protocol_id : the rules this desk works under, see `protocols.desk_of`.
    seconds_heard : as the player reports it; stored is no more than what was sent and the time since allow.

    Raises
    ------
    Refused
        Less of the recording was heard than these rules ask for.
    Conflict
        This judge's label from another tab stands; or enough others have judged the recording, staff have decided
        it, it began a new round, or it is not in a language this account judges. The message says which, and never
        another judge's label.
    NotFound
        The recording was never laid on this desk, or it was erased: in the same words.
    """
    protocol_id, rules = protocols.desk_of(protocol_id)
    answered = qualification.record_answer(
        judge,
        request_id=request_id,
        recording_id=recording_id,
        round=round,
        label=label,
        heard_s=seconds_heard or 0.0,
        desk=rules,
    )
    if answered is not None:
        return SavedJudgement(
            answered.id, answered.label, recording_id, answered.already, answered.feedback, answered.progress
        )
    with session.writing() as tx:
        authorisation.require_judge(tx, judge)
        queue.lock_recordings(tx, [recording_id])
        before = own_judgements.by_request(tx, judge.id, request_id)
        own = None if before else own_judgements.in_force(tx, judge.id, recording_id, round)
        before = before or (own and repeats.by_request(tx, judge.id, request_id))
        if before is not None:
            return _saved_before(before, recording_id)
        brought_by = claims.brought_by(tx, judge.id, recording_id, round)
        now = queue.labelling_state(tx, judge.id, recording_id)
        if own is None:
            preconditions.require_on_desk(tx, judge, sitting, recording_id, round)
            preconditions.require_open(now, round, judge)
        elif brought_by != REPEAT:
            words = mark("You judged this recording in another tab: {label} stands. This label was not taken.")
            raise Conflict(translate(judge.speaks, words, label=translate(judge.speaks, own.label)))
        duration_s = now.duration_s if now else 0.0
        heard_s = sound_deliveries.believed_s(tx, judge.id, recording_id, seconds_heard, duration_s)
        preconditions.require_heard(now, heard_s or 0.0, rules, judge.speaks)
        heard = (heard_s, replays, decision_s)
        given = NewJudgement(request_id, sitting, label, session.now(), *heard, flag, comment.strip(), protocol_id)
        if own is None:
            saved_id = own_judgements.add(tx, judge.id, recording_id, round, given, brought_by=brought_by)
        else:
            saved_id = repeats.add(tx, judge.id, own, given)
        claims.release(tx, judge.id, [recording_id])
        desk_recordings.forget(tx, judge.id, recording_id)
        queue.forget_skip(tx, judge.id, recording_id)
    return SavedJudgement(saved_id, label, recording_id, already=False)


def undo_judgement(judge: Account, *, sitting: str, request_id: str | None = None) -> Assignment | None:
    """Take a label of this sitting back and lay its recording on the desk again.

    Parameters
    ----------
    request_id : the label to take back; asked twice, it is taken back once. None: the newest in force.

    Returns
    -------
    The recording to judge again, or None when this sitting has no label in force, or none of that request.

    Raises
    ------
    Conflict
        Staff have decided the recording meanwhile, or it began a new round: the label stays as it is.
    """
    with session.writing() as tx:
        authorisation.require_judge(tx, judge)
        found = _newest(tx, judge.id, sitting) if request_id is None else _by_request(tx, judge.id, request_id)
        if found is None:
            return None
        own, is_repeat = found
        queue.lock_recordings(tx, [own.recording_id])
        at = session.now()
        if own.is_in_force:
            preconditions.require_undoable(
                queue.labelling_state(tx, judge.id, own.recording_id), own.round, judge.speaks
            )
            (repeats if is_repeat else own_judgements).undo(tx, judge.id, own.id, at)
            audit.record(tx, judge.id, judge.name, "undid judgement", f"recording {own.recording_id}")
            brought = {own.recording_id: REPEAT if is_repeat else own.brought_by or SHUFFLE}
            desk = DeskSession(judge.id, sitting, at)
            claims.claim(tx, desk, brought, assignment.claim_expiry(at))
            desk_recordings.note_claimed(tx, desk)
        return next(iter(queue.assignments(tx, [own.recording_id])), None)


def skip_recording(
    judge: Account,
    *,
    recording_id: int,
    round: int,  # noqa: A002 - the word for it everywhere
    sitting: str,
) -> None:
    """Put a recording off: it comes to this judge again after all others. Its place is free for somebody else.

    Raises
    ------
    NotFound
        It was never laid on this desk: in the same words whether there is such a recording or not.
    """
    with session.writing() as tx:
        authorisation.require_judge(tx, judge)
        queue.lock_recordings(tx, [recording_id])
        preconditions.require_on_desk(tx, judge, sitting, recording_id, round)
        now = queue.labelling_state(tx, judge.id, recording_id)
        claims.release(tx, judge.id, [recording_id])
        if now is not None and now.round == round:
            queue.skip(tx, judge.id, recording_id, round, session.now())


def _desk(seat: DeskSession, items: list[Assignment], day_began_at: datetime, *, with_figures: bool) -> DeskState:
    with session.reading() as tx:
        elsewhere = claims.count_elsewhere(tx, seat)
        if not with_figures:
            return DeskState(items, None, None, elsewhere)
        return DeskState(
            items=items,
            done_today=_count(tx, seat.judge_id, since=day_began_at),
            left=remaining_work.count_remaining(tx, seat),
            elsewhere=elsewhere,
        )


def _count(tx: session.Connection, judge_id: int, *, since: datetime) -> int:
    return own_judgements.count(tx, judge_id, since=since) + repeats.count(tx, judge_id, since=since)


def _by_request(tx: session.Connection, judge_id: int, request_id: str) -> tuple[OwnJudgement, bool] | None:
    """What a request has stored, and whether it was a repeat."""
    own, again = (room.by_request(tx, judge_id, request_id) for room in (own_judgements, repeats))
    return (own, False) if own else (again, True) if again else None


def _newest(tx: session.Connection, judge_id: int, sitting: str) -> tuple[OwnJudgement, bool] | None:
    """The newest label in force of a sitting, and whether it was a repeat."""
    own, again = (room.newest_of_sitting(tx, judge_id, sitting) for room in (own_judgements, repeats))
    if own and (again is None or own.decided_at > again.decided_at):
        return own, False
    return (again, True) if again else None


def _saved_before(before: OwnJudgement, asked_for: int) -> SavedJudgement:
    if before.recording_id != asked_for:
        raise Conflict(f"This request was used for recording {before.recording_id} before; nothing was stored.")
    return SavedJudgement(before.id, before.label, before.recording_id, already=True)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
