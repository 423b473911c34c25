"""A judge's own labels, for this judge's eyes: every function names the judge and finds rows of nobody else.

Together with `db.queue` this is all that a judge's work may ask the database. Other people's labels are the business of
`db.judgements`, which staff ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from core.domain.judgements import OwnJudgement
from core.domain.labels import Label
from db.schema import judgements

_COLUMNS = (
    judgements.c.id,
    judgements.c.recording_id,
    judgements.c.round,
    judgements.c.label,
    judgements.c.undone_at,
    judgements.c.decided_at,
    judgements.c.brought_by,
)

# Asked with every label, so put together once: that takes longer than the database's answer
_NEWEST = (
    select(*_COLUMNS)
    .where(judgements.c.account_id == bindparam("account_id"))
    .order_by(judgements.c.decided_at.desc(), judgements.c.id.desc())
    .limit(1)
)
_BY_REQUEST = _NEWEST.where(judgements.c.request_id == bindparam("request_id"))
_OF_SITTING = _NEWEST.where(judgements.c.sitting == bindparam("sitting"), judgements.c.undone_at.is_(None))
_IN_FORCE = _NEWEST.where(
    judgements.c.recording_id == bindparam("recording_id"),
    judgements.c.round == bindparam("round"),
    judgements.c.undone_at.is_(None),
)
_N = (
    select(func.count())
    .select_from(judgements)
    .where(judgements.c.account_id == bindparam("account_id"), judgements.c.undone_at.is_(None))
)
_N_SINCE = _N.where(judgements.c.decided_at >= bindparam("since"))
_ADD = insert(judgements).returning(judgements.c.id)


@dataclass(frozen=True)
class NewJudgement:
    """A label as it comes from the desk, with how it was heard.

    seconds_heard : seconds of the recording that were heard at least once.
    replays : how often it was played again.
    decision_s : seconds from the first sound to the label.
    protocol_id : the rules of the desk it was given under; None: the built-in ones.
    """

    request_id: str
    sitting: str
    label: Label
    decided_at: datetime
    seconds_heard: float | None = None
    replays: int | None = None
    decision_s: float | None = None
    flag: bool = False
    comment: str = ""
    protocol_id: int | None = None


def add(
    tx: Connection,
    judge_id: int,
    recording_id: int,
    this_round: int,
    given: NewJudgement,
    *,
    brought_by: str | None = None,
) -> int:
    """The new judgement's id. The database refuses a second one in force of this judge and round.

    brought_by : what brought the recording to the desk; None when that is no longer known.
    """
    values = {**vars(given), "label": str(given.label), "origin": "annotate", "brought_by": brought_by}
    values |= {"account_id": judge_id, "recording_id": recording_id, "round": this_round}
    return tx.execute(_ADD, values).scalar_one()


def by_request(tx: Connection, judge_id: int, request_id: str) -> OwnJudgement | None:
    """The judgement that this request made, in force or undone."""
    return _first(tx, _BY_REQUEST, account_id=judge_id, request_id=request_id)


def in_force(tx: Connection, judge_id: int, recording_id: int, this_round: int) -> OwnJudgement | None:
    """What this judge says of a recording in a round."""
    return _first(tx, _IN_FORCE, account_id=judge_id, recording_id=recording_id, round=this_round)


def newest_of_sitting(tx: Connection, judge_id: int, sitting: str) -> OwnJudgement | None:
    """The newest judgement in force that was given in this visit."""
    return _first(tx, _OF_SITTING, account_id=judge_id, sitting=sitting)


def undo(tx: Connection, judge_id: int, judgement_id: int, at: datetime) -> None:
    """Take an own judgement out of force; it stays in the table."""
    tx.execute(
        update(judgements)
        .where(judgements.c.id == judgement_id, judgements.c.account_id == judge_id)
        .values(undone_at=at)
    )


def last_recording(tx: Connection, judge_id: int) -> int | None:
    """The recording this judge judged last, undone labels included: where the own order goes on."""
    newest = _first(tx, _NEWEST, account_id=judge_id)
    return newest.recording_id if newest else None


def count(tx: Connection, judge_id: int, *, since: datetime | None = None) -> int:
    """Judgements in force of this judge, of all time or since a moment."""
    values = {"account_id": judge_id} | ({} if since is None else {"since": since})
    return tx.execute(_N if since is None else _N_SINCE, values).scalar_one()


def _first(tx: Connection, question: Select[Any], **values: Any) -> OwnJudgement | None:
    row = tx.execute(question, values).one_or_none()
    return None if row is None else _own(row)


def _own(row: Any) -> OwnJudgement:
    return OwnJudgement(
        id=row.id,
        recording_id=row.recording_id,
        round=row.round,
        label=Label(row.label),
        is_in_force=row.undone_at is None,
        decided_at=row.decided_at,
        brought_by=row.brought_by,
    )
