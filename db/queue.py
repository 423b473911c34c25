"""The queue of a judge: open and skipped recordings. No label is read here, only how many there are.

Whether a recording is open is the rule `core.domain.labelling.obstacle`, with live claims counted; here SQL applies it
to all recordings at once, and a test holds the two together. A claim reserves one of the places for a judge and a desk
session until it expires. The claim on a repeat, a recording that the same judge hears once more, takes no place, nor
does that on a known answer.

On SQLite a writing transaction is alone. On PostgreSQL `lock_recordings` locks the recordings in question, so that two
judges who reach for the last place come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    union,
)

from core.domain.judgements import Assignment, DeskSession
from core.domain.labelling import LabellingState
from core.domain.selection import SelectionReason
from db import kept_counts, recording_counts, recording_states, schema
from db.schema import adjudications, claims, judgements, qualification_answers, recordings, skips

ALL_PLACES = 1000  # more than any recording wants

# Filled in when a query runs: putting a query together takes longer than the database's answer
_JUDGE: BindParameter[int] = bindparam("account_id")
_SESSION: BindParameter[str] = bindparam("session_id")
_AT: BindParameter[datetime] = bindparam("at")
_LANGUAGES: BindParameter[str] = bindparam("languages", expanding=True)
_AMONG: BindParameter[int] = bindparam("among", expanding=True)

_FORGET_SKIP = delete(skips).where(
    skips.c.account_id == bindparam("judge_id"), skips.c.recording_id == bindparam("skipped_id")
)
_ASSIGNMENTS = select(
    recordings.c.id, recordings.c.round, recordings.c.language, recordings.c.word, recordings.c.duration_s
).where(recordings.c.id.in_(_AMONG))


_HELD = union(
    select(claims.c.recording_id).where(claims.c.account_id != bindparam("account_id")),
    select(judgements.c.recording_id).where(
        judgements.c.bars_judge, judgements.c.account_id == bindparam("account_id")
    ),
)


class _Query(StrEnum):
    OPEN = "open"
    FRESH = "fresh"
    SKIPPED = "skipped"


def highest_id(tx: Connection) -> int:
    """The highest number of a recording; 0 when there is none."""
    return int(tx.execute(select(func.coalesce(func.max(recordings.c.id), 0))).scalar_one())


def open_ids(tx: Connection, desk: DeskSession, *, among: Collection[int] | None = None) -> list[int]:
    """Recordings open to this judge, own claims and skipped ones included; in no order.

    among : look at these only; all recordings when None.
    """
    return _ids(tx, _Query.OPEN, desk, among)


def count_open(tx: Connection, desk: DeskSession) -> int:
    """How many recordings are open to this judge: what is kept of all, corrected for those that claims are on, and
    those of which a label of this judge was set aside for others."""
    held = sorted(set(tx.execute(_HELD, {"account_id": desk.judge_id}).scalars()))
    waiting = recording_counts.count_open(tx, desk.judge_id, desk.languages)
    return waiting + len(open_ids(tx, desk, among=held)) - _count_waiting(tx, desk, held)


def _count_waiting(tx: Connection, desk: DeskSession, among: Collection[int]) -> int:
    """How many of these `recording_counts.count_open` counts."""
    states = recording_states.now(tx)
    is_own = func.coalesce(states.c.judge_a == desk.judge_id, false()) | func.coalesce(
        states.c.judge_b == desk.judge_id, false()
    )
    fits = [states.c.recording_id.in_(among), states.c.state.in_(kept_counts.OPEN_STATES), ~is_own]
    if desk.languages:
        fits.append(states.c.language.in_(desk.languages))
    return int(tx.execute(select(func.count()).select_from(states).where(*fits)).scalar_one())


def fresh_ids(tx: Connection, desk: DeskSession, *, among: Collection[int] | None = None) -> list[int]:
    """Recordings open to this judge that are neither on one of this judge's desks nor skipped; in no order."""
    return _ids(tx, _Query.FRESH, desk, among)


def skipped_ids(tx: Connection, desk: DeskSession, *, limit: int) -> list[int]:
    """Skipped recordings that are open again, the one put off longest ago first."""
    query = _query(_Query.SKIPPED, has_languages=bool(desk.languages), has_among=False)
    return list(tx.execute(query.limit(limit), _values(desk)).scalars())


def lock_recordings(tx: Connection, recording_ids: Collection[int]) -> None:
    """Let nobody else change the state of these recordings until the transaction ends."""
    if tx.dialect.name == "sqlite":
        return  # a writer is alone there
    query = select(recordings.c.id).where(recordings.c.id.in_(recording_ids)).order_by(recordings.c.id)
    tx.execute(query.with_for_update(key_share=True)).all()


def labelling_state(tx: Connection, judge_id: int, recording_id: int) -> LabellingState | None:
    """The state of one recording for this judge; None when there is no such recording."""
    values = {"account_id": judge_id, "recording_id": recording_id}
    row = tx.execute(_labelling_state(), values).one_or_none()
    return None if row is None else LabellingState(row[0], bool(row[1]), *row[2:6], is_barred=bool(row[6]))


def skip(tx: Connection, judge_id: int, recording_id: int, round_: int, at: datetime) -> None:
    """Put a recording off: it comes last, behind what was put off before."""
    forget_skip(tx, judge_id, recording_id)
    tx.execute(insert(skips).values(recording_id=recording_id, account_id=judge_id, round=round_, skipped_at=at))


def forget_skip(tx: Connection, judge_id: int, recording_id: int) -> None:
    """Let a recording come in its turn again."""
    tx.execute(_FORGET_SKIP, {"judge_id": judge_id, "skipped_id": recording_id})


def assignments(tx: Connection, recording_ids: Collection[int]) -> list[Assignment]:
    """All that a judge may know of some recordings, in the order of the ids."""
    rows = tx.execute(_ASSIGNMENTS, {"among": list(recording_ids)})
    by_id = {row[0]: Assignment(*row) for row in rows}
    return [by_id[recording_id] for recording_id in recording_ids if recording_id in by_id]


def _ids(tx: Connection, kind: _Query, desk: DeskSession, among: Collection[int] | None) -> list[int]:
    values = _values(desk) | ({} if among is None else {"among": list(among)})
    query = _query(kind, has_languages=bool(desk.languages), has_among=among is not None)
    return list(tx.execute(query, values).scalars())


def _values(desk: DeskSession) -> dict[str, object]:
    values: dict[str, object] = {"account_id": desk.judge_id, "session_id": desk.session_id, "at": desk.at}
    return values | ({"languages": list(desk.languages)} if desk.languages else {})


@cache
def _query(kind: _Query, *, has_languages: bool, has_among: bool) -> Select[int]:
    query = select(recordings.c.id).select_from(recordings)
    query = query.where(_is_open(has_languages=has_languages))
    if kind is _Query.FRESH:
        query = query.where(~_is_on_own_desk(), ~_is_skipped(), ~_was_practised_on())
        if not has_among:
            query = query.where(recordings.c.id.in_(_may_wait()))
    if kind is _Query.SKIPPED:
        is_of_this_round = and_(skips.c.recording_id == recordings.c.id, skips.c.round == recordings.c.round)
        query = query.join(skips, is_of_this_round).where(skips.c.account_id == _JUDGE, ~_is_on_own_desk())
        query = query.order_by(skips.c.skipped_at, skips.c.id)
    return query.where(recordings.c.id.in_(_AMONG)) if has_among else query


@cache
def _labelling_state() -> Select[int, bool, int, int, str, float, bool]:
    n_others = (
        select(func.count()).where(_is_in_force(), judgements.c.account_id != bindparam("account_id")).scalar_subquery()
    )
    return select(
        recordings.c.round,
        _is_settled(),
        n_others,
        recordings.c.wanted,
        recordings.c.language,
        recordings.c.duration_s,
        _is_barred(),
    ).where(recordings.c.id == bindparam("recording_id"))


def _is_open(*, has_languages: bool) -> ColumnElement[bool]:
    # an own judgement fills all places: one look at the judgements answers both questions
    weight = case((judgements.c.account_id == _JUDGE, ALL_PLACES), else_=1)
    n_judged = select(func.coalesce(func.sum(weight), 0)).where(_is_in_force()).scalar_subquery()
    is_open = and_(n_judged + _n_reserved() < recordings.c.wanted, ~_is_settled(), ~_is_barred())
    return and_(is_open, recordings.c.language.in_(_LANGUAGES)) if has_languages else is_open


def _may_wait() -> Select[int]:
    """The few recordings, near the end, that can be open at all."""
    kept = schema.recording_states.c
    waiting = select(kept.recording_id).where(kept.state.in_(kept_counts.OPEN_STATES))
    return select(union(waiting, recording_states.changed()).subquery().c.recording_id)


def _is_in_force() -> ColumnElement[bool]:
    return and_(
        judgements.c.recording_id == recordings.c.id,
        judgements.c.round == recordings.c.round,
        judgements.c.undone_at.is_(None),
    )


def _is_barred() -> ColumnElement[bool]:
    """A label of this judge in this round was set aside, for others to judge it; the index holds these rows alone."""
    return exists().where(
        judgements.c.bars_judge,
        judgements.c.recording_id == recordings.c.id,
        judgements.c.round == recordings.c.round,
        judgements.c.account_id == _JUDGE,
    )


def _n_reserved() -> ScalarSelect[int]:
    """Places that live claims of others take."""
    return (
        select(func.count())
        .where(
            claims.c.recording_id == recordings.c.id,
            claims.c.round == recordings.c.round,
            claims.c.account_id != _JUDGE,
            claims.c.expires_at > _AT,
            claims.c.brought_by.not_in((SelectionReason.REPEAT, SelectionReason.CONTROL)),
        )
        .scalar_subquery()
    )


def _is_settled() -> ColumnElement[bool]:
    return exists().where(
        adjudications.c.recording_id == recordings.c.id,
        adjudications.c.round == recordings.c.round,
        adjudications.c.undone_at.is_(None),
    )


def _is_on_own_desk() -> ColumnElement[bool]:
    """Claimed by this judge: in this desk session, expired or not, or in force in another one."""
    is_live_or_of_this_session = (claims.c.sitting == _SESSION) | (claims.c.expires_at > _AT)
    return exists().where(
        claims.c.recording_id == recordings.c.id, claims.c.account_id == _JUDGE, is_live_or_of_this_session
    )


def _is_skipped() -> ColumnElement[bool]:
    return exists().where(
        skips.c.recording_id == recordings.c.id, skips.c.round == recordings.c.round, skips.c.account_id == _JUDGE
    )


def _was_practised_on() -> ColumnElement[bool]:
    """The judge was shown its label after a qualification answer: no label of this judge would be their own."""
    return exists().where(
        qualification_answers.c.recording_id == recordings.c.id, qualification_answers.c.account_id == _JUDGE
    )
