"""Storing one label from the desk, with the checks that decide whether it is accepted, in one transaction.

One label too many is refused, and a label whose claim has expired is still taken while there is room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.domain.accounts import Account
from core.domain.judgements import NewJudgement, OwnJudgement
from core.domain.labels import Label
from core.domain.selection import SelectionReason
from core.errors import Conflict
from core.translation import mark, translate
from core.workflows.annotation import preconditions, reported_listening, sound_deliveries
from core.workflows.annotation.protocols import DeskProtocol
from core.workflows.annotation.qualification import QualificationFeedback, QualificationProgress
from db import claims, control_answers, desk_evidence, own_judgements, queue, repeats, session
from db.desk_evidence import DeskEvidence


@dataclass(frozen=True)
class SavedJudgement:
    """A label that is stored.

    judgement_id : also of a repeat, a known or a qualification answer: judges cannot distinguish them.
    already : this very request had stored it before.
    feedback, qualification : for a new judge's answer to a recording whose label is settled; else None.
    """

    judgement_id: int
    label: Label
    recording_id: int
    already: bool
    feedback: QualificationFeedback | None = None
    qualification: QualificationProgress | None = None


def save_judgement(tx: session.Connection, judge: Account, new: NewJudgement, rules: DeskProtocol) -> SavedJudgement:
    """Store a judgement; a repeat where this judge's judgement stands and the recording came once more; or an answer
    where the recording came because its label is known.

    Raises
    ------
    Refused, Conflict, NotFound
        See `judge_desk.record_judgement`.
    """
    queue.lock_recordings(tx, [new.recording_id])
    evidence = desk_evidence.of_label(tx, judge.id, new)
    before, own = _labels_before(tx, judge, new, evidence)
    if before is not None:
        return _saved_before(before, new.recording_id)
    is_control = own is None and evidence.selection_reason is SelectionReason.CONTROL
    _require_accepted(judge, new, evidence, own, is_control=is_control)
    state = evidence.state
    duration_s = state.duration_s if state else 0.0
    heard_s = sound_deliveries.believed_s(judge.id, new.recording_id, new.seconds_heard, duration_s, evidence.delivery)
    preconditions.require_heard(state, heard_s or 0.0, rules, judge.speaks)
    new = replace(new, seconds_heard=heard_s)
    if is_control:
        saved_id = control_answers.add(tx, judge.id, new, decided_at=session.now())
    elif own is None:
        saved_id = own_judgements.add(tx, judge.id, new, decided_at=session.now(), reason=evidence.selection_reason)
    else:
        saved_id = repeats.add(tx, judge.id, own, new, decided_at=session.now())
    reported_listening.record_desk_listening(tx, judge, new.recording_id, heard_s)
    claims.release(tx, judge.id, [new.recording_id])
    if evidence.is_skipped:
        queue.forget_skip(tx, judge.id, new.recording_id)
    return SavedJudgement(saved_id, new.label, new.recording_id, already=False)


def _labels_before(
    tx: session.Connection, judge: Account, new: NewJudgement, evidence: DeskEvidence
) -> tuple[OwnJudgement | None, OwnJudgement | None]:
    """What this very request has stored before, and the own judgement in force of that recording and round."""
    before: OwnJudgement | None = None
    own: OwnJudgement | None = None
    if evidence.may_be_judged_before:
        before, own = own_judgements.before_label(tx, judge.id, new.request_id, new.recording_id, new.round)
    if before is None and own is not None:
        before = repeats.by_request(tx, judge.id, new.request_id)
    elif before is None and evidence.selection_reason in (None, SelectionReason.CONTROL):
        before = control_answers.by_request(tx, judge.id, new.request_id)
    return before, own


def _require_accepted(
    judge: Account, new: NewJudgement, evidence: DeskEvidence, own: OwnJudgement | None, *, is_control: bool
) -> None:
    """Let a label pass that this desk may give, or give once more; NotFound or Conflict otherwise."""
    if own is None:
        preconditions.require_on_desk(evidence.was_laid, judge)
        if not is_control:
            preconditions.require_open(evidence.state, new.round, judge)
    elif evidence.selection_reason is not SelectionReason.REPEAT:
        words = mark("You judged this recording in another tab: {label} stands. This label was not taken.")
        raise Conflict(translate(judge.speaks, words, label=translate(judge.speaks, own.label)))


def _saved_before(before: OwnJudgement, recording_id: int) -> SavedJudgement:
    if before.recording_id != recording_id:
        raise Conflict(
            "This request was used for recording {recording_id} before; nothing was stored.",
            recording_id=before.recording_id,
        )
    return SavedJudgement(before.id, before.label, before.recording_id, already=True)
