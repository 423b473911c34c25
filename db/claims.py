"""Claims: what lies on which judge's desk, in which tab, until when, and what brought it there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Integer, String, bindparam, delete, func, insert, select, update

from db.queue import REPEAT, DeskSession
from db.schema import claims, recordings

# Asked with every desk, so put together once: that takes longer than the database's answer
_IS_MINE = claims.c.account_id == bindparam("judge_id")
_CLAIMED = (
    select(claims.c.recording_id, claims.c.brought_by)
    .where(_IS_MINE, claims.c.sitting == bindparam("own_sitting"))
    .order_by(claims.c.id)
)
_N_REPEATS = select(func.count()).select_from(claims).where(_IS_MINE, claims.c.brought_by == REPEAT)
_N_ELSEWHERE = (
    select(func.count())
    .select_from(claims)
    .where(_IS_MINE, claims.c.sitting != bindparam("own_sitting"), claims.c.expires_at > bindparam("at"))
)
_CLAIM = insert(claims).from_select(
    ["recording_id", "account_id", "round", "sitting", "brought_by", "expires_at"],
    select(
        recordings.c.id,
        bindparam("judge_id", type_=Integer),
        recordings.c.round,
        bindparam("own_sitting", type_=String),
        bindparam("by", type_=String),
        bindparam("until", type_=DateTime),
    ).where(recordings.c.id == bindparam("claimed_id")),
)
_RENEW = (
    update(claims)
    .where(_IS_MINE, claims.c.recording_id.in_(bindparam("kept", expanding=True)))
    .values(expires_at=bindparam("until"))
)
_RELEASE_EXPIRED = delete(claims).where(
    _IS_MINE, claims.c.sitting != bindparam("own_sitting"), claims.c.expires_at <= bindparam("at")
)
_BROUGHT_BY = select(claims.c.brought_by).where(
    claims.c.account_id == bindparam("account_id"),
    claims.c.recording_id == bindparam("recording_id"),
    claims.c.round == bindparam("round"),
)
_RELEASE = delete(claims).where(_IS_MINE, claims.c.recording_id.in_(bindparam("released", expanding=True)))


def claimed(tx: Connection, seat: DeskSession) -> dict[int, str]:
    """What lies on this desk and what brought it, expired claims included, in the order it was laid there."""
    return {row[0]: row[1] for row in tx.execute(_CLAIMED, _of(seat))}


def brought_by(tx: Connection, judge_id: int, recording_id: int, this_round: int) -> str | None:
    """What brought a recording to this judge; None when no claim on it is left."""
    values = {"account_id": judge_id, "recording_id": recording_id, "round": this_round}
    return tx.execute(_BROUGHT_BY, values).scalar_one_or_none()


def count_repeats(tx: Connection, judge_id: int) -> int:
    """Repeats that lie on this judge's desks."""
    return tx.execute(_N_REPEATS, {"judge_id": judge_id}).scalar_one()


def count_elsewhere(tx: Connection, seat: DeskSession) -> int:
    """Recordings reserved for this judge in other tabs."""
    return tx.execute(_N_ELSEWHERE, _of(seat) | {"at": seat.at}).scalar_one()


def claim(tx: Connection, seat: DeskSession, brought: Mapping[int, str], expires_at: datetime) -> None:
    """Reserve recordings for this desk; this judge's older claims on them, wherever made, are replaced.

    brought : recording id to what brought it, in the order of the desk.
    """
    if not brought:
        return
    release(tx, seat.judge_id, brought)
    same = _of(seat) | {"until": expires_at}
    tx.execute(_CLAIM, [same | {"claimed_id": found, "by": by} for found, by in brought.items()])


def renew(tx: Connection, seat: DeskSession, recording_ids: Collection[int], expires_at: datetime) -> None:
    """Keep what lies on this desk reserved for longer; its order stays."""
    if recording_ids:
        tx.execute(_RENEW, {"judge_id": seat.judge_id, "kept": list(recording_ids), "until": expires_at})


def release(tx: Connection, judge_id: int, recording_ids: Collection[int]) -> None:
    """Give up this judge's claims on some recordings."""
    if not recording_ids:
        return
    tx.execute(_RELEASE, {"judge_id": judge_id, "released": list(recording_ids)})


def release_expired(tx: Connection, seat: DeskSession) -> None:
    """Clear away what this judge left behind in other tabs."""
    tx.execute(_RELEASE_EXPIRED, _of(seat) | {"at": seat.at})


def take_over(tx: Connection, seat: DeskSession) -> None:
    """Move everything reserved for this judge in other tabs to this desk."""
    tx.execute(update(claims).where(claims.c.account_id == seat.judge_id).values(sitting=seat.sitting))


def _of(seat: DeskSession) -> dict[str, Any]:
    return {"judge_id": seat.judge_id, "own_sitting": seat.sitting}
