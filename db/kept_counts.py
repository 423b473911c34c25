"""Figures that are kept: brought up to date, made anew, compared with a full count, and read.

Triggers note each recording that a transaction changes (`changed_recordings`); that is all a label pays. Later, a few
hundred recordings at a time, `update` takes off what these counted for, computes their states anew and adds what they
count for now. Reading adds the same differences for what is still noted, so that every figure is exact in every
transaction, however far the kept rows are behind. A test holds them equal to a full count on random histories.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.labels import JudgingState, Label
from db import recording_states as states
from db.schema import (
    agreement_children,
    agreement_counts,
    changed_recordings,
    child_counts,
    count_updates,
    facet_counts,
    open_counts,
    recording_states,
    recordings,
    snapshots,
)
from db.schema.counts import KEPT, LABEL_PAIRS, N_CLUSTERS

OPEN_STATES = (JudgingState.UNJUDGED, JudgingState.ONE_JUDGEMENT, JudgingState.AWAITING_THIRD)
AT_ONCE = 100  # changes in one update: some 10 ms in which nobody else writes

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


def count_changed(tx: Connection, *, at_most: int) -> int:
    """How many changes are noted and not yet counted in; no more than `at_most` are looked at."""
    some = select(changed_recordings.c.id).limit(at_most).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())


def bring_up_to_date(tx: Connection, *, at_most: int = AT_ONCE) -> int:
    """Count the changes of some recordings in, oldest first; how many changes were noted. 0 when there are none."""
    number = _hold(tx)
    query = select(changed_recordings.c.id, changed_recordings.c.recording_id).order_by(changed_recordings.c.id)
    noted = tx.execute(query.limit(at_most)).all()
    if not noted:
        return 0
    tx.execute(delete(changed_recordings).where(changed_recordings.c.id.in_([row[0] for row in noted])))
    meant = {"ids": sorted({row[1] for row in noted})}
    statements = _statements(tx.dialect.name)
    for taking_off in statements.take_off:
        tx.execute(taking_off, meant)
    tx.execute(statements.store, meant | {"number": number})
    tx.execute(statements.remove, meant)
    for adding in statements.add:
        tx.execute(adding, meant)
    for aggregate in (CHILDREN, AGREEMENT_CHILDREN, FACETS):
        tx.execute(delete(aggregate.table).where(aggregate.table.c.n == 0))
    return len(noted)


@dataclass(frozen=True)
class _Statements:
    """What counts the recordings `ids` in, under the number `number`. To put these together takes longer than to run
    them."""

    take_off: tuple[Executable, ...]
    store: Executable
    remove: Executable
    add: tuple[Executable, ...]


@cache
def _statements(dialect: str) -> _Statements:
    ids: BindParameter[int] = bindparam("ids", type_=Integer, expanding=True)
    are_meant = recording_states.c.recording_id.in_(ids)
    kept = select(*states.STATE).where(are_meant).subquery("kept")
    return _Statements(
        tuple(_adding(dialect, aggregate, kept, -1) for aggregate in AGGREGATES),
        _storing(dialect, states.computed(ids)),
        _removing(are_meant),
        tuple(_adding(dialect, aggregate, kept, 1) for aggregate in AGGREGATES),
    )


def count_everything_in(tx: Connection) -> None:
    """Bring everything up to date."""
    while bring_up_to_date(tx):
        pass


def rebuild(tx: Connection) -> None:
    """Make everything anew from the recordings, judgements and adjudications that there are."""
    number = _hold(tx)
    tx.execute(delete(changed_recordings))
    tx.execute(_storing(tx.dialect.name, states.computed()), {"number": number})
    tx.execute(_removing(recording_states.c.recording_id.is_not(None)))
    for aggregate in AGGREGATES:
        tx.execute(delete(aggregate.table))
        names = [*aggregate.keys, *aggregate.figures]
        tx.execute(insert(aggregate.table).from_select(names, aggregate.count(recording_states)))


def begin_anew(tx: Connection) -> None:
    """Make everything where nothing is kept yet, or what is kept is of other rows, as after a restore."""
    for table in KEPT:
        tx.execute(delete(table))
    rebuild(tx)
    tx.execute(update(snapshots).values(n_updates=None))  # of another count


def is_kept(tx: Connection) -> bool:
    """Whether anything was ever counted; not so after the migration that brought these tables."""
    return bool(tx.execute(select(count_updates.c.n_updates)).scalar())


def newest_update(tx: Connection) -> int:
    """The number of the newest update that this transaction sees."""
    return int(tx.execute(select(count_updates.c.n_updates)).scalar_one())


def differences(tx: Connection) -> dict[str, int]:
    """How many kept rows differ from a full count, by table; tables that agree are left out. Writing transaction: what
    is noted is counted in first."""
    count_everything_in(tx)
    anew = states.computed().subquery("anew")
    queries = {recording_states.name: (select(*states.STATE), select(anew))}
    for aggregate in AGGREGATES:
        names = [*aggregate.keys, *aggregate.figures]
        counted, table = aggregate.count(anew).subquery(), aggregate.table
        has_any = table.c[aggregate.figures[0]] != 0 if len(aggregate.figures) < len(LABEL_PAIRS) else _has_pairs(table)
        queries[table.name] = (
            select(*(table.c[name] for name in names)).where(has_any),
            select(*(counted.c[name] for name in names)),
        )
    differing = {name: _count_apart(tx, kept, full) for name, (kept, full) in queries.items()}
    return {name: n for name, n in differing.items() if n}


def read(
    tx: Connection, aggregate: Aggregate, *conditions: Callable[[FromClause], ColumnElement[bool]]
) -> Mapping[Figures, Figures]:
    """Figures by key, as they are in this transaction; what is 0 throughout may be among them."""
    names = [*aggregate.keys, *aggregate.figures]
    n_keys = len(aggregate.keys)

    def rows(of: FromClause) -> Sequence[Figures]:
        query = select(*(of.c[name] for name in names)).where(*(condition(of) for condition in conditions))
        return [tuple(row) for row in tx.execute(query)]

    figures = {row[:n_keys]: row[n_keys:] for row in rows(aggregate.table)}
    if states.has_changed(tx):
        kept = select(*states.STATE).where(recording_states.c.recording_id.in_(states.changed())).subquery("kept")
        anew = states.computed(states.changed()).subquery("anew")
        for sign, of in ((-1, kept), (1, anew)):
            for row in rows(aggregate.count(of).subquery()):
                before = figures.get(row[:n_keys], (0,) * len(aggregate.figures))
                figures[row[:n_keys]] = tuple(
                    old + sign * change for old, change in zip(before, row[n_keys:], strict=True)
                )
    return figures


def _hold(tx: Connection) -> int:
    """Be the only one to write kept figures until the transaction ends; the number of this update."""
    new = _insert(tx.dialect.name, count_updates).values(id=1, n_updates=1)
    raised = new.on_conflict_do_update(index_elements=["id"], set_={"n_updates": count_updates.c.n_updates + 1})
    return int(tx.execute(raised.returning(count_updates.c.n_updates)).scalar_one())


def _storing(dialect: str, computed: Select[*tuple[Any, ...]]) -> Executable:
    """Write states in place of those that are kept, under the number `number`."""
    names = [column.name for column in states.STATE]
    rows = computed.subquery("rows")
    query = select(*(rows.c[name] for name in names), bindparam("number", type_=Integer)).where(literal(1) == 1)
    new = _insert(dialect, recording_states).from_select([*names, "label_changed"], query)
    is_another = recording_states.c.consensus.is_distinct_from(new.excluded.consensus)
    values = {name: new.excluded[name] for name in names[1:]}
    values["label_changed"] = case((is_another, new.excluded.label_changed), else_=states.LABEL_CHANGED)
    statement: Executable = new.on_conflict_do_update(index_elements=["recording_id"], set_=values)
    return statement


def _removing(are_meant: ColumnElement[bool]) -> Executable:
    """Remove what is kept of recordings that are gone."""
    is_there = select(recordings.c.id).where(recordings.c.id == recording_states.c.recording_id).exists()
    return delete(recording_states).where(are_meant, ~is_there)


def _adding(dialect: str, aggregate: Aggregate, of: FromClause, sign: int) -> Executable:
    """Add what these recordings count for, or take it off. Rows are written in the order of their keys."""
    table, counted = aggregate.table, aggregate.count(of).subquery()
    keys = [counted.c[name] for name in aggregate.keys]
    figures = [(sign * counted.c[name]).label(name) for name in aggregate.figures]
    query = select(*keys, *figures).where(literal(1) == 1)
    new = _insert(dialect, table).from_select([*aggregate.keys, *aggregate.figures], query)
    values = {name: table.c[name] + new.excluded[name] for name in aggregate.figures}
    statement: Executable = new.on_conflict_do_update(index_elements=aggregate.keys, set_=values)
    return statement


def _insert(dialect: str, table: Table) -> Any:
    """INSERT with ON CONFLICT, which each database has in its own dialect of SQLAlchemy."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _count_apart(tx: Connection, kept: Select[*tuple[Any, ...]], full: Select[*tuple[Any, ...]]) -> int:
    both = (kept.except_(full), full.except_(kept))
    return sum(int(tx.execute(select(func.count()).select_from(each.subquery())).scalar_one()) for each in both)


def _has_pairs(table: Table) -> ColumnElement[bool]:
    total: ColumnElement[int] = sum((table.c[name] for name in LABEL_PAIRS), start=literal(0, Integer))
    return total != 0
