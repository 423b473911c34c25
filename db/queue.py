"""What is open to a judge, what is reserved for whom, what was put off. No label is read here, only how many there are.

A recording is open to a judge when, in its newest round, this judge has not judged it, staff have not decided it, and
fewer than two other people have judged it or hold a live claim on it. A claim reserves one of the two places for a
judge and a sitting (one visit to the desk, one tab) until it expires.

On SQLite a writing transaction is alone. On PostgreSQL `hold` locks the recordings in question, so that two judges who
reach for the last place come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, delete, exists, func, insert, select, update

from core.labels import JUDGEMENTS_PER_RECORDING
from db.records import Assignment
from db.schema import adjudications, claims, judgements, recordings, skips


@dataclass(frozen=True)
class Seat:
    """Who asks, from which tab, at which moment: every question to the queue depends on all three."""

    judge_id: int
    sitting: str
    at: datetime


@dataclass(frozen=True)
class Place:
    """What a judge may know of a recording's state before labelling it: the round, and what stands in the way."""

    round: int
    is_settled: bool
    n_others: int


def highest_id(tx: Connection) -> int:
    """The highest number of a recording; 0 when there is none."""
    return tx.execute(select(func.coalesce(func.max(recordings.c.id), 0))).scalar_one()


def open_ids(tx: Connection, seat: Seat, *, among: Collection[int] | None = None) -> list[int]:
    """Recordings open to this judge, own claims and skipped ones included; in no order.

    among : look at these only; all recordings when None.
    """
    return _ids(tx, among, _is_open(seat))


def count_open(tx: Connection, seat: Seat) -> int:
    """How many recordings are open to this judge; looks at every recording."""
    return tx.execute(select(func.count()).select_from(recordings).where(_is_open(seat))).scalar_one()


def fresh_ids(tx: Connection, seat: Seat, *, among: Collection[int] | None = None) -> list[int]:
    """Recordings open to this judge that are neither on one of this judge's desks nor skipped; in no order."""
    return _ids(tx, among, _is_open(seat), ~_is_on_own_desk(seat), ~_is_skipped(seat))


def skipped_ids(tx: Connection, seat: Seat, *, limit: int) -> list[int]:
    """Skipped recordings that are open again, the one put off longest ago first."""
    query = (
        select(recordings.c.id)
        .join(skips, and_(skips.c.recording_id == recordings.c.id, skips.c.round == recordings.c.round))
        .where(skips.c.account_id == seat.judge_id, _is_open(seat), ~_is_on_own_desk(seat))
        .order_by(skips.c.skipped_at, skips.c.id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def hold(tx: Connection, recording_ids: Collection[int]) -> None:
    """Let nobody else change the state of these recordings until the transaction ends."""
    query = select(recordings.c.id).where(recordings.c.id.in_(recording_ids)).order_by(recordings.c.id)
    tx.execute(query.with_for_update(key_share=True)).all()


def place(tx: Connection, judge_id: int, recording_id: int) -> Place | None:
    """The state of one recording for this judge; None when there is no such recording."""
    n_others = (
        select(func.count())
        .where(
            judgements.c.recording_id == recordings.c.id,
            judgements.c.round == recordings.c.round,
            judgements.c.account_id != judge_id,
            judgements.c.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    query = select(recordings.c.round, _is_settled(), n_others).where(recordings.c.id == recording_id)
    row = tx.execute(query).one_or_none()
    return None if row is None else Place(row[0], bool(row[1]), row[2])


def claimed_ids(tx: Connection, seat: Seat) -> list[int]:
    """What lies on this desk, expired claims included, in the order it was laid there."""
    query = (
        select(claims.c.recording_id)
        .where(claims.c.account_id == seat.judge_id, claims.c.sitting == seat.sitting)
        .order_by(claims.c.id)
    )
    return list(tx.execute(query).scalars())


def count_elsewhere(tx: Connection, seat: Seat) -> int:
    """Recordings reserved for this judge in other tabs."""
    return tx.execute(select(func.count()).select_from(claims).where(*_lives_elsewhere(seat))).scalar_one()


def claim(tx: Connection, seat: Seat, recording_ids: Collection[int], expires_at: datetime) -> None:
    """Reserve recordings for this desk; this judge's older claims on them, wherever made, are replaced."""
    if not recording_ids:
        return
    release(tx, seat.judge_id, recording_ids)
    rounds = dict(_rounds(tx, recording_ids))
    rows = [
        {"recording_id": found, "account_id": seat.judge_id, "round": rounds[found]}
        | {"sitting": seat.sitting, "expires_at": expires_at}
        for found in recording_ids
        if found in rounds
    ]
    tx.execute(insert(claims), rows)


def release(tx: Connection, judge_id: int, recording_ids: Collection[int]) -> None:
    """Give up this judge's claims on some recordings."""
    tx.execute(delete(claims).where(claims.c.account_id == judge_id, claims.c.recording_id.in_(recording_ids)))


def release_expired(tx: Connection, seat: Seat) -> None:
    """Clear away what this judge left behind in other tabs."""
    tx.execute(
        delete(claims).where(
            claims.c.account_id == seat.judge_id, claims.c.sitting != seat.sitting, claims.c.expires_at <= seat.at
        )
    )


def take_over(tx: Connection, seat: Seat) -> None:
    """Move everything reserved for this judge in other tabs to this desk."""
    tx.execute(update(claims).where(claims.c.account_id == seat.judge_id).values(sitting=seat.sitting))


def skip(tx: Connection, judge_id: int, recording_id: int, this_round: int, at: datetime) -> None:
    """Put a recording off: it comes last, behind what was put off before."""
    forget_skip(tx, judge_id, recording_id)
    tx.execute(insert(skips).values(recording_id=recording_id, account_id=judge_id, round=this_round, skipped_at=at))


def forget_skip(tx: Connection, judge_id: int, recording_id: int) -> None:
    tx.execute(delete(skips).where(skips.c.account_id == judge_id, skips.c.recording_id == recording_id))


def assignments(tx: Connection, recording_ids: Collection[int]) -> list[Assignment]:
    """All that a judge may know of some recordings, in the order asked for."""
    columns = (
        recordings.c.id,
        recordings.c.round,
        recordings.c.language,
        recordings.c.word,
        recordings.c.duration_s,
    )
    rows = tx.execute(select(*columns).where(recordings.c.id.in_(recording_ids)))
    found = {row.id: Assignment(row.id, row.round, row.language, row.word, row.duration_s) for row in rows}
    return [found[recording_id] for recording_id in recording_ids if recording_id in found]


def _ids(tx: Connection, among: Collection[int] | None, *conditions: ColumnElement[bool]) -> list[int]:
    query = select(recordings.c.id).where(*conditions)
    if among is not None:
        query = query.where(recordings.c.id.in_(among))
    return list(tx.execute(query).scalars())


def _rounds(tx: Connection, recording_ids: Collection[int]) -> list[tuple[int, int]]:
    query = select(recordings.c.id, recordings.c.round).where(recordings.c.id.in_(recording_ids))
    return [(row[0], row[1]) for row in tx.execute(query)]


def _is_open(seat: Seat) -> ColumnElement[bool]:
    in_this_round = and_(
        judgements.c.recording_id == recordings.c.id,
        judgements.c.round == recordings.c.round,
        judgements.c.undone_at.is_(None),
    )
    # an own judgement fills both places: one look at the judgements answers both questions
    weight = case((judgements.c.account_id == seat.judge_id, JUDGEMENTS_PER_RECORDING), else_=1)
    n_judged = select(func.coalesce(func.sum(weight), 0)).where(in_this_round).scalar_subquery()
    n_reserved = (
        select(func.count())
        .where(
            claims.c.recording_id == recordings.c.id,
            claims.c.round == recordings.c.round,
            claims.c.account_id != seat.judge_id,
            claims.c.expires_at > seat.at,
        )
        .scalar_subquery()
    )
    return and_(n_judged + n_reserved < JUDGEMENTS_PER_RECORDING, ~_is_settled())


def _is_settled() -> ColumnElement[bool]:
    return exists().where(
        adjudications.c.recording_id == recordings.c.id,
        adjudications.c.round == recordings.c.round,
        adjudications.c.undone_at.is_(None),
    )


def _is_on_own_desk(seat: Seat) -> ColumnElement[bool]:
    is_here = and_(claims.c.account_id == seat.judge_id, claims.c.sitting == seat.sitting)
    return exists().where(claims.c.recording_id == recordings.c.id, is_here | and_(*_lives_elsewhere(seat)))


def _lives_elsewhere(seat: Seat) -> tuple[ColumnElement[bool], ...]:
    return (
        claims.c.account_id == seat.judge_id,
        claims.c.sitting != seat.sitting,
        claims.c.expires_at > seat.at,
    )


def _is_skipped(seat: Seat) -> ColumnElement[bool]:
    return exists().where(
        skips.c.recording_id == recordings.c.id,
        skips.c.round == recordings.c.round,
        skips.c.account_id == seat.judge_id,
    )
