"""Which figures are kept, and how each adds up from the states of recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from core.domain.labels import JudgingState, Label
from db.schema import agreement_children, agreement_counts, child_counts, facet_counts, open_counts
from db.schema.counts import LABEL_PAIRS, N_CLUSTERS

OPEN_STATES = (JudgingState.UNJUDGED, JudgingState.ONE_JUDGEMENT, JudgingState.AWAITING_THIRD)
Figures: TypeAlias = "tuple[Any, ...]"


@dataclass(frozen=True)
class Aggregate:
    """A table of figures that add up over recordings.

    count : its rows, computed from rows of `recording_states`
    """

    table: Table
    count: Callable[[FromClause], Select[*tuple[Any, ...]]]

    @property
    def keys(self) -> list[str]:
        return [column.name for column in self.table.primary_key.columns]

    @property
    def figures(self) -> list[str]:
        return [column.name for column in self.table.columns if not column.primary_key]


def _facets(of: FromClause) -> Select[*tuple[Any, ...]]:
    labels = sum(
        (case((of.c[f"n_{label.lower()}"] > 0, 1 << place), else_=0) for place, label in enumerate(Label)),
        start=literal(0, Integer),
    )
    keys = (
        of.c.language,
        of.c.source,
        of.c.is_judged_anew,
        of.c.state,
        func.coalesce(type_coerce(of.c.consensus, String), "").label("consensus"),
        labels.label("labels"),
    )
    return select(*keys, func.count().label("n"), func.sum(of.c.duration_us).label("duration_us")).group_by(*keys)


def _children(of: FromClause) -> Select[*tuple[Any, ...]]:
    labelled = [func.sum(case((of.c.consensus == label, 1), else_=0)).label(f"n_{label.lower()}") for label in Label]
    return select(of.c.child_id, func.count().label("n"), *labelled).group_by(of.c.child_id)


def _open(of: FromClause) -> Select[*tuple[Any, ...]]:
    is_open = of.c.state.in_(OPEN_STATES)
    both = union_all(
        *(
            select(judge.label("account_id"), of.c.language).where(is_open, judge.is_not(None))
            for judge in (of.c.judge_a, of.c.judge_b)
        )
    ).subquery()
    return select(both.c.account_id, both.c.language, func.count().label("n")).group_by(*both.c)


def _kinds(of: FromClause, *columns: ColumnElement[Any]) -> FromClause:
    """Each recording judged twice, once under each kind of `agreement_counts`, with these columns."""
    nobody, no_name = literal(0, Integer), literal("", String)
    kinds = (
        ("all", no_name, nobody, nobody),
        ("pair", no_name, of.c.judge_a, of.c.judge_b),
        ("language", of.c.language, nobody, nobody),
        ("source", of.c.source, nobody, nobody),
    )
    return union_all(
        *(
            select(
                literal(kind, String).label("kind"),
                name.label("name"),
                judge_a.label("judge_a"),
                judge_b.label("judge_b"),
                *columns,
            ).where(of.c.judge_b.is_not(None))
            for kind, name, judge_a, judge_b in kinds
        )
    ).subquery()


def _agreement(of: FromClause) -> Select[*tuple[Any, ...]]:
    each = _kinds(of, (of.c.child_id % N_CLUSTERS).label("cluster"), of.c.label_a, of.c.label_b)
    pairs = [(first, second) for first in Label for second in Label]
    sums = [
        func.sum(case(((each.c.label_a == first) & (each.c.label_b == second), 1), else_=0)).label(name)
        for name, (first, second) in zip(LABEL_PAIRS, pairs, strict=True)
    ]
    keys = (each.c.kind, each.c.name, each.c.judge_a, each.c.judge_b, each.c.cluster)
    return select(*keys, *sums).group_by(*keys)


def _agreement_children(of: FromClause) -> Select[*tuple[Any, ...]]:
    each = _kinds(of, of.c.child_id)
    return select(*each.c, func.count().label("n")).group_by(*each.c)


FACETS = Aggregate(facet_counts, _facets)
CHILDREN = Aggregate(child_counts, _children)
OPEN = Aggregate(open_counts, _open)
AGREEMENT = Aggregate(agreement_counts, _agreement)
AGREEMENT_CHILDREN = Aggregate(agreement_children, _agreement_children)
AGGREGATES = (FACETS, CHILDREN, OPEN, AGREEMENT, AGREEMENT_CHILDREN)
