"""Labels that staff set aside. For staff only.

Such a label is out of force like one that was taken back: it has `undone_at`, so nothing that counts labels in force
counts it. `set_aside_id` tells the two apart and lets it count again; `bars_judge` keeps its recording from its judge.
Repeats and known answers that the judge gave in the period go with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, exists, func, insert, select, update

from core.domain.actor import COMMAND_LINE
from core.domain.set_asides import LabelSetAside, SetAside
from db.schema import accounts, control_answers, judgements, recordings, repeats, set_asides

IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement


def recordings_of(tx: Connection, judge_id: int, begins_at: datetime, ends_at: datetime) -> list[int]:
    """The recordings that this judge's labels in force of a period are of, by number."""
    query = select(judgements.c.recording_id).where(*_in_period(judgements, judge_id, begins_at, ends_at)).distinct()
    return sorted(tx.execute(query).scalars())


def add(
    tx: Connection,
    judge_id: int,
    *,
    account_id: int | None,
    begins_at: datetime,
    ends_at: datetime,
    reason: str,
    is_for_others: bool,
    at: datetime,
) -> tuple[int, int]:
    """Set the labels in force of a period aside; the number of that, and how many labels it is."""
    row: dict[str, object] = {"judge_id": judge_id, "account_id": account_id, "reason": reason, "set_at": at}
    row |= {"begins_at": begins_at, "ends_at": ends_at, "is_for_others": is_for_others}
    set_aside_id = int(tx.execute(insert(set_asides).values(row).returning(set_asides.c.id)).scalar_one())
    marks: dict[str, object] = {"undone_at": at, "set_aside_id": set_aside_id}
    for table in (repeats, control_answers):
        tx.execute(update(table).where(*_in_period(table, judge_id, begins_at, ends_at)).values(marks))
    aside = update(judgements).where(*_in_period(judgements, judge_id, begins_at, ends_at))
    return set_aside_id, tx.execute(aside.values(marks | {"bars_judge": is_for_others})).rowcount


def get(tx: Connection, set_aside_id: int) -> SetAside | None:
    """One, in force or undone."""
    return next(iter(_set_asides(tx, set_asides.c.id == set_aside_id)), None)


def newest(tx: Connection) -> list[SetAside]:
    """All of them, the newest first."""
    return _set_asides(tx)


def labels_of(tx: Connection, set_aside_id: int) -> list[LabelSetAside]:
    """The labels that are still set aside by this, oldest first."""
    other = judgements.alias("other")
    is_same_round = and_(
        other.c.recording_id == judgements.c.recording_id,
        other.c.round == judgements.c.round,
        other.c.undone_at.is_(None),
    )
    n_in_force = select(func.count()).select_from(other).where(is_same_round).scalar_subquery()
    query: Select[int, int, int, int, int, int, bool] = (
        select(
            judgements.c.id,
            judgements.c.recording_id,
            judgements.c.round,
            recordings.c.round,
            recordings.c.wanted,
            n_in_force,
            exists().where(is_same_round, other.c.account_id == judgements.c.account_id),
        )
        .join(recordings, recordings.c.id == judgements.c.recording_id)
        .where(judgements.c.set_aside_id == set_aside_id)
        .order_by(judgements.c.id)
    )
    return [LabelSetAside(*row) for row in tx.execute(query)]


def count_again(tx: Connection, judgement_ids: Sequence[int]) -> None:
    """Put labels that were set aside back in force, and the repeats of them that were set aside with them."""
    for begin in range(0, len(judgement_ids), IDS_AT_ONCE):
        ids = judgement_ids[begin : begin + IDS_AT_ONCE]
        back = {"undone_at": None, "set_aside_id": None}
        tx.execute(update(judgements).where(judgements.c.id.in_(ids)).values(back | {"bars_judge": False}))


def count_repeats_again(tx: Connection, set_aside_id: int) -> None:
    """Put repeats back in force that were set aside with labels, where no other repeat of the same label stands; known
    answers likewise."""
    other = repeats.alias("other")
    stands = exists().where(other.c.judgement_id == repeats.c.judgement_id, other.c.undone_at.is_(None))
    aside = update(repeats).where(repeats.c.set_aside_id == set_aside_id, ~stands)
    tx.execute(aside.values(undone_at=None, set_aside_id=None))
    another = control_answers.alias("another")
    is_same = (another.c.account_id == control_answers.c.account_id) & (
        another.c.recording_id == control_answers.c.recording_id
    )
    is_free = ~exists().where(is_same, another.c.undone_at.is_(None))
    known = update(control_answers).where(control_answers.c.set_aside_id == set_aside_id, is_free)
    tx.execute(known.values(undone_at=None, set_aside_id=None))


def undo(tx: Connection, set_aside_id: int, at: datetime) -> None:
    """Stamp it as undone; the labels are put back by `count_again`."""
    tx.execute(update(set_asides).where(set_asides.c.id == set_aside_id).values(undone_at=at))


def _in_period(table: Table, judge_id: int, begins_at: datetime, ends_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.account_id == judge_id,
        table.c.decided_at >= begins_at,
        table.c.decided_at <= ends_at,
        table.c.undone_at.is_(None),
    )


def _set_asides(tx: Connection, *conditions: ColumnElement[bool]) -> list[SetAside]:
    judge, by = accounts.alias("judge"), accounts.alias("by")
    n_labels = (
        select(func.count()).select_from(judgements).where(judgements.c.set_aside_id == set_asides.c.id)
    ).scalar_subquery()
    query: Select[int, str, datetime, datetime, str, bool, str, datetime, datetime | None, int] = (
        select(
            set_asides.c.id,
            judge.c.name,
            set_asides.c.begins_at,
            set_asides.c.ends_at,
            set_asides.c.reason,
            set_asides.c.is_for_others,
            func.coalesce(by.c.name, COMMAND_LINE.name),
            set_asides.c.set_at,
            set_asides.c.undone_at,
            n_labels,
        )
        .join(judge, judge.c.id == set_asides.c.judge_id)
        .outerjoin(by, by.c.id == set_asides.c.account_id)
        .where(*conditions)
        .order_by(set_asides.c.id.desc())
    )
    return [SetAside(*row) for row in tx.execute(query)]
