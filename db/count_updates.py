"""The statements that bring kept figures up to date. To put them together takes longer than to run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    bindparam,
    case,
    delete,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase

from db import recording_states as states
from db.count_aggregates import AGGREGATES, AGREEMENT_CHILDREN, CHILDREN, FACETS, Aggregate
from db.driver_statements import Values
from db.prepared import Prepared
from db.schema import recording_states, recordings

Change: TypeAlias = "Prepared[tuple[()]]"


@dataclass(frozen=True)
class UpdateStatements:
    """What counts the recordings `ids` in, under the number `number`, in this order; then what counts nothing goes."""

    take_off: tuple[Change, ...]
    store: Change
    remove: Change
    add: tuple[Change, ...]
    forget_empty: tuple[Change, ...]

    def in_order(self, ids: Sequence[int], number: int) -> list[tuple[Change, Values]]:
        """Each with its values."""
        meant: Values = {"ids": ids}
        return [
            *((change, meant) for change in self.take_off),
            (self.store, {"ids": ids, "number": number}),
            (self.remove, meant),
            *((change, meant) for change in self.add),
            *((change, {}) for change in self.forget_empty),
        ]


@cache
def statements(dialect: str) -> UpdateStatements:
    """The statements for a kind of database."""
    ids: BindParameter[int] = bindparam("ids", type_=Integer, expanding=True)
    are_meant = recording_states.c.recording_id.in_(ids)
    kept = select(*states.STATE).where(are_meant).subquery("kept")
    return UpdateStatements(
        tuple(Prepared(_adding(dialect, aggregate, kept, -1)) for aggregate in AGGREGATES),
        Prepared(storing(dialect, states.computed(ids))),
        Prepared(removing(are_meant)),
        tuple(Prepared(_adding(dialect, aggregate, kept, 1)) for aggregate in AGGREGATES),
        tuple(
            Prepared(delete(aggregate.table).where(aggregate.table.c.n == 0))
            for aggregate in (CHILDREN, AGREEMENT_CHILDREN, FACETS)
        ),
    )


def storing(dialect: str, computed: Select[*tuple[Any, ...]]) -> UpdateBase:
    """Write states in place of those that are kept, under the number `number`."""
    names = [column.name for column in states.STATE]
    rows = computed.subquery("rows")
    query = select(*(rows.c[name] for name in names), bindparam("number", type_=Integer)).where(literal(1) == 1)
    new = insert_into(dialect, recording_states).from_select([*names, "label_changed"], query)
    is_another = recording_states.c.consensus.is_distinct_from(new.excluded.consensus)
    values = {name: new.excluded[name] for name in names[1:]}
    values["label_changed"] = case((is_another, new.excluded.label_changed), else_=states.LABEL_CHANGED)
    statement: UpdateBase = new.on_conflict_do_update(index_elements=["recording_id"], set_=values)
    return statement


def removing(are_meant: ColumnElement[bool]) -> UpdateBase:
    """Remove what is kept of recordings that are gone."""
    is_there = select(recordings.c.id).where(recordings.c.id == recording_states.c.recording_id).exists()
    return delete(recording_states).where(are_meant, ~is_there)


def _adding(dialect: str, aggregate: Aggregate, of: FromClause, sign: int) -> UpdateBase:
    """Add what these recordings count for, or take it off. Rows are written in the order of their keys."""
    table, counted = aggregate.table, aggregate.count(of).subquery()
    keys = [counted.c[name] for name in aggregate.keys]
    figures = [(sign * counted.c[name]).label(name) for name in aggregate.figures]
    query = select(*keys, *figures).where(literal(1) == 1)
    new = insert_into(dialect, table).from_select([*aggregate.keys, *aggregate.figures], query)
    values = {name: table.c[name] + new.excluded[name] for name in aggregate.figures}
    statement: UpdateBase = new.on_conflict_do_update(index_elements=aggregate.keys, set_=values)
    return statement


def insert_into(dialect: str, table: Table) -> Any:
    """INSERT with ON CONFLICT, which each database has in its own dialect of SQLAlchemy."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
