"""Labels of recordings judged twice, for measuring agreement: from figures that are kept. For staff, never for a judge.

Counted are the first two labels of a recording's newest round.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select, union_all

from core.domain.labels import Label
from db import count_aggregates, kept_counts, recording_states
from db.schema import accounts, agreement_children

Counts = tuple[int, ...]
"""How often which two labels were given, row by row: the first judge's are the rows, in the order of `Label`."""


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
    """by_cluster : counts of the recordings of each cluster of children; the lower account is the first judge."""

    by_cluster: list[Counts]
    n_children: int


def slices(tx: Connection) -> dict[SliceKey, SliceLabels]:
    """Every slice that has a recording judged twice."""
    n_children, by_slice = _count_children(tx), defaultdict[count_aggregates.Figures, list[Counts]](list)
    for (*of_slice, _cluster), counts in kept_counts.read(tx, count_aggregates.AGREEMENT).items():
        if any(counts):
            by_slice[tuple(of_slice)].append(counts)
    keys = {of_slice: _key(*of_slice) for of_slice in by_slice}  # far fewer than rows
    return {key: SliceLabels(by_slice[of_slice], n_children[key]) for of_slice, key in keys.items()}


def names(tx: Connection) -> dict[int, str]:
    """The names of all accounts."""
    return dict(tx.execute(select(accounts.c.id, accounts.c.name)).tuples().all())


def of_judge(tx: Connection, judge_id: int) -> list[tuple[date, int, int]]:
    """(day of the own label, child, 3 * own label + the other's, by their places in `Label`) of each recording."""
    states = recording_states.now(tx)
    query = union_all(
        *(
            select(func.date(at), states.c.child_id, 3 * _place(own) + _place(other)).where(
                judge == judge_id, states.c.judge_b.is_not(None)
            )
            for judge, at, own, other in _sides(states)
        )
    )
    return [(day if isinstance(day, date) else date.fromisoformat(day), *rest) for day, *rest in tx.execute(query)]


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
) -> tuple[tuple[ColumnElement[int], ColumnElement[object], ColumnElement[Label], ColumnElement[Label]], ...]:
    """(account, time, own label, other label) of both judges."""
    c = states.c
    return (
        (c.judge_a, c.decided_at_a, c.label_a, c.label_b),
        (c.judge_b, c.decided_at_b, c.label_b, c.label_a),
    )


def _place(label: ColumnElement[Label]) -> ColumnElement[int]:
    return case(*((label == each, place) for place, each in enumerate(Label)))


def _count_children(tx: Connection) -> Counter[SliceKey]:
    of = agreement_children.c
    keys = (of.kind, of.name, of.judge_a, of.judge_b)
    rows = tx.execute(select(*keys, func.count()).where(of.n > 0).group_by(*keys))
    counted = Counter({_key(*row[:4]): row[4] for row in rows})
    if recording_states.has_changed(tx):
        touched = recording_states.children_of_changed()
        before = tx.execute(select(*keys).where(of.n > 0, of.child_id.in_(touched)))
        counted.subtract(_key(*row) for row in before)
        now = kept_counts.read(tx, count_aggregates.AGREEMENT_CHILDREN, lambda of: of.c.child_id.in_(touched))
        counted.update(_key(*key[:4]) for key, (n,) in now.items() if n > 0)
    return counted


def _key(kind: str, name: str, judge_a: int, judge_b: int) -> SliceKey:
    return SliceKey(SliceKind(kind), name, judge_a, judge_b)
