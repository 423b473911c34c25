"""The queue of a judge: open and skipped recordings. No label is read here, only how many there are.

Whether a recording is open is said by `db.queue_conditions`. A claim reserves one of the places for a judge and a desk
session until it expires.

On SQLite a writing transaction is alone. On PostgreSQL `lock_recordings` locks the recordings in question, so that two
judges who reach for the last place come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    select,
    union,
)

from core.domain.judgements import Assignment, DeskSession
from core.domain.labelling import LabellingState
from db import count_aggregates, recording_counts, recording_states
from db import queue_conditions as conditions
from db.prepared import Prepared
from db.schema import claims, judgements, recordings, skips

_AMONG: BindParameter[int] = bindparam("among", expanding=True)

_FORGET_SKIP = delete(skips).where(
    skips.c.account_id == bindparam("judge_id"), skips.c.recording_id == bindparam("skipped_id")
)
_HIGHEST_ID: Prepared[tuple[int]] = Prepared(select(func.coalesce(func.max(recordings.c.id), 0)))
_ASSIGNMENTS: Prepared[tuple[int, int, str, str, float]] = Prepared(
    select(
        recordings.c.id, recordings.c.round, recordings.c.language, recordings.c.word, recordings.c.duration_s
    ).where(recordings.c.id.in_(_AMONG))
)
_LOCK: Prepared[tuple[int]] = Prepared(
    select(recordings.c.id).where(recordings.c.id.in_(_AMONG)).order_by(recordings.c.id).with_for_update(key_share=True)
)
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
    return _HIGHEST_ID.one(tx, {})[0]


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
    fits = [states.c.recording_id.in_(among), states.c.state.in_(count_aggregates.OPEN_STATES), ~is_own]
    if desk.languages:
        fits.append(states.c.language.in_(desk.languages))
    return int(tx.execute(select(func.count()).select_from(states).where(*fits)).scalar_one())


def fresh_ids(tx: Connection, desk: DeskSession, *, among: Collection[int] | None = None) -> list[int]:
    """Recordings open to this judge that are neither on one of this judge's desks nor skipped; in no order."""
    return _ids(tx, _Query.FRESH, desk, among)


def skipped_ids(tx: Connection, desk: DeskSession, *, limit: int) -> list[int]:
    """Skipped recordings that are open again, the one put off longest ago first."""
    query = _query(_Query.SKIPPED, has_languages=bool(desk.languages), has_among=False)
    return [number for (number,) in query.rows(tx, _values(desk) | {"limit": limit})]


def lock_recordings(tx: Connection, recording_ids: Collection[int]) -> None:
    """Let nobody else change the state of these recordings until the transaction ends."""
    if tx.dialect.name == "sqlite":
        return  # a writer is alone there
    _LOCK.rows(tx, {"among": recording_ids})


def labelling_state(tx: Connection, judge_id: int, recording_id: int) -> LabellingState | None:
    """The state of one recording for this judge; None when there is no such recording."""
    values = {"account_id": judge_id, "recording_id": recording_id}
    row = _labelling_state().first(tx, values)
    return None if row is None else state_of_row(row)


def state_columns() -> tuple[ColumnElement[Any], ...]:
    """What a `LabellingState` is made of, by `state_of_row`, in a query of recordings."""
    n_others = select(func.count()).where(conditions.is_in_force(), judgements.c.account_id != conditions.JUDGE)
    return (
        recordings.c.round,
        conditions.is_settled(),
        n_others.scalar_subquery(),
        recordings.c.wanted,
        recordings.c.language,
        recordings.c.duration_s,
        conditions.is_barred(),
    )


def state_of_row(row: Sequence[Any]) -> LabellingState:
    """The state that the values of `state_columns` say."""
    round_, is_settled, n_others, wanted, language, duration_s, is_barred = row
    return LabellingState(round_, is_settled, n_others, wanted, language, duration_s, is_barred=is_barred)


def skip(tx: Connection, judge_id: int, recording_id: int, round_: int, at: datetime) -> None:
    """Put a recording off: it comes last, behind what was put off before."""
    forget_skip(tx, judge_id, recording_id)
    tx.execute(insert(skips).values(recording_id=recording_id, account_id=judge_id, round=round_, skipped_at=at))


def forget_skip(tx: Connection, judge_id: int, recording_id: int) -> None:
    """Let a recording come in its turn again."""
    tx.execute(_FORGET_SKIP, {"judge_id": judge_id, "skipped_id": recording_id})


def assignments(tx: Connection, recording_ids: Collection[int]) -> list[Assignment]:
    """All that a judge may know of some recordings, in the order of the ids."""
    by_id = {row[0]: Assignment(*row) for row in _ASSIGNMENTS.rows(tx, {"among": list(recording_ids)})}
    return [by_id[recording_id] for recording_id in recording_ids if recording_id in by_id]


def _ids(tx: Connection, kind: _Query, desk: DeskSession, among: Collection[int] | None) -> list[int]:
    values = _values(desk) | ({} if among is None else {"among": list(among)})
    query = _query(kind, has_languages=bool(desk.languages), has_among=among is not None)
    return [number for (number,) in query.rows(tx, values)]


def _values(desk: DeskSession) -> dict[str, object]:
    values: dict[str, object] = {"account_id": desk.judge_id, "session_id": desk.session_id, "at": desk.at}
    return values | ({"languages": list(desk.languages)} if desk.languages else {})


@cache
def _query(kind: _Query, *, has_languages: bool, has_among: bool) -> Prepared[tuple[int]]:
    query = select(recordings.c.id).select_from(recordings)
    query = query.where(conditions.is_open(has_languages=has_languages))
    if kind is _Query.FRESH:
        query = query.where(~conditions.is_on_own_desk(), ~conditions.is_skipped(), ~conditions.was_practised_on())
        if not has_among:
            query = query.where(recordings.c.id.in_(conditions.may_wait()))
    if kind is _Query.SKIPPED:
        is_of_this_round = and_(skips.c.recording_id == recordings.c.id, skips.c.round == recordings.c.round)
        query = query.join(skips, is_of_this_round).where(
            skips.c.account_id == conditions.JUDGE, ~conditions.is_on_own_desk()
        )
        query = query.order_by(skips.c.skipped_at, skips.c.id).limit(bindparam("limit", type_=Integer))
    return Prepared(query.where(recordings.c.id.in_(_AMONG)) if has_among else query)


@cache
def _labelling_state() -> Prepared[tuple[Any, ...]]:
    return Prepared(select(*state_columns()).where(recordings.c.id == bindparam("recording_id")))
