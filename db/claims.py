"""Claims: which recording is reserved for which desk session, until when, and its selection reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, DateTime, Integer, String, bindparam, delete, func, insert, select, update

from core.domain.judgements import DeskSession
from core.domain.selection import SelectionReason
from db.prepared import Prepared
from db.schema import claims, recordings

_IS_MINE = claims.c.account_id == bindparam("judge_id")
_OF_JUDGE: Prepared[tuple[int, SelectionReason, str, datetime]] = Prepared(
    select(claims.c.recording_id, claims.c.brought_by, claims.c.sitting, claims.c.expires_at)
    .where(_IS_MINE)
    .order_by(claims.c.id)
)
_ANY_CLAIMED = (
    select(claims.c.recording_id)
    .where(_IS_MINE, claims.c.recording_id.in_(bindparam("among", expanding=True)))
    .limit(1)
)
_N_ON_DESK: Prepared[tuple[int]] = Prepared(
    select(func.count()).select_from(claims).where(_IS_MINE, claims.c.sitting == bindparam("session_id"))
)
_N_REPEATS: Prepared[tuple[int]] = Prepared(
    select(func.count())
    .select_from(claims)
    .where(_IS_MINE, claims.c.brought_by.in_((SelectionReason.REPEAT, SelectionReason.CONTROL)))
)
_CLAIM: Prepared[tuple[()]] = Prepared(
    insert(claims).from_select(
        ["recording_id", "account_id", "round", "sitting", "brought_by", "expires_at"],
        select(
            recordings.c.id,
            bindparam("judge_id", type_=Integer),
            recordings.c.round,
            bindparam("session_id", type_=String),
            bindparam("reason", type_=claims.c.brought_by.type),
            bindparam("until", type_=DateTime),
        ).where(recordings.c.id == bindparam("claimed_id")),
    )
)
_RENEW: Prepared[tuple[()]] = Prepared(
    update(claims)
    .where(_IS_MINE, claims.c.recording_id.in_(bindparam("renewed", expanding=True)))
    .values(expires_at=bindparam("until"))
)
_REASON = select(claims.c.brought_by).where(
    claims.c.account_id == bindparam("account_id"),
    claims.c.recording_id == bindparam("recording_id"),
    claims.c.round == bindparam("round"),
)
_RELEASE: Prepared[tuple[()]] = Prepared(
    delete(claims).where(_IS_MINE, claims.c.recording_id.in_(bindparam("released", expanding=True)))
)


@dataclass(frozen=True)
class RecordingClaim:
    """A recording that is reserved for a desk session of a judge: why it came, and until when."""

    recording_id: int
    reason: SelectionReason
    session_id: str
    expires_at: datetime


def of_judge(tx: Connection, judge_id: int) -> list[RecordingClaim]:
    """This judge's claims on all desks, expired ones included, in the order in which they were laid there."""
    return [RecordingClaim(*row) for row in _OF_JUDGE.rows(tx, {"judge_id": judge_id})]


def count_on_desk(tx: Connection, desk: DeskSession) -> int:
    """This judge's claims on this desk, expired ones included."""
    return _N_ON_DESK.one(tx, {"judge_id": desk.judge_id, "session_id": desk.session_id})[0]


def selection_reason(tx: Connection, judge_id: int, recording_id: int, round_: int) -> SelectionReason | None:
    """Why a recording came to this judge; None when no claim on it is left."""
    values = {"account_id": judge_id, "recording_id": recording_id, "round": round_}
    return tx.execute(_REASON, values).scalar_one_or_none()


def has_any(tx: Connection, judge_id: int, recording_ids: Collection[int]) -> bool:
    """Whether any of these recordings is reserved for this judge, in whatever tab, expired claims included."""
    values = {"judge_id": judge_id, "among": list(recording_ids)}
    return tx.execute(_ANY_CLAIMED, values).first() is not None


def count_repeats(tx: Connection, judge_id: int) -> int:
    """Repeats and known answers that lie on this judge's desks."""
    return _N_REPEATS.one(tx, {"judge_id": judge_id})[0]


def claim(tx: Connection, desk: DeskSession, reasons: Mapping[int, SelectionReason], expires_at: datetime) -> None:
    """Reserve recordings for this desk, on which this judge has no claim.

    reasons : recording id to why it comes, in the order of the desk.
    """
    if not reasons:
        return
    same = _of(desk) | {"until": expires_at}
    _CLAIM.run_each(tx, [same | {"claimed_id": number, "reason": reason} for number, reason in reasons.items()])


def renew(tx: Connection, desk: DeskSession, recording_ids: Collection[int], expires_at: datetime) -> None:
    """Reserve what lies on this desk for longer; its order stays."""
    if recording_ids:
        _RENEW.run(tx, {"judge_id": desk.judge_id, "renewed": list(recording_ids), "until": expires_at})


def release(tx: Connection, judge_id: int, recording_ids: Collection[int]) -> None:
    """Give up this judge's claims on some recordings."""
    if recording_ids:
        _RELEASE.run(tx, {"judge_id": judge_id, "released": list(recording_ids)})


def take_over(tx: Connection, desk: DeskSession) -> None:
    """Move everything reserved for this judge in other tabs to this desk."""
    tx.execute(update(claims).where(claims.c.account_id == desk.judge_id).values(sitting=desk.session_id))


def _of(desk: DeskSession) -> dict[str, object]:
    return {"judge_id": desk.judge_id, "session_id": desk.session_id}
