"""Known answers: a judge hears a recording whose label stands, unannounced. Never counted as judgements.

As in `db.own_judgements`, every function takes the judge and gives no other judge's label: which label stands is read
by `db.judge_comparisons` alone, for staff.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, insert, or_, select, update

from core.domain.judgements import DeskSession, NewJudgement, OwnJudgement
from core.domain.labels import JudgingState
from core.domain.selection import SelectionReason
from db.own_judgements import columns_of
from db.prepared import Prepared
from db.schema import (
    claims,
    control_answers,
    judgements,
    qualification_answers,
    qualification_items,
    recording_states,
    skips,
)

_COUNTED = (
    select(func.count())
    .select_from(control_answers)
    .where(control_answers.c.account_id == bindparam("account_id"), control_answers.c.undone_at.is_(None))
)
_N: Prepared[tuple[int]] = Prepared(_COUNTED)
_N_SINCE: Prepared[tuple[int]] = Prepared(_COUNTED.where(control_answers.c.decided_at >= bindparam("since")))


def add(tx: Connection, judge_id: int, new: NewJudgement, *, decided_at: datetime) -> int:
    """The new answer's id. The database refuses a second one in force of the same recording."""
    values = columns_of(new, decided_at=decided_at) | {"round": new.round, "account_id": judge_id}
    return int(tx.execute(insert(control_answers).values(values).returning(control_answers.c.id)).scalar_one())


def by_request(tx: Connection, judge_id: int, request_id: str) -> OwnJudgement | None:
    """The answer that this request made, in force or undone."""
    return _first(tx, judge_id, control_answers.c.request_id == request_id)


def newest_of_session(tx: Connection, judge_id: int, session_id: str) -> OwnJudgement | None:
    """The newest answer in force of a desk session."""
    return _first(tx, judge_id, control_answers.c.sitting == session_id, control_answers.c.undone_at.is_(None))


def undo(tx: Connection, judge_id: int, answer_id: int, at: datetime) -> None:
    """Take an own answer out of force; it stays in the table."""
    is_own = (control_answers.c.id == answer_id) & (control_answers.c.account_id == judge_id)
    tx.execute(update(control_answers).where(is_own).values(undone_at=at))


def count(tx: Connection, judge_id: int, *, since: datetime | None = None) -> int:
    """Answers in force of this judge, of all time or since a moment."""
    if since is None:
        return _N.one(tx, {"account_id": judge_id})[0]
    return _N_SINCE.one(tx, {"account_id": judge_id, "since": since})[0]


def count_since(tx: Connection, judge_id: int, since: datetime) -> int:
    """Known answers that came to this judge since a moment: labelled, undone or not, or lying on a desk."""
    answered = select(func.count()).where(
        control_answers.c.account_id == judge_id, control_answers.c.decided_at >= since
    )
    lying = select(func.count()).where(claims.c.account_id == judge_id, claims.c.brought_by == SelectionReason.CONTROL)
    return int(tx.execute(answered).scalar_one()) + int(tx.execute(lying).scalar_one())


def due_ids(tx: Connection, desk: DeskSession, *, begin: float, limit: int) -> list[int]:
    """Recordings that this judge may hear as known answers.

    Their judges agree, or staff chose them for new judges to begin with; this judge had no part in the label and has
    not heard them. A disagreement that staff settled is no known answer: careful judges differ on it.

    begin : where to begin looking, as a share of the recordings there are, in [0, 1); the rest follows around.
    """
    highest = tx.execute(select(func.coalesce(func.max(recording_states.c.recording_id), 0))).scalar_one()
    number = recording_states.c.recording_id
    pivot = int(begin * (highest + 1))
    due: list[int] = []
    for part in (number >= pivot, number < pivot):
        if len(due) < limit:
            query = _due(desk).where(part).order_by(number).limit(limit - len(due))
            due += tx.execute(query).scalars()
    return due


def still_due(tx: Connection, desk: DeskSession, *, among: Collection[int]) -> set[int]:
    """Those that this judge may still hear."""
    if not among:
        return set()
    return set(tx.execute(_due(desk).where(recording_states.c.recording_id.in_(among))).scalars())


def _due(desk: DeskSession) -> Select[int]:
    states = recording_states.c
    is_item = exists().where(qualification_items.c.recording_id == states.recording_id)
    is_known = or_(states.state == JudgingState.AGREED, is_item & (states.state == JudgingState.SETTLED))
    query = select(states.recording_id).where(is_known)
    for table in (judgements, control_answers, qualification_answers, skips):
        is_undone = [table.c.undone_at.is_(None)] if table is control_answers else []
        mine = (table.c.recording_id == states.recording_id, table.c.account_id == desk.judge_id, *is_undone)
        query = query.where(~exists().where(*mine))
    return query.where(states.language.in_(desk.languages)) if desk.languages else query


def _first(tx: Connection, judge_id: int, *conditions: ColumnElement[bool]) -> OwnJudgement | None:
    answers = control_answers.c
    query = (
        select(
            answers.id,
            answers.recording_id,
            answers.round,
            answers.label,
            answers.undone_at,
            answers.decided_at,
            answers.set_aside_id,
        )
        .where(answers.account_id == judge_id, *conditions)
        .order_by(answers.decided_at.desc(), answers.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    return OwnJudgement(
        row.id,
        row.recording_id,
        row.round,
        row.label,
        row.undone_at is None,
        row.decided_at,
        SelectionReason.CONTROL,
        is_set_aside=row.set_aside_id is not None,
    )
