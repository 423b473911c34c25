"""The desk of one judge: the next recordings, saving a label, undo, skip. Nothing here reads another judge's label.

Every recording is judged by two people, or by three where staff ask for a third. A claim reserves one of the places
for a judge and a desk session, so that nobody listens in vain. What decides in the end are the judgements themselves,
see `save_judgement`.

Some recordings come to the same judge once more, later and unannounced, and some whose label stands come as known
answers: both look like all others at the desk and never count as judgements. A new judge may have to begin on
recordings whose label stands, see `qualification`.

A desk session is one visit to the desk in one browser tab. Undo goes back as far as it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.accounts import Account
from core.domain.desk_rules import WordShown
from core.domain.judgements import Assignment, DeskSession, NewJudgement, OwnJudgement
from core.domain.selection import SelectionReason
from core.workflows.accounts import authorisation
from core.workflows.annotation import (
    assignment,
    preconditions,
    protocols,
    qualification,
    remaining_work,
    reported_listening,
    sound_deliveries,
    team_progress,
)
from core.workflows.annotation.qualification import QualificationProgress
from core.workflows.annotation.save_judgement import SavedJudgement as SavedJudgement
from core.workflows.annotation.save_judgement import save_judgement
from core.workflows.annotation.team_progress import TeamProgress
from db import audit, claims, control_answers, desk_recordings, own_judgements, queue, repeats, session

_UNDOES = {SelectionReason.REPEAT: repeats.undo, SelectionReason.CONTROL: control_answers.undo}
MOST_AT_ONCE = 40  # those ahead, and those whose labels still wait in the browser


@dataclass(frozen=True)
class DeskState:
    """What a judge's desk shows.

    items : the recordings reserved for this desk session, the one to hear now first.
    done_today : labels in force since the day began.
    left : recordings open to this judge, those of this desk included; where there are many, at most half a minute old.
    elsewhere : recordings reserved for this judge in other tabs.
    qualification : how far a new judge has come, who is not on the real queue yet; None for everybody else.
    team : what all judges did today, and the target.

    The figures are None when they were left out. Repeats count like all others.
    """

    items: list[Assignment]
    done_today: int | None
    left: int | None
    elsewhere: int
    qualification: QualificationProgress | None = None
    team: TeamProgress | None = None


def next_assignments(
    judge: Account,
    *,
    session_id: str,
    count: int = 6,
    day_began_at: datetime | None = None,
    with_figures: bool = True,
    take_over: bool = False,
) -> DeskState:
    """Reserve up to `count` recordings for the desk; those that are reserved already come first.

    Parameters
    ----------
    session_id : the desk session, one a tab; the same after a reload.
    count : how many recordings there shall be in all, between 0 and 40.
    day_began_at : the judge's midnight in UTC, for `done_today`; midnight UTC when None.
    with_figures : count what is done and left.
    take_over : move what is reserved for this judge in other tabs to this one.
    """
    desk = DeskSession(judge.id, session_id, session.now(), judge.may_judge)
    wanted = max(0, min(count, MOST_AT_ONCE))
    with session.reading() as tx:
        authorisation.require_judge(tx, judge)
        progress = qualification.qualification_progress(tx, judge, protocols.qualification()[1])
    if progress is not None:
        left = max(0, progress.needed - progress.answered)
        items = _as_shown(qualification.next_items(judge, wanted))
        return DeskState(items, progress.answered, left, 0, progress)
    items, elsewhere = assignment.assign(desk, wanted, take_over=take_over)
    state = DeskState(_as_shown(items), None, None, elsewhere)
    return _with_figures(state, desk, day_began_at or _midnight(desk.at)) if with_figures else state


def record_judgement(judge: Account, new: NewJudgement) -> SavedJudgement:
    """Store one label. The same `request_id` again changes nothing and gives what is stored.

    Raises
    ------
    Refused
        Less of the recording was heard than these rules ask for.
    Conflict
        This judge's label from another tab stands; or enough others have judged the recording, staff have decided
        it, it began a new round, or it is not in a language this account judges. The message says which, and never
        another judge's label.
    NotFound
        The recording was erased.
    """
    protocol_id, rules = protocols.desk_of(new.protocol_id)
    answered = qualification.record_answer(judge, new, rules)
    if answered is not None:
        return SavedJudgement(
            answered.id, answered.label, new.recording_id, answered.already, answered.feedback, answered.progress
        )
    new = replace(new, protocol_id=protocol_id, comment=new.comment.strip())
    with session.writing() as tx:
        authorisation.require_judge(tx, judge)
        return save_judgement(tx, judge, new, rules)


def undo_judgement(judge: Account, *, session_id: str, request_id: str | None = None) -> Assignment | None:
    """Take a label of this desk session back and lay its recording on the desk again.

    Parameters
    ----------
    request_id : of the label to take back; twice takes it back once. None: the newest in force.

    Returns
    -------
    The recording to judge again, or None when this desk session has no label in force, or none of that request, or
    staff set it aside.

    Raises
    ------
    Conflict
        Staff have decided the recording meanwhile, or it began a new round: the label stays as it is.
    """
    with session.writing() as tx:
        authorisation.require_judge(tx, judge)
        newest = _newest(tx, judge.id, session_id) if request_id is None else _by_request(tx, judge.id, request_id)
        if newest is None:
            return None
        own, reason = newest
        if own.is_set_aside:
            return None
        queue.lock_recordings(tx, [own.recording_id])
        at = session.now()
        if own.is_in_force:
            if reason is not SelectionReason.CONTROL:  # its label stands, and that is not to be noticed
                state = queue.labelling_state(tx, judge.id, own.recording_id)
                preconditions.require_undoable(state, own.round, judge.speaks)
            _UNDOES.get(reason, own_judgements.undo)(tx, judge.id, own.id, at)
            audit.record(tx, judge.id, judge.name, "undid judgement", f"recording {own.recording_id}")
            desk = DeskSession(judge.id, session_id, at)
            claims.release(tx, judge.id, [own.recording_id])
            claims.claim(tx, desk, {own.recording_id: reason}, assignment.claim_expiry(at))
            desk_recordings.note_claimed(tx, desk)
        return next(iter(_as_shown(queue.assignments(tx, [own.recording_id]))), None)


def skip_recording(
    judge: Account,
    *,
    recording_id: int,
    round: int,  # noqa: A002 - the word for it everywhere
    session_id: str,
    seconds_heard: float | None = None,
) -> None:
    """Put a recording off: it comes to this judge again after all others. Its claim is released.

    seconds_heard : by the report of the desk, for the audit log; None where it is not known.

    Raises
    ------
    NotFound
        It was never laid on this desk: in the same words whether there is such a recording or not.
    """
    with session.writing() as tx:
        authorisation.require_judge(tx, judge)
        queue.lock_recordings(tx, [recording_id])
        preconditions.require_on_desk(desk_recordings.was_laid(tx, judge.id, session_id, recording_id, round), judge)
        state = queue.labelling_state(tx, judge.id, recording_id)
        duration_s = state.duration_s if state else 0.0
        sent = desk_recordings.delivery(tx, judge.id, recording_id)
        heard_s = sound_deliveries.believed_s(judge.id, recording_id, seconds_heard, duration_s, sent)
        reported_listening.record_desk_listening(tx, judge, recording_id, heard_s)
        claims.release(tx, judge.id, [recording_id])
        if state is not None and state.round == round:
            queue.skip(tx, judge.id, recording_id, round, session.now())


def _with_figures(state: DeskState, desk: DeskSession, day_began_at: datetime) -> DeskState:
    with session.reading() as tx:
        return replace(
            state,
            done_today=_count(tx, desk.judge_id, since=day_began_at),
            left=remaining_work.count_remaining(tx, desk),
            team=team_progress.of_today(day_began_at),
        )


def _as_shown(items: list[Assignment]) -> list[Assignment]:
    """Without the words where the rules never show them: what is not sent cannot be seen."""
    if protocols.desk()[1].word_shown is not WordShown.NEVER:
        return items
    return [replace(item, word="") for item in items]


def _count(tx: session.Connection, judge_id: int, *, since: datetime) -> int:
    return sum(table.count(tx, judge_id, since=since) for table in (own_judgements, repeats, control_answers))


def _by_request(tx: session.Connection, judge_id: int, request_id: str) -> tuple[OwnJudgement, SelectionReason] | None:
    """What a request has stored, and why its recording had come."""
    own = own_judgements.by_request(tx, judge_id, request_id)
    if own is not None:
        return own, own.reason or SelectionReason.SHUFFLE
    again = repeats.by_request(tx, judge_id, request_id)
    if again is not None:
        return again, SelectionReason.REPEAT
    known = control_answers.by_request(tx, judge_id, request_id)
    return (known, SelectionReason.CONTROL) if known else None


def _newest(tx: session.Connection, judge_id: int, session_id: str) -> tuple[OwnJudgement, SelectionReason] | None:
    """The newest label in force of a desk session, and why its recording had come."""
    own = own_judgements.newest_of_session(tx, judge_id, session_id)
    again = repeats.newest_of_session(tx, judge_id, session_id)
    known = control_answers.newest_of_session(tx, judge_id, session_id)
    newest = [
        (own, (own.reason if own else None) or SelectionReason.SHUFFLE),
        (again, SelectionReason.REPEAT),
        (known, SelectionReason.CONTROL),
    ]
    there = [(label, reason) for label, reason in newest if label is not None]
    return max(there, key=lambda each: each[0].decided_at, default=None)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
