"""Labels of recordings judged twice, for measuring agreement: from figures that are kept. For staff, never for a judge.

Counted are the first two labels of a recording's newest round.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import reduce

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    String,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from core.domain.labels import Label
from db import count_aggregates, kept_counts, recording_states
from db.schema import accounts, agreement_children
from db.schema.counts import LABEL_PAIRS, N_CLUSTERS

Numbers = npt.NDArray[np.int64]
FIRST_DAY = date(1970, 1, 1)  # is day 0


class SliceKind(StrEnum):
    """By what recordings are told apart."""

    ALL = "all"
    PAIR = "pair"
    LANGUAGE = "language"
    SOURCE = "source"


@dataclass(frozen=True)
class SliceKey:
    """Some recordings: all, those of a language or a source by name, or those of two judges by their accounts."""

    kind: SliceKind
    name: str = ""
    judge_a: int = 0
    judge_b: int = 0


@dataclass(frozen=True)
class SliceLabels:
    """by_cluster : how often which two labels were given [shape=(clusters of children, 3, 3)]; the lower account is the
    first judge, whose labels are the rows."""

    by_cluster: Numbers
    n_children: int


@dataclass(frozen=True)
class JudgedTwice:
    """The recordings that a judge and another have judged [shape of each=(recordings,)].

    days : of the judge's label, since `FIRST_DAY`
    children : by number
    label_pairs : 3 * own label + the other's, by their places in `Label`
    """

    days: Numbers
    children: Numbers
    label_pairs: Numbers


def slices(tx: Connection) -> dict[SliceKey, SliceLabels]:
    """Every slice that has a recording judged twice."""
    n_children, tables = _count_children(tx), defaultdict[SliceKey, Numbers](_no_labels)
    for sign, of in kept_counts.parts(tx, count_aggregates.AGREEMENT):
        keys = (of.c.kind, of.c.name, of.c.judge_a, of.c.judge_b)
        query = select(*keys, _joined(of.c.cluster, *(of.c[name] for name in LABEL_PAIRS))).group_by(*keys)
        for *key, joined in tx.execute(query):
            numbers = _numbers(joined).reshape(-1, 1 + len(LABEL_PAIRS))
            np.add.at(tables[_key(*key)], numbers[:, 0], sign * numbers[:, 1:].reshape(-1, len(Label), len(Label)))
    return {key: SliceLabels(table, n_children[key]) for key, table in tables.items() if table.any()}


def _joined(*columns: ColumnElement[int]) -> ColumnElement[str]:
    """The numbers of all rows in one text: of fifty thousand rows, that halves the time."""
    first, *others = (cast(column, String) for column in columns)
    of_row: ColumnElement[str] = reduce(lambda before, column: before + "," + column, others, first)
    return func.aggregate_strings(of_row, ",")


def _numbers(joined: str | None) -> Numbers:
    return np.fromstring(joined or "", np.int64, sep=",")


def _no_labels() -> Numbers:
    return np.zeros((N_CLUSTERS, len(Label), len(Label)), np.int64)


def names(tx: Connection) -> dict[int, str]:
    """The names of all accounts."""
    return dict(tx.execute(select(accounts.c.id, accounts.c.name)).tuples().all())


def of_judge(tx: Connection, judge_id: int) -> JudgedTwice:
    """What this judge and others have judged, in no order."""
    states = recording_states.now(tx)
    each = union_all(
        *(
            select(
                _day(tx, at).label("day"),
                states.c.child_id.label("child_id"),
                (len(Label) * _place(own) + _place(other)).label("label_pair"),
            ).where(judge == judge_id, states.c.judge_b.is_not(None))
            for judge, at, own, other in _sides(states)
        )
    ).subquery()
    joined = tx.execute(select(_joined(each.c.day, each.c.child_id, each.c.label_pair))).scalar_one()
    return JudgedTwice(*_numbers(joined).reshape(-1, 3).T)


def differing(tx: Connection, judge_id: int, *, limit: int) -> list[int]:
    """Recordings on which the other judge's label differs from this judge's, the newest own label first."""
    states = recording_states.now(tx)
    rows = [
        tuple(row)
        for judge, at, own, other in _sides(states)
        for row in tx.execute(
            select(at, states.c.recording_id)
            .where(judge == judge_id, own != other)
            .order_by(at.desc(), states.c.recording_id.desc())
            .limit(limit)
        )
    ]
    return [recording_id for _, recording_id in sorted(rows, reverse=True)[:limit]]


def _sides(
    states: FromClause,
) -> tuple[tuple[ColumnElement[int], ColumnElement[datetime], ColumnElement[Label], ColumnElement[Label]], ...]:
    """(account, time, own label, other label) of both judges."""
    c = states.c
    return (
        (c.judge_a, c.decided_at_a, c.label_a, c.label_b),
        (c.judge_b, c.decided_at_b, c.label_b, c.label_a),
    )


def _day(tx: Connection, at: ColumnElement[datetime]) -> ColumnElement[int]:
    """The day of a moment, as days since `FIRST_DAY`."""
    if tx.dialect.name == "sqlite":
        return cast(func.julianday(at) - func.julianday(str(FIRST_DAY)), Integer)
    return cast(cast(at, Date) - literal(FIRST_DAY, Date), Integer)


def _place(label: ColumnElement[Label]) -> ColumnElement[int]:
    return case(*((label == each, place) for place, each in enumerate(Label)))


def _count_children(tx: Connection) -> Counter[SliceKey]:
    of = agreement_children.c
    keys = (of.kind, of.name, of.judge_a, of.judge_b)
    rows = tx.execute(select(*keys, func.count()).where(of.n > 0).group_by(*keys))
    counted = Counter({_key(*row[:4]): row[4] for row in rows})
    changed = kept_counts.of_changed_children(tx, count_aggregates.AGREEMENT_CHILDREN)
    counted.subtract(_key(*key[:4]) for key, (n,) in changed.kept.items() if n > 0)
    counted.update(_key(*key[:4]) for key, (n,) in changed.now.items() if n > 0)
    return counted


def _key(kind: str, name: str, judge_a: int, judge_b: int) -> SliceKey:
    return SliceKey(SliceKind(kind), name, judge_a, judge_b)
