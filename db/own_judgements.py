"""A judge's own judgements: every function takes the judge and reads no other judge's rows.

Together with `db.queue`, `db.claims` and `db.repeats` this is all that the desk may read. Other people's labels are in
`db.judgements`, for staff only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, func, insert, literal, select, union_all, update

from core.domain.judgements import NewJudgement, OwnJudgement
from core.domain.labels import Label
from core.domain.selection import SelectionReason
from db.prepared import Prepared
from db.schema import judgements

_Columns: TypeAlias = "tuple[int, int, int, Label, datetime | None, datetime, str | None, int | None]"

_OF_JUDGE = (
    select(
        judgements.c.id,
        judgements.c.recording_id,
        judgements.c.round,
        judgements.c.label,
        judgements.c.undone_at,
        judgements.c.decided_at,
        judgements.c.brought_by,
        judgements.c.set_aside_id,
    )
    .where(judgements.c.account_id == bindparam("account_id"))
    .order_by(judgements.c.decided_at.desc(), judgements.c.id.desc())
    .limit(1)
)
_IN_FORCE = _OF_JUDGE.where(
    judgements.c.recording_id == bindparam("recording_id"),
    judgements.c.round == bindparam("round"),
    judgements.c.undone_at.is_(None),
)
_OF_REQUEST = _OF_JUDGE.where(judgements.c.request_id == bindparam("request_id"))
_NEWEST: Prepared[_Columns] = Prepared(_OF_JUDGE)
_BY_REQUEST: Prepared[_Columns] = Prepared(_OF_REQUEST)
_OF_SESSION: Prepared[_Columns] = Prepared(
    _OF_JUDGE.where(judgements.c.sitting == bindparam("session_id"), judgements.c.undone_at.is_(None))
)
_BEFORE_LABEL: Prepared[tuple[Any, ...]] = Prepared(
    union_all(
        _OF_REQUEST.add_columns(literal(True).label("is_same_request")).subquery().select(),
        _IN_FORCE.add_columns(literal(False).label("is_same_request")).subquery().select(),
    )
)
_COUNTED = (
    select(func.count())
    .select_from(judgements)
    .where(judgements.c.account_id == bindparam("account_id"), judgements.c.undone_at.is_(None))
)
_N: Prepared[tuple[int]] = Prepared(_COUNTED)
_N_SINCE: Prepared[tuple[int]] = Prepared(_COUNTED.where(judgements.c.decided_at >= bindparam("since")))
_ADD: Prepared[tuple[int]] = Prepared(insert(judgements).returning(judgements.c.id))


def columns_of(new: NewJudgement, *, decided_at: datetime) -> dict[str, object]:
    """The columns that judgements and repeats have alike."""
    values = dict(vars(new)) | {"decided_at": decided_at}
    del values["round"]
    return values | {"sitting": values.pop("session_id")}


def add(
    tx: Connection, judge_id: int, new: NewJudgement, *, decided_at: datetime, reason: SelectionReason | None = None
) -> int:
    """The new judgement's id. The database refuses a second one in force of this judge and round.

    reason : why the recording came to the desk; None when that is no longer known.
    """
    values = columns_of(new, decided_at=decided_at) | {"round": new.round, "account_id": judge_id}
    values |= {"origin": "annotate", "brought_by": None if reason is None else str(reason), "bars_judge": False}
    return _ADD.one(tx, values)[0]


def by_request(tx: Connection, judge_id: int, request_id: str) -> OwnJudgement | None:
    """The judgement that this request made, in force or undone."""
    return _first(tx, _BY_REQUEST, account_id=judge_id, request_id=request_id)


def before_label(
    tx: Connection, judge_id: int, request_id: str, recording_id: int, round_: int
) -> tuple[OwnJudgement | None, OwnJudgement | None]:
    """The judgement that this request made, in force or undone, and the one in force of that recording and round."""
    values = {"account_id": judge_id, "request_id": request_id, "recording_id": recording_id, "round": round_}
    own = {is_same_request: _own(row) for *row, is_same_request in _BEFORE_LABEL.rows(tx, values)}
    return own.get(True), own.get(False)


def newest_of_session(tx: Connection, judge_id: int, session_id: str) -> OwnJudgement | None:
    """The newest judgement in force of a desk session."""
    return _first(tx, _OF_SESSION, account_id=judge_id, session_id=session_id)


def undo(tx: Connection, judge_id: int, judgement_id: int, at: datetime) -> None:
    """Take an own judgement out of force; it stays in the table."""
    is_own = (judgements.c.id == judgement_id) & (judgements.c.account_id == judge_id)
    tx.execute(update(judgements).where(is_own).values(undone_at=at))


def last_recording(tx: Connection, judge_id: int) -> int | None:
    """The recording this judge judged last, undone labels included: where the own order goes on."""
    newest = _first(tx, _NEWEST, account_id=judge_id)
    return newest.recording_id if newest else None


def count(tx: Connection, judge_id: int, *, since: datetime | None = None) -> int:
    """Judgements in force of this judge, of all time or since a moment."""
    if since is None:
        return _N.one(tx, {"account_id": judge_id})[0]
    return _N_SINCE.one(tx, {"account_id": judge_id, "since": since})[0]


def _first(
    tx: Connection,
    query: Prepared[_Columns],
    **values: str | int,
) -> OwnJudgement | None:
    row = query.first(tx, values)
    return None if row is None else _own(row)


def _own(row: Sequence[Any]) -> OwnJudgement:
    judgement_id, recording_id, round_, label, undone_at, decided_at, brought_by, set_aside_id = row
    return OwnJudgement(
        id=judgement_id,
        recording_id=recording_id,
        round=round_,
        label=label,
        is_in_force=undone_at is None,
        decided_at=decided_at,
        reason=SelectionReason.of(brought_by),
        is_set_aside=set_aside_id is not None,
    )
