"""How a new judge begins: on recordings whose label stands, with an answer after each whether it was right.

Whoever reaches the mark starts on the real queue. Staff, and judges who had judged much before there was a
qualification, need none. These answers never count as judgements.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from core.annotation.queue_order import judge_order
from core.domain.accounts import Account
from core.domain.judgements import Assignment, NewJudgement
from core.domain.labels import Label, Role
from core.workflows.accounts import authorisation
from core.workflows.annotation import preconditions, protocols, reported_listening, sound_deliveries
from core.workflows.annotation.protocols import DeskProtocol, QualificationProtocol
from db import accounts, audit, claims, desk_recordings, own_judgements, qualification, queue, session
from db.qualification import QualificationAnswer

EXPERIENCED_FROM = 50  # judgements: with more, no qualification is needed


@dataclass(frozen=True)
class QualificationProgress:
    """How far a new judge has come.

    answered, right : of the newest answers, as many as are needed.
    needed : answers that are counted.
    mark : share of right ones that opens the real queue.
    has_passed : it is open.
    """

    answered: int
    right: int
    needed: int
    mark: float
    has_passed: bool = False


@dataclass(frozen=True)
class QualificationFeedback:
    """Shown after an answer."""

    is_right: bool
    expected: Label


@dataclass(frozen=True)
class RecordedAnswer:
    """A label that was an answer to a qualification item. `already`: this very request had stored it before."""

    id: int
    label: Label
    already: bool
    feedback: QualificationFeedback
    progress: QualificationProgress


def qualification_progress(
    tx: session.Connection, judge: Account, rules: QualificationProtocol
) -> QualificationProgress | None:
    """How far this judge has come; None for everybody who is on the real queue."""
    return _progress(tx, judge.id, rules) if _begins(tx, judge, rules) else None


def next_items(judge: Account, count: int) -> list[Assignment]:
    """The next items in the judge's own order; once all are answered, those answered longest ago.

    An item that lay on this judge's desk from the real queue, before these rules were in force, is practice from now
    on: what is shown with its answer is no label of theirs.
    """
    with session.reading() as tx:
        answered = qualification.last_answered(tx, judge.id)
        order = judge_order(qualification.item_ids(tx), judge.id)
        items = queue.assignments(tx, sorted(order, key=lambda recording_id: answered.get(recording_id, 0))[:count])
        is_claimed = claims.has_any(tx, judge.id, [item.recording_id for item in items])
    if is_claimed:
        with session.writing() as tx:
            claims.release(tx, judge.id, [item.recording_id for item in items])
    return items


def is_qualification_item(judge: Account, recording_id: int) -> bool:
    """Whether a recording is one that this judge may practise on."""
    rules = protocols.qualification()[1]
    if judge.role is not Role.JUDGE or not rules.is_required:
        return False
    with session.reading() as tx:
        return qualification.expected(tx, recording_id) is not None and _practises(tx, judge, rules)


def record_answer(judge: Account, new: NewJudgement, desk: DeskProtocol) -> RecordedAnswer | None:
    """Store a label as an answer, with whether it is right; None when the recording is of the real queue.

    What came to this judge from the real queue belongs there, and so does all that is no item. An item that was
    fetched before the mark was reached is still answered as one.

    Raises
    ------
    Refused
        Less of the recording was heard than the rules of the desk ask for: as on the real queue.
    """
    rules = protocols.qualification()[1]
    if judge.role is not Role.JUDGE or not rules.is_required:
        return None
    with session.reading() as tx:
        if not _is_for_practice(tx, judge, new.recording_id, new.round, rules):
            return None
    with session.writing() as tx:
        authorisation.require_judge(tx, judge)
        queue.lock_recordings(tx, [new.recording_id])
        before = qualification.by_request(tx, judge.id, new.request_id)
        right = qualification.expected(tx, new.recording_id)
        if before is not None:
            return RecordedAnswer(before.id, before.label, True, _feedback(before), _progress(tx, judge.id, rules))
        if right is None:
            return None
        believed_s = _require_heard(tx, judge, new, desk)
        reported_listening.record_desk_listening(tx, judge, new.recording_id, believed_s)
        answer_id = qualification.add_answer(tx, judge.id, new, expected=right, at=session.now())
        progress = _progress(tx, judge.id, rules)
        _note_passed(tx, judge, progress)
    return RecordedAnswer(answer_id, new.label, False, QualificationFeedback(new.label == right, right), progress)


def _require_heard(tx: session.Connection, judge: Account, new: NewJudgement, desk: DeskProtocol) -> float | None:
    """The seconds that were heard, if they are as many as the rules of the desk ask for."""
    state = queue.labelling_state(tx, judge.id, new.recording_id)
    duration_s = state.duration_s if state else 0.0
    sent = desk_recordings.delivery(tx, judge.id, new.recording_id)
    heard_s = new.seconds_heard or 0.0
    believed_s = sound_deliveries.believed_s(judge.id, new.recording_id, heard_s, duration_s, sent)
    preconditions.require_heard(state, believed_s or 0.0, desk, judge.speaks)
    return believed_s


def _note_passed(tx: session.Connection, judge: Account, progress: QualificationProgress) -> None:
    """Open the real queue to a judge who has just reached the mark."""
    if progress.has_passed and judge.qualified_at is None:
        accounts.set_qualified(tx, judge.id, session.now())
        audit.record(
            tx, judge.id, judge.name, "qualified", judge.name, {"right": progress.right, "of": progress.answered}
        )


def _is_for_practice(
    tx: session.Connection,
    judge: Account,
    recording_id: int,
    round: int,  # noqa: A002
    rules: QualificationProtocol,
) -> bool:
    if qualification.expected(tx, recording_id) is None:
        return False
    if claims.selection_reason(tx, judge.id, recording_id, round) is not None:
        return False
    return _practises(tx, judge, rules)


def _practises(tx: session.Connection, judge: Account, rules: QualificationProtocol) -> bool:
    """Also once the mark is reached: items that were fetched before may still be heard and answered."""
    return _begins(tx, judge, rules) or bool(qualification.newest_answers(tx, judge.id, 1))


def _begins(tx: session.Connection, judge: Account, rules: QualificationProtocol) -> bool:
    """Whether this judge must still qualify. Where staff have chosen no items, nobody must."""
    if not rules.is_required or judge.role is not Role.JUDGE or judge.qualified_at is not None:
        return False
    return own_judgements.count(tx, judge.id) <= EXPERIENCED_FROM and bool(qualification.item_ids(tx))


def _progress(tx: session.Connection, judge_id: int, rules: QualificationProtocol) -> QualificationProgress:
    newest = qualification.newest_answers(tx, judge_id, rules.at_least)
    right = sum(answer.is_right for answer in newest)
    has_passed = len(newest) >= rules.at_least and right >= ceil(rules.mark * rules.at_least - 1e-9)
    return QualificationProgress(len(newest), right, rules.at_least, rules.mark, has_passed)


def _feedback(answer: QualificationAnswer) -> QualificationFeedback:
    return QualificationFeedback(answer.is_right, answer.expected)
