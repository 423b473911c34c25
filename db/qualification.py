"""Qualification: the recordings that new judges begin with, and each judge's answers to them.

Answers are looked up by the judge's number only. The label of an item is shown to a judge after the own answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from core.domain.judgements import NewJudgement, QualificationItem
from core.domain.labels import Label
from db.recordings import by_ids
from db.schema import qualification_answers as answers
from db.schema import qualification_items as items


@dataclass(frozen=True)
class QualificationAnswer:
    """A judge's label of an item, and the label that was expected then."""

    id: int
    recording_id: int
    label: Label
    expected: Label

    @property
    def is_right(self) -> bool:
        return self.label == self.expected


def add_item(tx: Connection, recording_id: int, label: Label, *, at: datetime) -> None:
    """Make a recording an item, or renew its answer."""
    remove_item(tx, recording_id)
    tx.execute(insert(items).values(recording_id=recording_id, label=label, added_at=at))


def remove_item(tx: Connection, recording_id: int) -> bool:
    """Take a recording out of the items; False when it is none."""
    return tx.execute(delete(items).where(items.c.recording_id == recording_id)).rowcount > 0


def all_items(tx: Connection) -> list[QualificationItem]:
    """Every item, the oldest first."""
    rows = tx.execute(select(items).order_by(items.c.added_at, items.c.recording_id)).all()
    of_items = by_ids(tx, [row.recording_id for row in rows])
    return [QualificationItem(of_items[row.recording_id], row.label, row.added_at) for row in rows]


def item_ids(tx: Connection) -> list[int]:
    """The recordings that are items, by number."""
    return list(tx.execute(select(items.c.recording_id).order_by(items.c.recording_id)).scalars())


def expected(tx: Connection, recording_id: int) -> Label | None:
    """The label of an item; None for other recordings."""
    return tx.execute(select(items.c.label).where(items.c.recording_id == recording_id)).scalar_one_or_none()


def add_answer(tx: Connection, judge_id: int, new: NewJudgement, *, expected: Label, at: datetime) -> int:
    """The new answer's id. `expected`: the label of the item at this moment."""
    values = {"account_id": judge_id, "recording_id": new.recording_id, "label": new.label, "expected": expected}
    row = insert(answers).values(**values, request_id=new.request_id, decided_at=at)
    return int(tx.execute(row.returning(answers.c.id)).scalar_one())


def by_request(tx: Connection, judge_id: int, request_id: str) -> QualificationAnswer | None:
    """The answer that this request made."""
    of_request = _answers(tx, judge_id, request_id=request_id, limit=1)
    return of_request[0] if of_request else None


def newest_answers(tx: Connection, judge_id: int, limit: int) -> Sequence[QualificationAnswer]:
    """This judge's answers, the newest first."""
    return _answers(tx, judge_id, limit=limit)


def last_answered(tx: Connection, judge_id: int) -> dict[int, int]:
    """Recording id to the number of this judge's newest answer to it."""
    query = (
        select(answers.c.recording_id, func.max(answers.c.id))
        .where(answers.c.account_id == judge_id)
        .group_by(answers.c.recording_id)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def _answers(tx: Connection, judge_id: int, *, limit: int, request_id: str | None = None) -> list[QualificationAnswer]:
    query = (
        select(answers.c.id, answers.c.recording_id, answers.c.label, answers.c.expected)
        .where(answers.c.account_id == judge_id)
        .order_by(answers.c.id.desc())
        .limit(limit)
    )
    if request_id is not None:
        query = query.where(answers.c.request_id == request_id)
    return [QualificationAnswer(row[0], row[1], row[2], row[3]) for row in tx.execute(query)]
