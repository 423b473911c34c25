"""Figures that are kept: brought up to date, made anew, compared with a full count, and read.

Triggers note each recording that a transaction changes (`changed_recordings`); that is all a label pays. Later, a few
dozen recordings at a time, `update` takes off what these counted for, computes their states anew and adds what they
count for now. Reading adds the same differences for what is still noted, so that every figure is exact in every
transaction, however far the kept rows are behind. A test holds them equal to a full count on random histories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from db import count_updates
from db import recording_states as states
from db.count_aggregates import AGGREGATES, Aggregate, Figures
from db.prepared import Prepared
from db.schema import (
    changed_recordings,
    recording_states,
    snapshots,
)
from db.schema import count_updates as count_numbers
from db.schema.counts import KEPT, LABEL_PAIRS

AT_ONCE = 30  # changes in one update: with a hundred, a label in twenty waited for 70 ms

_NOTED: Prepared[tuple[int, int]] = Prepared(
    select(changed_recordings.c.id, changed_recordings.c.recording_id)
    .order_by(changed_recordings.c.id)
    .limit(bindparam("at_most", type_=Integer))
)
_COUNTED_IN: Prepared[tuple[()]] = Prepared(
    delete(changed_recordings).where(changed_recordings.c.id.in_(bindparam("counted", expanding=True)))
)


def count_changed(tx: Connection, *, at_most: int) -> int:
    """How many changes are noted and not yet counted in; no more than `at_most` are looked at."""
    some = select(changed_recordings.c.id).limit(at_most).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())


def bring_up_to_date(tx: Connection, *, at_most: int = AT_ONCE) -> int:
    """Count the changes of some recordings in, oldest first; how many changes were noted. 0 when there are none."""
    number = _hold(tx)
    noted = _NOTED.rows(tx, {"at_most": at_most})
    if not noted:
        return 0
    _COUNTED_IN.run(tx, {"counted": [row[0] for row in noted]})
    ids = sorted({row[1] for row in noted})
    for change, values in count_updates.statements(tx.dialect.name).in_order(ids, number):
        change.run(tx, values)
    return len(noted)


def make_ready(tx: Connection) -> None:
    """Put together what `bring_up_to_date` runs: the first time, that takes ten times as long as to run it."""
    _NOTED.make_ready(tx, {"at_most": AT_ONCE})
    _COUNTED_IN.make_ready(tx, {"counted": [0]})
    for change, values in count_updates.statements(tx.dialect.name).in_order([0], number=0):
        change.make_ready(tx, values)


def count_everything_in(tx: Connection) -> None:
    """Bring everything up to date."""
    while bring_up_to_date(tx):
        pass


def rebuild(tx: Connection) -> None:
    """Make everything anew from the recordings, judgements and adjudications that there are."""
    number = _hold(tx)
    tx.execute(delete(changed_recordings))
    tx.execute(count_updates.storing(tx.dialect.name, states.computed()), {"number": number})
    tx.execute(count_updates.removing(recording_states.c.recording_id.is_not(None)))
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
    return bool(tx.execute(select(count_numbers.c.n_updates)).scalar())


def newest_update(tx: Connection) -> int:
    """The number of the newest update that this transaction sees."""
    return int(tx.execute(select(count_numbers.c.n_updates)).scalar_one())


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
    (_, table), *changes = parts(tx, aggregate)
    figures = dict(_rows(tx, aggregate, table, *conditions))
    for sign, of in changes:
        _add(figures, sign, _rows(tx, aggregate, of, *conditions))
    return figures


@dataclass(frozen=True)
class ChangedFigures:
    """Figures by key, as they are kept and as they are in this transaction."""

    kept: Mapping[Figures, Figures]
    now: Mapping[Figures, Figures]


def of_changed_children(tx: Connection, aggregate: Aggregate) -> ChangedFigures:
    """Figures by key and child, of the children whose recordings have changed."""
    (_, table), *changes = parts(tx, aggregate)
    if not changes:
        return ChangedFigures({}, {})
    kept = dict(_rows(tx, aggregate, table, lambda of: of.c.child_id.in_(states.children_of_changed())))
    now = dict(kept)
    for sign, of in changes:
        _add(now, sign, _rows(tx, aggregate, of))
    return ChangedFigures(kept, now)


def _rows(
    tx: Connection, aggregate: Aggregate, of: FromClause, *conditions: Callable[[FromClause], ColumnElement[bool]]
) -> Iterator[tuple[Figures, Figures]]:
    n_keys = len(aggregate.keys)
    columns = [of.c[name] for name in (*aggregate.keys, *aggregate.figures)]
    rows = tx.execute(select(*columns).where(*(condition(of) for condition in conditions))).all()
    return ((row[:n_keys], row[n_keys:]) for row in rows)


def _add(figures: dict[Figures, Figures], sign: int, rows: Iterable[tuple[Figures, Figures]]) -> None:
    for key, changes in rows:
        before = figures.get(key, (0,) * len(changes))
        figures[key] = tuple(old + sign * change for old, change in zip(before, changes, strict=True))


def parts(tx: Connection, aggregate: Aggregate) -> list[tuple[int, FromClause]]:
    """What makes up the figures as they are in this transaction: rows that are added (1) and taken off (-1)."""
    table: FromClause = aggregate.table
    if not states.has_changed(tx):
        return [(1, table)]
    kept = select(*states.STATE).where(recording_states.c.recording_id.in_(states.changed())).subquery("kept")
    anew = states.changed_anew()
    return [(1, table), (-1, aggregate.count(kept).subquery()), (1, aggregate.count(anew).subquery())]


def _hold(tx: Connection) -> int:
    """Be the only one to write kept figures until the transaction ends; the number of this update."""
    new = count_updates.insert_into(tx.dialect.name, count_numbers).values(id=1, n_updates=1)
    raised = new.on_conflict_do_update(index_elements=["id"], set_={"n_updates": count_numbers.c.n_updates + 1})
    return int(tx.execute(raised.returning(count_numbers.c.n_updates)).scalar_one())


def _count_apart(tx: Connection, kept: Select[*tuple[Any, ...]], full: Select[*tuple[Any, ...]]) -> int:
    both = (kept.except_(full), full.except_(kept))
    return sum(int(tx.execute(select(func.count()).select_from(each.subquery())).scalar_one()) for each in both)


def _has_pairs(table: Table) -> ColumnElement[bool]:
    total: ColumnElement[int] = sum((table.c[name] for name in LABEL_PAIRS), start=literal(0, Integer))
    return total != 0
