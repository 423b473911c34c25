"""A judge's own labels, for this judge's eyes: every function names the judge and finds rows of nobody else.

Together with `db.queue` this is all that a judge's work may ask the database. Other people's labels are the business of
`db.judgements`, which staff ask.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from core.labels import Label
from db.records import OwnJudgement
from db.schema import judgements

_COLUMNS = (judgements.c.id, judgements.c.recording_id, judgements.c.round, judgements.c.label, judgements.c.undone_at)


@dataclass(frozen=True)
class Given:
    """A label as it comes from the desk, with how it was heard.

    seconds_heard : seconds of the recording that were heard at least once.
    replays : how often it was played again.
    decision_s : seconds from the first sound to the label.
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


def add(tx: Connection, judge_id: int, recording_id: int, this_round: int, given: Given) -> int:
    """The new judgement's id. The database refuses a second one in force of this judge and round."""
    values = {**asdict(given), "label": str(given.label), "origin": "annotate"}
    row = insert(judgements).values(account_id=judge_id, recording_id=recording_id, round=this_round, **values)
    return tx.execute(row.returning(judgements.c.id)).scalar_one()


def by_request(tx: Connection, judge_id: int, request_id: str) -> OwnJudgement | None:
    """The judgement that this request made, in force or undone."""
    return _first(tx, judge_id, judgements.c.request_id == request_id)


def in_force(tx: Connection, judge_id: int, recording_id: int, this_round: int) -> OwnJudgement | None:
    """What this judge says of a recording in a round."""
    return _first(
        tx,
        judge_id,
        judgements.c.recording_id == recording_id,
        judgements.c.round == this_round,
        judgements.c.undone_at.is_(None),
    )


def newest_of_sitting(tx: Connection, judge_id: int, sitting: str) -> OwnJudgement | None:
    """The newest judgement in force that was given in this visit."""
    return _first(tx, judge_id, judgements.c.sitting == sitting, judgements.c.undone_at.is_(None))


def undo(tx: Connection, judge_id: int, judgement_id: int, at: datetime) -> None:
    """Take an own judgement out of force; it stays in the table."""
    tx.execute(
        update(judgements)
        .where(judgements.c.id == judgement_id, judgements.c.account_id == judge_id)
        .values(undone_at=at)
    )


def last_recording(tx: Connection, judge_id: int) -> int | None:
    """The recording this judge judged last, undone labels included: where the own order goes on."""
    newest = _first(tx, judge_id)
    return newest.recording_id if newest else None


def count(tx: Connection, judge_id: int, *, since: datetime | None = None) -> int:
    """Judgements in force of this judge, of all time or since a moment."""
    query = (
        select(func.count())
        .select_from(judgements)
        .where(judgements.c.account_id == judge_id, judgements.c.undone_at.is_(None))
    )
    if since is not None:
        query = query.where(judgements.c.decided_at >= since)
    return tx.execute(query).scalar_one()


def _first(tx: Connection, judge_id: int, *conditions: ColumnElement[bool]) -> OwnJudgement | None:
    query = (
        select(*_COLUMNS)
        .where(judgements.c.account_id == judge_id, *conditions)
        .order_by(judgements.c.decided_at.desc(), judgements.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _own(row)


def _own(row: Any) -> OwnJudgement:
    return OwnJudgement(row.id, row.recording_id, row.round, Label(row.label), row.undone_at is None)
