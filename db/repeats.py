"""Repeats: a judge hears a recording once more, later and unannounced. Never counted as judgements.

As in `db.own_judgements`, every function takes the judge and reads no other judge's rows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, insert, select, update

from core.domain.judgements import DeskSession, NewJudgement, OwnJudgement
from db.own_judgements import columns_of
from db.prepared import Prepared
from db.schema import judgements, recordings, repeats, skips

_COUNTED = (
    select(func.count())
    .select_from(repeats)
    .where(repeats.c.account_id == bindparam("account_id"), repeats.c.undone_at.is_(None))
)
_N: Prepared[tuple[int]] = Prepared(_COUNTED)
_N_SINCE: Prepared[tuple[int]] = Prepared(_COUNTED.where(repeats.c.decided_at >= bindparam("since")))


def add(tx: Connection, judge_id: int, first: OwnJudgement, new: NewJudgement, *, decided_at: datetime) -> int:
    """The new repeat's id. The database refuses a second one in force of the same judgement."""
    values = columns_of(new, decided_at=decided_at) | {"judgement_id": first.id, "account_id": judge_id}
    return int(tx.execute(insert(repeats).values(values).returning(repeats.c.id)).scalar_one())


def by_request(tx: Connection, judge_id: int, request_id: str) -> OwnJudgement | None:
    """The repeat that this request made, in force or undone."""
    return _first(tx, judge_id, repeats.c.request_id == request_id)


def newest_of_session(tx: Connection, judge_id: int, session_id: str) -> OwnJudgement | None:
    """The newest repeat in force of a desk session."""
    return _first(tx, judge_id, repeats.c.sitting == session_id, repeats.c.undone_at.is_(None))


def undo(tx: Connection, judge_id: int, repeat_id: int, at: datetime) -> None:
    """Take an own repeat out of force; it stays in the table."""
    tx.execute(update(repeats).where(repeats.c.id == repeat_id, repeats.c.account_id == judge_id).values(undone_at=at))


def count(tx: Connection, judge_id: int, *, since: datetime | None = None) -> int:
    """Repeats in force of this judge, of all time or since a moment."""
    if since is None:
        return _N.one(tx, {"account_id": judge_id})[0]
    return _N_SINCE.one(tx, {"account_id": judge_id, "since": since})[0]


def due_ids(tx: Connection, desk: DeskSession, *, after: int, begin: float, limit: int) -> list[int]:
    """Recordings that this judge may hear once more: judged here at least `after` own labels ago, not repeated yet.

    begin : where to begin looking, as a share of the judgements there are, in [0, 1); the rest follows around.
    """
    last = _in_force(desk.judge_id).order_by(judgements.c.id.desc()).offset(after).limit(1)
    newest = tx.execute(last).scalar_one_or_none()
    if newest is None:
        return []
    pivot = int(begin * (newest + 1))
    is_before = judgements.c.id < pivot
    query = _due(desk).where(judgements.c.id <= newest).order_by(is_before, judgements.c.id).limit(limit)
    return list(tx.execute(query).scalars())


def still_due(tx: Connection, desk: DeskSession, *, among: Collection[int]) -> set[int]:
    """Those whose judgement is in force and not repeated yet, however long ago it was."""
    if not among:
        return set()
    return set(tx.execute(_due(desk).where(recordings.c.id.in_(among))).scalars())


def _due(desk: DeskSession) -> Select[int]:
    is_repeated = exists().where(repeats.c.judgement_id == judgements.c.id, repeats.c.undone_at.is_(None))
    is_skipped = exists().where(skips.c.recording_id == recordings.c.id, skips.c.account_id == desk.judge_id)
    query = (
        select(recordings.c.id)
        .join(judgements, (judgements.c.recording_id == recordings.c.id) & (judgements.c.round == recordings.c.round))
        .where(*_own(desk.judge_id), ~is_repeated, ~is_skipped)
    )
    return query.where(recordings.c.language.in_(desk.languages)) if desk.languages else query


def _in_force(judge_id: int) -> Select[int]:
    return select(judgements.c.id).where(*_own(judge_id))


def _own(judge_id: int) -> tuple[ColumnElement[bool], ...]:
    # labels from an import were heard elsewhere, under other circumstances
    return (
        judgements.c.account_id == judge_id,
        judgements.c.undone_at.is_(None),
        judgements.c.origin == "annotate",
    )


def _first(tx: Connection, judge_id: int, *conditions: ColumnElement[bool]) -> OwnJudgement | None:
    query = (
        select(
            repeats.c.id,
            repeats.c.recording_id,
            recordings.c.round,
            repeats.c.label,
            repeats.c.undone_at,
            repeats.c.decided_at,
        )
        .join(recordings, recordings.c.id == repeats.c.recording_id)
        .where(repeats.c.account_id == judge_id, *conditions)
        .order_by(repeats.c.decided_at.desc(), repeats.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    return OwnJudgement(row.id, row.recording_id, row.round, row.label, row.undone_at is None, row.decided_at)
