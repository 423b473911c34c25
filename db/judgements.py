"""What judges said, as staff and learning see it: standing, consensus, imported labels, both opinions.

Nothing here may be asked on behalf of a judge: it returns other people's labels. A judge's own rows are the business of
`db.own_judgements`.

A judgement is in force while `undone_at` is empty. Judging happens in rounds: what counts is the recording's own,
newest round; earlier ones are history.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Subquery, and_, case, func, insert, null, select

from core.errors import Conflict
from core.labels import JUDGEMENTS_PER_RECORDING, Label, Standing
from db.records import Judgement
from db.schema import accounts, adjudications, judgements, recordings

IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement


def standing() -> Subquery:
    """One row a recording, computed anew each time: `recording_id, n_judged, standing, consensus`.

    All judges of the round agree: that label. They differ: none, until staff decide. `core.judging.consensus` says
    the same in Python; a test holds the two together.

    Columns
    -------
    n_judged : int, judgements in force in the recording's newest round.
    standing : a word of `core.labels.Standing`.
    consensus : a word of `core.labels.Label`, or NULL.
    """
    told = (
        select(
            judgements.c.recording_id,
            judgements.c.round,
            func.count().label("n"),
            func.min(judgements.c.label).label("first"),
            func.max(judgements.c.label).label("last"),
        )
        .where(judgements.c.undone_at.is_(None))
        .group_by(judgements.c.recording_id, judgements.c.round)
        .subquery("told")
    )
    n_judged = func.coalesce(told.c.n, 0)
    is_agreed = and_(n_judged >= JUDGEMENTS_PER_RECORDING, told.c.first == told.c.last)
    stands = case(
        (adjudications.c.label.is_not(None), str(Standing.SETTLED)),
        (n_judged == 0, str(Standing.UNJUDGED)),
        (n_judged < JUDGEMENTS_PER_RECORDING, str(Standing.ONE_JUDGEMENT)),
        (is_agreed, str(Standing.AGREED)),
        else_=str(Standing.DISAGREED),
    )
    consensus = case(
        (adjudications.c.label.is_not(None), adjudications.c.label), (is_agreed, told.c.first), else_=null()
    )
    return (
        select(
            recordings.c.id.label("recording_id"),
            n_judged.label("n_judged"),
            stands.label("standing"),
            consensus.label("consensus"),
        )
        .outerjoin(told, and_(told.c.recording_id == recordings.c.id, told.c.round == recordings.c.round))
        .outerjoin(
            adjudications,
            and_(
                adjudications.c.recording_id == recordings.c.id,
                adjudications.c.round == recordings.c.round,
                adjudications.c.undone_at.is_(None),
            ),
        )
        .subquery("standing")
    )


def add_imported(tx: Connection, *, recording_id: int, account_id: int, label: Label, decided_at: datetime) -> bool:
    """A label that a person gave elsewhere, as a judgement in the recording's present round.

    Returns
    -------
    True when it is new. False when this judge's imported label is there already, in whatever round: importing twice
    changes nothing.

    Raises
    ------
    Conflict
        This judge once said something else of it, or two other judgements are in force already.
    """
    before = tx.execute(
        select(judgements.c.label)
        .where(
            judgements.c.recording_id == recording_id,
            judgements.c.account_id == account_id,
            judgements.c.undone_at.is_(None),
        )
        .order_by(judgements.c.id.desc())
    ).scalar()
    if before == label:
        return False
    if before is not None:
        raise Conflict(f"The label {label} was not taken: this judge's earlier label {before} stands.")
    this_round = _lock(tx, recording_id)
    if _count(tx, recording_id, this_round) >= JUDGEMENTS_PER_RECORDING:
        raise Conflict(f"The label {label} was not taken: the recording has its two judgements.")
    tx.execute(
        insert(judgements).values(
            recording_id=recording_id,
            account_id=account_id,
            round=this_round,
            label=str(label),
            decided_at=decided_at,
            origin="import",
        )
    )
    return True


def of_recordings(tx: Connection, recording_ids: Collection[int]) -> dict[int, tuple[Judgement, ...]]:
    """The judgements in force, newest round only, of each recording that has any; in the order they were given."""
    found: dict[int, tuple[Judgement, ...]] = {}
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        query = (
            _in_force()
            .where(recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE]))
            .order_by(judgements.c.recording_id, judgements.c.id)
        )
        for recording_id, rows in groupby(tx.execute(query), key=lambda row: int(row.recording_id)):
            found[recording_id] = tuple(_judgement(row) for row in rows)
    return found


def count_by_standing(tx: Connection) -> dict[Standing, int]:
    """How many recordings stand where; every standing is named, also with 0."""
    now = standing()
    query = select(now.c.standing, func.count()).group_by(now.c.standing)
    counted = {row[0]: row[1] for row in tx.execute(query)}
    return {stands: counted.get(str(stands), 0) for stands in Standing}


def pairs(tx: Connection) -> dict[tuple[str, str], list[tuple[Label, Label]]]:
    """For every two judges, by name, both labels of each recording that both judged in its newest round."""
    other, other_account = judgements.alias("other"), accounts.alias("other_account")
    query = (
        select(accounts.c.name, other_account.c.name, judgements.c.label, other.c.label)
        .join(recordings, _is_newest_round(judgements))
        .join(other, and_(other.c.recording_id == judgements.c.recording_id, other.c.round == judgements.c.round))
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .join(other_account, other_account.c.id == other.c.account_id)
        .where(judgements.c.undone_at.is_(None), other.c.undone_at.is_(None), accounts.c.name < other_account.c.name)
        .order_by(accounts.c.name, other_account.c.name, judgements.c.recording_id)
    )
    found: dict[tuple[str, str], list[tuple[Label, Label]]] = {}
    for name, other_name, label, other_label in tx.execute(query):
        found.setdefault((name, other_name), []).append((Label(label), Label(other_label)))
    return found


def _lock(tx: Connection, recording_id: int) -> int:
    """Hold the recording until the transaction ends (PostgreSQL; SQLite holds everything) and tell its round."""
    query = select(recordings.c.round).where(recordings.c.id == recording_id).with_for_update(key_share=True)
    return tx.execute(query).scalar_one()


def _count(tx: Connection, recording_id: int, this_round: int) -> int:
    query = (
        select(func.count())
        .select_from(judgements)
        .where(
            judgements.c.recording_id == recording_id,
            judgements.c.round == this_round,
            judgements.c.undone_at.is_(None),
        )
    )
    return tx.execute(query).scalar_one()


def _is_newest_round(table: Any) -> ColumnElement[bool]:
    return and_(recordings.c.id == table.c.recording_id, recordings.c.round == table.c.round)


def _in_force() -> Any:
    return (
        select(judgements, accounts.c.name.label("judge"))
        .join(recordings, _is_newest_round(judgements))
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .where(judgements.c.undone_at.is_(None))
    )


def _judgement(row: Row[Any]) -> Judgement:
    return Judgement(
        id=row.id,
        recording_id=row.recording_id,
        judge_id=row.account_id,
        judge=row.judge,
        round=row.round,
        label=Label(row.label),
        decided_at=row.decided_at,
        origin=row.origin,
        seconds_heard=row.seconds_heard,
        replays=row.replays,
        decision_s=row.decision_s,
        flag=row.flag,
        comment=row.comment,
        sitting=row.sitting,
    )
