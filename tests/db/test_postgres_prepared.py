"""Prepared statements of PostgreSQL's connections: in step with what the server has, and no more than so many."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import Connection, bindparam, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from db import engines, postgres_prepared, session
from db.postgres_limits import LimitedConnection
from db.postgres_prepared import NumberedText
from db.prepared import Prepared
from db.schema import children, recordings
from tests.annotation.people import add_recordings

N_CHILDREN: Prepared[tuple[int]] = Prepared(select(func.count()).select_from(children))
ADD: Prepared[tuple[()]] = Prepared(insert(children))
ON_SERVER = text("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'earshot_%'")


class Undone(Exception):
    """Nothing of it shall stay."""


def on_server(tx: Connection) -> list[str]:
    return sorted(tx.execute(ON_SERVER).scalars())


def let_the_driver_prepare(tx: Connection) -> None:
    """What it then lets the server forget after a rollback, and all else with it."""
    driver = tx.connection.driver_connection
    assert isinstance(driver, LimitedConnection)
    driver.execute("SELECT 1", prepare=True)


def rows(*numbers: int) -> list[dict[str, object]]:
    return [{"id": number, "pseudonym": f"{number}", "split": None} for number in numbers]


@pytest.mark.usefixtures("postgres_database")
def test_a_statement_is_prepared_once_in_a_connection() -> None:
    engines.dispose()
    for _ in range(3):
        with session.reading() as tx:
            N_CHILDREN.one(tx, {})
            of_children = [each for each in on_server(tx) if "FROM children" in each]
    assert len(of_children) == 1


@pytest.mark.usefixtures("postgres_database")
def test_statements_run_on_after_the_driver_let_the_server_forget_them() -> None:
    engines.dispose()
    with suppress(Undone), session.writing() as tx:
        let_the_driver_prepare(tx)
        assert N_CHILDREN.one(tx, {}) == (0,)
        raise Undone
    with session.writing() as tx:
        assert on_server(tx) == []
        assert N_CHILDREN.one(tx, {}) == (0,)
        let_the_driver_prepare(tx)
        ADD.run(tx, rows(1)[0])
        with pytest.raises(IntegrityError), tx.begin_nested():
            ADD.run(tx, rows(1)[0])
        ADD.run_each(tx, rows(2, 3))
        assert N_CHILDREN.one(tx, {}) == (3,)


@pytest.mark.usefixtures("postgres_database")
def test_of_many_in_one_message_the_first_error_is_raised_and_the_connection_works_on() -> None:
    engines.dispose()
    with session.writing() as tx:
        with pytest.raises(IntegrityError, match="children"), tx.begin_nested():
            ADD.run_each(tx, rows(1, 2, 2, 3))
        assert N_CHILDREN.one(tx, {}) == (0,)
        ADD.run_each(tx, rows(1, 2, 3))
        assert N_CHILDREN.one(tx, {}) == (3,)


@pytest.mark.usefixtures("postgres_database")
def test_nothing_is_committed_by_a_message_of_which_a_part_fails() -> None:
    with pytest.raises(IntegrityError, match="children"), session.writing() as tx:
        ADD.run_and_commit(tx, rows(1, 2, 2))
    with session.reading() as tx:
        assert N_CHILDREN.one(tx, {}) == (0,)
    with session.writing() as tx:
        ADD.run_and_commit(tx, rows(1, 2))
    with session.reading() as tx:
        assert N_CHILDREN.one(tx, {}) == (2,)


@pytest.mark.usefixtures("postgres_database")
def test_a_message_may_be_longer_than_what_the_server_takes_at_once() -> None:
    n_rows = 30_000
    with session.writing() as tx:
        ADD.run_each(tx, rows(*range(1, n_rows + 1)))
    with session.reading() as tx:
        assert N_CHILDREN.one(tx, {}) == (n_rows,)


@pytest.mark.usefixtures("postgres_database")
def test_values_of_several_types_go_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_prepared, "MOST_PREPARED", 2)
    engines.dispose()
    numbers = (1, 40_000, 2, 2_000_000_000, 3, 40_001)
    for each in numbers[:2]:
        with session.writing() as tx:
            ADD.run(tx, rows(each)[0])
    with session.writing() as tx:
        ADD.run_each(tx, rows(*numbers[2:]))
        assert set(tx.execute(select(children.c.id)).scalars()) == set(numbers)


@pytest.mark.usefixtures("postgres_database")
def test_a_connection_prepares_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_prepared, "MOST_PREPARED", 3)
    engines.dispose()
    with session.reading() as tx:
        for number in range(10):
            another: Prepared[tuple[int]] = Prepared(text(f"SELECT {number} + :more"))
            assert another.one(tx, {"more": number}) == (2 * number,)
            assert len(on_server(tx)) <= 3


@pytest.mark.usefixtures("postgres_database")
def test_values_of_every_size_are_those_that_were_asked_for() -> None:
    (recording_id,) = add_recordings(1)
    is_there: Prepared[tuple[int]] = Prepared(select(recordings.c.id).where(recordings.c.id == bindparam("wanted")))
    with session.reading() as tx:
        for wanted in (recording_id, 40_000, 2_000_000_000, recording_id):
            assert is_there.rows(tx, {"wanted": wanted}) == ([(recording_id,)] if wanted == recording_id else [])


def test_values_are_numbered_as_they_come() -> None:
    sql = "SELECT %(low)s::INTEGER, a %% 2, 'x%%' FROM t WHERE b > %(low)s AND c = %(name_1)s"
    numbered = NumberedText.of(sql)
    assert numbered.sql == b"SELECT $1::INTEGER, a % 2, 'x%' FROM t WHERE b > $1 AND c = $2"
    assert numbered.names == ("low", "name_1")
