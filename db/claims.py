"""Claims: what lies on which judge's desk, in which tab, until when, and what brought it there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from db.queue import REPEAT, Seat, lives_elsewhere
from db.schema import claims, recordings

_BROUGHT_BY = select(claims.c.brought_by).where(
    claims.c.account_id == bindparam("account_id"),
    claims.c.recording_id == bindparam("recording_id"),
    claims.c.round == bindparam("round"),
)
_RELEASE = delete(claims).where(
    claims.c.account_id == bindparam("judge_id"), claims.c.recording_id.in_(bindparam("released", expanding=True))
)


def claimed(tx: Connection, seat: Seat) -> dict[int, str]:
    """What lies on this desk and what brought it, expired claims included, in the order it was laid there."""
    query = (
        select(claims.c.recording_id, claims.c.brought_by)
        .where(claims.c.account_id == seat.judge_id, claims.c.sitting == seat.sitting)
        .order_by(claims.c.id)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def brought_by(tx: Connection, judge_id: int, recording_id: int, this_round: int) -> str | None:
    """What brought a recording to this judge; None when no claim on it is left."""
    values = {"account_id": judge_id, "recording_id": recording_id, "round": this_round}
    return tx.execute(_BROUGHT_BY, values).scalar_one_or_none()


def count_repeats(tx: Connection, judge_id: int) -> int:
    """Repeats that lie on this judge's desks."""
    mine = and_(claims.c.account_id == judge_id, claims.c.brought_by == REPEAT)
    return tx.execute(select(func.count()).select_from(claims).where(mine)).scalar_one()


def count_elsewhere(tx: Connection, seat: Seat) -> int:
    """Recordings reserved for this judge in other tabs."""
    return tx.execute(select(func.count()).select_from(claims).where(*lives_elsewhere(seat))).scalar_one()


def claim(tx: Connection, seat: Seat, brought: Mapping[int, str], expires_at: datetime) -> None:
    """Reserve recordings for this desk; this judge's older claims on them, wherever made, are replaced.

    brought : recording id to what brought it, in the order of the desk.
    """
    if not brought:
        return
    release(tx, seat.judge_id, brought)
    rounds = dict(_rounds(tx, brought))
    rows = [
        {"recording_id": found, "account_id": seat.judge_id, "round": rounds[found]}
        | {"sitting": seat.sitting, "brought_by": by, "expires_at": expires_at}
        for found, by in brought.items()
        if found in rounds
    ]
    tx.execute(insert(claims), rows)


def renew(tx: Connection, seat: Seat, recording_ids: Collection[int], expires_at: datetime) -> None:
    """Keep what lies on this desk reserved for longer; its order stays."""
    if recording_ids:
        mine = and_(claims.c.account_id == seat.judge_id, claims.c.recording_id.in_(recording_ids))
        tx.execute(update(claims).where(mine).values(expires_at=expires_at))


def release(tx: Connection, judge_id: int, recording_ids: Collection[int]) -> None:
    """Give up this judge's claims on some recordings."""
    if not recording_ids:
        return
    tx.execute(_RELEASE, {"judge_id": judge_id, "released": list(recording_ids)})


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


def _rounds(tx: Connection, recording_ids: Collection[int]) -> list[tuple[int, int]]:
    query = select(recordings.c.id, recordings.c.round).where(recordings.c.id.in_(recording_ids))
    return [(row[0], row[1]) for row in tx.execute(query)]
