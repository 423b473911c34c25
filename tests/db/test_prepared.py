"""Prepared statements read and change the same as on SQLAlchemy's own way, and are seen by whoever listens."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

import db
from core.domain.labels import Label
from core.domain.selection import SelectionReason
from core.workflows.annotation import judge_desk
from db import count_updates, engines, kept_counts, queue, revisions, session
from db.count_aggregates import AGGREGATES
from db.driver_statements import DriverStatement
from db.prepared import Prepared
from db.schema import children, claims, desk_recordings, judgements, recording_states
from db.schema import revisions as revision_table
from db.sqlite_statements import MOST_ELEMENTS
from tests.annotation.people import add_recordings, give, people

pytestmark = pytest.mark.usefixtures("any_database")

AnyPrepared = Prepared[Any]
ADDING = "db.own_judgements._ADD"  # wants every column
CHANGED = (judgements, claims, desk_recordings, revision_table, recording_states, *(each.table for each in AGGREGATES))


def prepared_statements(dialect: str) -> dict[str, AnyPrepared]:
    """Every statement of `db` that is prepared for a kind of database, by its name."""
    modules = [import_module(f"db.{module.name}") for module in pkgutil.iter_modules(db.__path__)]
    named = {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Prepared)
    }
    for kind in queue._Query:
        for has_among in (True, False):
            query = queue._query(kind, has_languages=has_among, has_among=has_among)
            named[f"queue {kind.value} {has_among}"] = query
    counting = count_updates.statements(dialect)
    all_counting = (
        *counting.take_off,
        counting.store,
        counting.remove,
        *counting.add,
        *counting.forget_empty,
    )
    named |= {f"counting in {number}": each for number, each in enumerate(all_counting)}
    return {name: value for name, value in named.items() if name != ADDING} | {
        "queue labelling state": queue._labelling_state()
    }


class Undone(Exception):
    """Nothing of it shall stay."""


@pytest.fixture
def values() -> dict[str, object]:
    """What the statements ask with: of a judge who has judged, and of recordings that lie on the own desk."""
    anna, bert = people("anna", "bert")
    ids = add_recordings(6)
    give(anna, ids[0], request="first")
    give(bert, ids[1], Label.NOISE)
    judge_desk.next_assignments(anna, session_id="tab", count=3)
    now = session.now()
    same = {"account_id": anna.id, "judge_id": anna.id, "session_id": "tab", "own_sitting": "tab", "sitting": "tab"}
    same |= dict.fromkeys(("recording_id", "laid_id", "heard_id", "claimed_id"), ids[0])
    same |= (
        {"at_most": 2, "counted": [1, 2]}
        | dict.fromkeys(("among", "released", "renewed", "ids"), ids[1:])
        | {"round": 1, "laid_round": 1, "limit": 4, "number": 9}
    )
    same |= {"at": now, "since": now - timedelta(hours=1), "until": now, "languages": ["", "en"]}
    return same | {"request_id": "first", "name": "judgements", "token": "another", "reason": SelectionReason.RANDOM}


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every statement inside the block; prepared ones go SQLAlchemy's way meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    for engine in set(engines.engines()):
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in set(engines.engines()):
        event.remove(engine, "before_cursor_execute", note)


def effect(statement: AnyPrepared, values: dict[str, object]) -> list[object]:
    """What a statement gives and leaves behind; it is rolled back."""
    seen: list[object] = []
    with suppress(Undone), session.writing() as tx:
        names = statement.statement.compile(dialect=tx.dialect).params
        own = {name: value for name, value in values.items() if name in names}
        seen += statement.rows(tx, own) if statement.statement.is_select else [statement.run(tx, own)]
        for table in CHANGED:
            columns = [column for column in table.c if column.name != "id"]  # PostgreSQL's numbers count on in any case
            seen.append(sorted(repr(row) for row in tx.execute(select(*columns))))
        raise Undone
    return seen


@pytest.mark.parametrize("name", sorted(prepared_statements("sqlite")))
def test_a_prepared_statement_does_the_same_as_on_sqlalchemys_way(name: str, values: dict[str, object]) -> None:
    statement = prepared_statements(engines.engine().dialect.name)[name]
    past = effect(statement, values)
    with listening() as seen:
        usual = effect(statement, values)
    assert [repr(each) for each in past] == [repr(each) for each in usual]
    assert len(seen) > len(CHANGED)


def test_a_label_is_stored_the_same_both_ways() -> None:
    (anna,) = people("anna")
    first, second = add_recordings(2)
    give(anna, first, Label.NOISE, request="first")
    with listening():
        give(anna, second, Label.NOISE, request="second")
    with session.reading() as tx:
        both = tx.execute(select(judgements).order_by(judgements.c.id)).mappings().all()
    alike = set(both[0]) - {"id", "recording_id", "request_id", "decided_at"}
    assert {name: both[0][name] for name in alike} == {name: both[1][name] for name in alike}


LABEL_OF: Prepared[tuple[Label]] = Prepared(
    select(judgements.c.label).where(judgements.c.id.in_(bindparam("among", expanding=True))).order_by(judgements.c.id)
)


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5, MOST_ELEMENTS, MOST_ELEMENTS + 1])
def test_lists_of_every_length_are_compared_with(length: int) -> None:
    (anna,) = people("anna")
    for recording_id in add_recordings(4):
        give(anna, recording_id, request=f"{recording_id}")
    with session.reading() as tx:
        assert len(LABEL_OF.rows(tx, {"among": range(1, length + 1)})) == min(length, 4)


def test_nobody_waits_while_statements_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept figures are counted in while others wait, with as many changes as there are."""
    count_updates.statements.cache_clear()
    (anna,) = people("anna")
    ids = add_recordings(9)
    put_together: list[str] = []
    compile_, bring_up_to_date = DriverStatement._compile, kept_counts.bring_up_to_date

    def noted(statement: DriverStatement[Any], names: tuple[str, ...]) -> object:
        put_together.append(str(statement.statement))
        return compile_(statement, names)

    def counted(tx: session.Connection) -> int:
        put_together.clear()
        n_changes = bring_up_to_date(tx)
        assert n_changes
        assert not put_together
        return n_changes

    monkeypatch.setattr(DriverStatement, "_compile", noted)
    monkeypatch.setattr(kept_counts, "bring_up_to_date", counted)
    session.count_changes_in()
    assert put_together == []
    for some in (ids[:1], ids[1:3], ids[3:]):
        for recording_id in some:
            give(anna, recording_id, request=f"{recording_id}")
        session.count_changes_in()


def test_a_prepared_change_of_a_watched_table_gets_a_new_revision() -> None:
    (anna,) = people("anna")
    with session.reading() as tx:
        before = revisions.of(tx, judgements)
    give(anna, add_recordings(1)[0])
    with session.reading() as tx:
        assert revisions.of(tx, judgements) != before


ADD_CHILD: Prepared[tuple[()]] = Prepared(insert(children))


def test_errors_are_sqlalchemys() -> None:
    row = {"id": 1, "pseudonym": "somebody", "split": None}
    missing: Prepared[tuple[int]] = Prepared(text("SELECT 1 FROM no_such_table"))
    with session.writing() as tx:
        ADD_CHILD.run(tx, row)
        with pytest.raises(IntegrityError, match="children"), tx.begin_nested():
            ADD_CHILD.run(tx, row)
        with pytest.raises((OperationalError, ProgrammingError), match="no_such_table"), tx.begin_nested():
            missing.rows(tx, {})


@pytest.mark.parametrize("is_prepared", [True, False])
def test_no_error_of_a_statement_repeats_the_values_of_a_child(is_prepared: bool) -> None:
    row = {"id": 1, "pseudonym": "a name of a child", "split": None}
    with session.writing() as tx:
        ADD_CHILD.run(tx, row)
        with pytest.raises(IntegrityError) as raised:
            ADD_CHILD.run(tx, row) if is_prepared else tx.execute(insert(children), row)
    assert "a name of a child" not in str(raised.value)


def test_an_insert_without_a_column_that_has_a_default_is_refused() -> None:
    adding: Prepared[tuple[int]] = Prepared(insert(judgements))
    with session.writing() as tx, pytest.raises(TypeError, match="bars_judge"):
        adding.run(tx, {"recording_id": 1, "account_id": 1, "label": Label.NOISE})
