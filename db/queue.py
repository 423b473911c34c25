"""What is open to a judge, what is reserved for whom, what was put off. No label is read here, only how many there are.

A recording is open to a judge when it is in a language that this judge may judge and, in its newest round, this judge
has not judged it, staff have not decided it, and fewer other people than it wants judgements (two, or three with a
third judge) have judged it or hold a live claim on it. A claim reserves one of the places for a judge and a sitting
(one visit to the desk, one tab) until it expires.

The claim on a repeat, a recording that the same judge hears once more, takes no place: nobody else waits for it.

On SQLite a writing transaction is alone. On PostgreSQL `hold` locks the recordings in question, so that two judges who
reach for the last place come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, delete, exists, func, insert, select

from core.domain.judgements import Assignment
from core.domain.labelling import LabellingState
from db.schema import adjudications, claims, judgements, qualification_answers, recordings, skips

REPEAT = (
    "repeat"  # what brings a recording to a desk once more; the other words are those of `core.annotation.sampling`
)
ALL_PLACES = 1000  # more than any recording wants

_FORGET_SKIP = delete(skips).where(
    skips.c.account_id == bindparam("judge_id"), skips.c.recording_id == bindparam("skipped_id")
)
_ASSIGNMENTS = select(
    recordings.c.id, recordings.c.round, recordings.c.language, recordings.c.word, recordings.c.duration_s
).where(recordings.c.id.in_(bindparam("asked", expanding=True)))


@dataclass(frozen=True)
class DeskSession:
    """Who asks, from which tab, at which moment, for which languages (none: all): what every question depends on."""

    judge_id: int
    sitting: str
    at: datetime
    languages: tuple[str, ...] = ()


def highest_id(tx: Connection) -> int:
    """The highest number of a recording; 0 when there is none."""
    return tx.execute(select(func.coalesce(func.max(recordings.c.id), 0))).scalar_one()


def open_ids(tx: Connection, seat: DeskSession, *, among: Collection[int] | None = None) -> list[int]:
    """Recordings open to this judge, own claims and skipped ones included; in no order.

    among : look at these only; all recordings when None.
    """
    return _ids(tx, "open", seat, among)


def count_open(tx: Connection, seat: DeskSession) -> int:
    """How many recordings are open to this judge; looks at every recording."""
    return tx.execute(_query("count", bool(seat.languages), has_among=False), _values(seat)).scalar_one()


def fresh_ids(tx: Connection, seat: DeskSession, *, among: Collection[int] | None = None) -> list[int]:
    """Recordings open to this judge that are neither on one of this judge's desks nor skipped; in no order."""
    return _ids(tx, "fresh", seat, among)


def skipped_ids(tx: Connection, seat: DeskSession, *, limit: int) -> list[int]:
    """Skipped recordings that are open again, the one put off longest ago first."""
    query = (
        select(recordings.c.id)
        .join(skips, and_(skips.c.recording_id == recordings.c.id, skips.c.round == recordings.c.round))
        .where(skips.c.account_id == seat.judge_id, _is_open(seat, bool(seat.languages)), ~_is_on_own_desk(seat))
        .order_by(skips.c.skipped_at, skips.c.id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def lock_recordings(tx: Connection, recording_ids: Collection[int]) -> None:
    """Let nobody else change the state of these recordings until the transaction ends."""
    if tx.dialect.name == "sqlite":
        return  # a writer is alone there
    query = select(recordings.c.id).where(recordings.c.id.in_(recording_ids)).order_by(recordings.c.id)
    tx.execute(query.with_for_update(key_share=True)).all()


def labelling_state(tx: Connection, judge_id: int, recording_id: int) -> LabellingState | None:
    """The state of one recording for this judge; None when there is no such recording."""
    row = tx.execute(_place(), {"account_id": judge_id, "recording_id": recording_id}).one_or_none()
    return None if row is None else LabellingState(row[0], bool(row[1]), *row[2:])


@cache
def _place() -> Select[Any]:
    n_others = (
        select(func.count())
        .where(
            judgements.c.recording_id == recordings.c.id,
            judgements.c.round == recordings.c.round,
            judgements.c.account_id != bindparam("account_id"),
            judgements.c.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    told = (recordings.c.wanted, recordings.c.language, recordings.c.duration_s)
    columns = (recordings.c.round, _is_settled(), n_others, *told)
    return select(*columns).where(recordings.c.id == bindparam("recording_id"))


def skip(tx: Connection, judge_id: int, recording_id: int, this_round: int, at: datetime) -> None:
    """Put a recording off: it comes last, behind what was put off before."""
    forget_skip(tx, judge_id, recording_id)
    tx.execute(insert(skips).values(recording_id=recording_id, account_id=judge_id, round=this_round, skipped_at=at))


def forget_skip(tx: Connection, judge_id: int, recording_id: int) -> None:
    tx.execute(_FORGET_SKIP, {"judge_id": judge_id, "skipped_id": recording_id})


def assignments(tx: Connection, recording_ids: Collection[int]) -> list[Assignment]:
    """All that a judge may know of some recordings, in the order asked for."""
    rows = tx.execute(_ASSIGNMENTS, {"asked": list(recording_ids)})
    found = {row[0]: Assignment(*row) for row in rows}
    return [found[recording_id] for recording_id in recording_ids if recording_id in found]


def _ids(tx: Connection, which: str, seat: DeskSession, among: Collection[int] | None) -> list[int]:
    values = _values(seat) | ({} if among is None else {"among": list(among)})
    return list(tx.execute(_query(which, bool(seat.languages), has_among=among is not None), values).scalars())


def _values(seat: DeskSession) -> dict[str, Any]:
    values = {"account_id": seat.judge_id, "sitting": seat.sitting, "at": seat.at}
    return values | ({"languages": list(seat.languages)} if seat.languages else {})


@cache
def _query(which: str, has_languages: bool, *, has_among: bool) -> Select[Any]:
    """The questions that every desk asks, put together once: that takes longer than the database's answer."""
    seat = _AnySeat()
    query = select(func.count() if which == "count" else recordings.c.id).select_from(recordings)
    query = query.where(_is_open(seat, has_languages))
    if which == "fresh":
        query = query.where(~_is_on_own_desk(seat), ~_is_skipped(seat), ~_was_practised_on(seat))
    return query.where(recordings.c.id.in_(bindparam("among", expanding=True))) if has_among else query


class _AnySeat:
    """A seat whose values are filled in when a question is asked."""

    judge_id: Any = bindparam("account_id")
    sitting: Any = bindparam("sitting")
    at: Any = bindparam("at")
    languages: Any = bindparam("languages", expanding=True)


def _is_open(seat: Any, has_languages: bool) -> ColumnElement[bool]:
    in_this_round = and_(
        judgements.c.recording_id == recordings.c.id,
        judgements.c.round == recordings.c.round,
        judgements.c.undone_at.is_(None),
    )
    # an own judgement fills all places: one look at the judgements answers both questions
    weight = case((judgements.c.account_id == seat.judge_id, ALL_PLACES), else_=1)
    n_judged = select(func.coalesce(func.sum(weight), 0)).where(in_this_round).scalar_subquery()
    n_reserved = (
        select(func.count())
        .where(
            claims.c.recording_id == recordings.c.id,
            claims.c.round == recordings.c.round,
            claims.c.account_id != seat.judge_id,
            claims.c.expires_at > seat.at,
            claims.c.brought_by != REPEAT,
        )
        .scalar_subquery()
    )
    is_open = and_(n_judged + n_reserved < recordings.c.wanted, ~_is_settled())
    return and_(is_open, recordings.c.language.in_(seat.languages)) if has_languages else is_open


def _is_settled() -> ColumnElement[bool]:
    return exists().where(
        adjudications.c.recording_id == recordings.c.id,
        adjudications.c.round == recordings.c.round,
        adjudications.c.undone_at.is_(None),
    )


def _is_on_own_desk(seat: Any) -> ColumnElement[bool]:
    is_here = and_(claims.c.account_id == seat.judge_id, claims.c.sitting == seat.sitting)
    return exists().where(claims.c.recording_id == recordings.c.id, is_here | and_(*lives_elsewhere(seat)))


def lives_elsewhere(seat: Any) -> tuple[ColumnElement[bool], ...]:
    """Claims in force that this judge holds in other tabs."""
    return (
        claims.c.account_id == seat.judge_id,
        claims.c.sitting != seat.sitting,
        claims.c.expires_at > seat.at,
    )


def _is_skipped(seat: Any) -> ColumnElement[bool]:
    return exists().where(
        skips.c.recording_id == recordings.c.id,
        skips.c.round == recordings.c.round,
        skips.c.account_id == seat.judge_id,
    )


def _was_practised_on(seat: Any) -> ColumnElement[bool]:
    """Its answer was shown to this judge: no label of his would be his own."""
    return exists().where(
        qualification_answers.c.recording_id == recordings.c.id, qualification_answers.c.account_id == seat.judge_id
    )
