"""PostgreSQL: transactions of the kind that was asked for, lost connections replaced, the last message commits."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, bindparam, create_engine, event, func, insert, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from core import config
from core.errors import Unavailable
from db import changed_tables, engines, revisions, session
from db.postgres_engine import AUTOCOMMIT
from db.prepared import Prepared
from db.schema import children, recordings
from tests.annotation.people import add_recordings

pytestmark = pytest.mark.usefixtures("postgres_database")

BACKEND = "SELECT pg_backend_pid()"
END = text("SELECT pg_terminate_backend(:pid)")
N_CHILDREN: Prepared[tuple[int]] = Prepared(select(func.count()).select_from(children))
BY_ID: Prepared[tuple[int]] = Prepared(select(children.c.id).where(children.c.id.in_(bindparam("ids", expanding=True))))


def backend(tx: Connection) -> int:
    return int(tx.execute(text(BACKEND)).scalar_one())


def end(process: int) -> None:
    """End the server's side of a connection, as a server that restarts does."""
    with engines.engine().connect() as other:
        other.execute(END, {"pid": process})


def work_on_the_lost(process: int, *, is_prepared: bool) -> None:
    with session.writing() as tx:
        assert backend(tx) == process
        end(process)
        N_CHILDREN.one(tx, {}) if is_prepared else tx.execute(N_CHILDREN.statement)


def isolation(tx: Connection) -> tuple[str, str]:
    level = tx.execute(text("SHOW transaction_isolation")).scalar_one()
    return level, tx.execute(text("SHOW transaction_read_only")).scalar_one()


def test_a_transaction_is_of_the_kind_that_was_asked_for() -> None:
    with session.reading() as tx:
        assert isolation(tx) == ("repeatable read", "on")
    with session.writing() as tx:
        assert isolation(tx) == ("read committed", "off")
    with session.reading() as tx:
        assert isolation(tx) == ("repeatable read", "on")


def test_who_reads_sees_one_state_and_cannot_write() -> None:
    with session.reading() as tx:
        before = N_CHILDREN.one(tx, {})
        add_recordings(1)
        assert N_CHILDREN.one(tx, {}) == before
        with pytest.raises(DBAPIError, match="read-only"):
            tx.execute(insert(children), {"pseudonym": "somebody"})


def test_a_connection_in_autocommit_begins_nothing() -> None:
    with engines.engine().connect().execution_options(isolation_level=AUTOCOMMIT) as connection:
        connection.execute(text("VACUUM children"))


def test_connections_that_the_server_has_closed_are_replaced() -> None:
    engines.dispose()
    with session.reading() as one, session.reading() as another:
        processes = [backend(one), backend(another)]
    for process in processes:
        end(process)
    for _ in range(3):
        with session.reading() as tx:
            assert backend(tx) not in processes
        with session.writing() as tx:
            assert backend(tx) not in processes


def test_a_connection_to_which_the_server_says_something_is_used_on(postgres_database: str) -> None:
    engines.dispose()
    with session.writing() as tx:
        process = backend(tx)
        tx.execute(text("LISTEN news"))
    others = create_engine(postgres_database)
    with others.begin() as other:
        other.execute(text("NOTIFY news"))
    others.dispose()
    with session.reading() as tx:
        assert backend(tx) == process


@pytest.mark.parametrize("is_prepared", [True, False])
def test_a_connection_that_is_lost_in_between_is_named_and_not_used_again(is_prepared: bool) -> None:
    engines.dispose()
    with session.reading() as tx:
        process = backend(tx)
    with pytest.raises(Unavailable, match="does not answer"):
        work_on_the_lost(process, is_prepared=is_prepared)
    with session.writing() as tx:
        assert backend(tx) != process


def test_a_change_is_committed_with_its_revision_and_waits_for_no_message_of_its_own(postgres_database: str) -> None:
    """Others see it before this thread comes to send a commit, for which they would have to wait."""
    others = create_engine(postgres_database)
    seen: list[int] = []

    def note(_: Connection) -> None:
        with others.connect() as other:
            seen.append(other.execute(N_CHILDREN.statement).scalar_one())

    with session.reading() as tx:
        before = revisions.of(tx, recordings)
    event.listen(engines.engine(), "commit", note)
    with session.writing() as tx:
        tx.execute(insert(children), {"pseudonym": "somebody"})
        changed_tables.note(tx, [recordings.name])
    event.remove(engines.engine(), "commit", note)
    others.dispose()
    assert seen == [1]
    with session.reading() as tx:
        assert revisions.of(tx, recordings) != before


def test_nothing_is_stored_where_the_last_message_fails() -> None:
    with engines.engine().begin() as connection:
        connection.execute(text("ALTER TABLE revisions ADD CHECK (name <> 'recordings')"))
    with pytest.raises(IntegrityError):
        add_recordings(1)
    with session.reading() as tx:
        assert N_CHILDREN.one(tx, {}) == (0,)
    with session.writing() as tx:
        assert isolation(tx) == ("read committed", "off")


def test_a_writer_does_not_wait_for_the_revision_of_one_who_works_on() -> None:
    """The row is locked by the last message alone, whatever is done in the transaction before."""
    (changed,) = add_recordings(1)
    with session.writing() as slow:
        slow.execute(update(recordings).where(recordings.c.id == changed).values(source="another"))
        add_recordings(1)
        assert slow.execute(select(func.count()).select_from(recordings)).scalar_one() == 2


def test_long_lists_are_compared_with() -> None:
    with session.writing() as tx:
        tx.execute(insert(children), [{"pseudonym": f"child {number}"} for number in range(3)])
        ids = [row[0] for row in tx.execute(select(children.c.id))]
        assert sorted(row[0] for row in BY_ID.rows(tx, {"ids": [*ids, *range(10**6, 10**6 + 40_000)]})) == sorted(ids)


def test_an_address_with_another_driver_is_reached(postgres_database: str) -> None:
    address = make_url(postgres_database).set(drivername="postgresql+psycopg2")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EARSHOT_DATABASE_URL", address.render_as_string(hide_password=False))
        config.settings.cache_clear()
        with session.reading() as tx:
            assert tx.execute(text("SELECT 1")).scalar_one() == 1
        engines.dispose()
    config.settings.cache_clear()
