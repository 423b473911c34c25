"""Connections and transactions: `reading()` and `writing()`, on SQLite and PostgreSQL alike.

SQLite has one writer at a time, and itself waits by looking again after a pause that grows; the writers of one process
therefore queue for a lock of their own, which wakes them at once and in the order of waiting.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import Connection as Connection  # what workflows call a transaction
from sqlalchemy import Engine, Executable, event
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as QueueTimeout

from core.addresses import shown
from core.config import settings, without_secrets
from core.errors import SettingsError, Unavailable
from db import (
    changed_tables,
    clock,
    commit_hooks,
    database_errors,
    database_identity,
    kept_counts,
    migrating,
    postgres_limits,
    revisions,
)
from db.migrating import MIGRATIONS as MIGRATIONS
from db.sqlite_engine import POOL_SIZE, WRITES, begin, sqlite_engine
from db.turns import FairLock

Transaction: TypeAlias = Connection
"""What the functions of `db` work in; workflows hand it on and never look into it."""

LOCK_WAIT_S = 15
FEW_CHANGES, MOST_PORTIONS = 100, 40  # of kept figures: what a reader leaves, and what one counts in at most
LOOKED_AFTER, MANY_CHANGES = 200, 5000  # transactions after which a writer looks whether so many changes are noted
PORTIONS_OF_A_WRITER = 2
WRITERS = 2  # of one piece of work, on PostgreSQL
PAUSE_S = 0.02  # in which a writer in another process looks, some times

SAME_SERVER = "earshot_same_server"
# SQLite's transactions always see one state of the database; PostgreSQL's need these options
_ONE_VIEW: dict[str, object] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

_writer = FairLock()
_writes = itertools.count(1)


def now() -> datetime:
    """The time in UTC, without a zone, to the microsecond, as the tables keep it; never before what it was."""
    return clock.now()


@dataclass(frozen=True)
class _Engines:
    """For writing and for reading; the same on PostgreSQL.

    SQLite's readers have connections of their own, which take no change: to switch a connection between the two would
    make it compile each statement anew.
    """

    writing: Engine
    reading: Engine


@lru_cache(maxsize=8)
def _engines(url: str) -> _Engines:
    if url.startswith("sqlite"):
        engines = _Engines(_sqlite_engine(url), _sqlite_engine(url, is_for_reading=True))
    else:
        engine = postgres_limits.limited_engine(url, pool_size=POOL_SIZE)
        engines = _Engines(engine, engine)
    event.listen(engines.writing, "after_execute", _note_change)
    return engines


def _sqlite_engine(url: str, *, is_for_reading: bool = False) -> Engine:
    of_file = sqlite_engine(url, lock_wait_s=LOCK_WAIT_S, is_for_reading=is_for_reading)
    event.listen(of_file, "begin", _begin_sqlite)
    return of_file


def _begin_sqlite(connection: Connection) -> None:
    begin(connection, lock_wait_s=LOCK_WAIT_S)


def _note_change(connection: Connection, statement: Executable, *_: object) -> None:
    changed_tables.note(connection, changed_tables.changed_by(statement))


def engine() -> Engine:
    """The engine that writes to the database in force; SettingsError as `engines`."""
    return engines()[0]


def engines() -> tuple[Engine, Engine]:
    """The engines that write to the database in force and read it: one and the same on PostgreSQL.

    Raises
    ------
    SettingsError
        EARSHOT_DATABASE_URL is no address of a database, or its driver is not installed.
    """
    address = settings().database
    try:
        of_address = _engines(address)
        return of_address.writing, of_address.reading
    except (ArgumentError, ValueError, ImportError) as error:  # what SQLAlchemy raises for an address it cannot parse
        raise SettingsError(
            "EARSHOT_DATABASE_URL={address!r} cannot be used: {error}. Expected an address such as "
            "postgresql+psycopg://name:password@host/database; what is special in the password is "
            "written as %XX.",
            address=shown(address),
            error=without_secrets(str(error)),
        ) from None


def dispose() -> None:
    """Close every connection to the database in force that is not in use."""
    for each in engines():
        each.dispose()


@contextmanager
def reading() -> Iterator[Connection]:
    """A consistent view: the state at its first statement, whatever is written meanwhile. Writing in it is an error."""
    with _named_when_unreachable(), _connected(engines()[1]) as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(**_ONE_VIEW)
        with connection.begin():
            yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction: all of it or, when an exception leaves the block, nothing."""
    with _turn(), _named_when_unreachable(), _connected(engine()) as connection:
        connection = connection.execution_options(**{WRITES: True})
        commit_hooks.forget(connection)
        changed_tables.forget(connection)
        with connection.begin():
            yield connection
            commit_hooks.run_before(connection)
            revisions.store(connection)
        commit_hooks.run_after(connection)
    if next(_writes) % LOOKED_AFTER == 0:
        count_changes_in(few=MANY_CHANGES, most_portions=PORTIONS_OF_A_WRITER)


@contextmanager
def reading_counts() -> Iterator[Connection]:
    """`reading`, for what is computed from kept figures: changes are counted in first where they are many.

    Figures are exact either way; it is the rest that would be computed again by everybody who reads.
    """
    count_changes_in(few=FEW_CHANGES)
    with reading() as tx:
        yield tx


def count_changes_in(*, few: int = 0, most_portions: int = MOST_PORTIONS) -> None:
    """Bring kept figures up to date, unless no more than `few` changes are noted; in portions, others write between."""
    with reading() as tx:
        n_changes = kept_counts.count_changed(tx, at_most=few + 1)
    for _ in range(most_portions if n_changes > few else 0):
        with writing() as tx:
            if kept_counts.bring_up_to_date(tx) < kept_counts.AT_ONCE:
                return
        if not few:  # nobody waits for it
            let_others_write()


def let_others_write() -> None:
    """A pause between two portions of a long piece of work.

    SQLite's writers in other processes do not queue: they look whether it is free, and who writes portion after portion
    is always quicker. Without a pause one waited twelve seconds beside a freezing.
    """
    if engine().dialect.name == "sqlite":
        time.sleep(PAUSE_S)


def writers_at_once() -> int:
    """How many threads may write a long piece of work together: SQLite has one writer, whoever else waits."""
    return 1 if engine().dialect.name == "sqlite" else WRITERS


@contextmanager
def _turn() -> Iterator[None]:
    """This thread's turn to write; on PostgreSQL everybody's, always."""
    if engine().dialect.name != "sqlite":
        yield
        return
    if not _writer.acquire(timeout_s=LOCK_WAIT_S):
        raise Unavailable("The database does not answer: it is locked by somebody who writes for long.")
    try:
        yield
    finally:
        _writer.release()


@contextmanager
def _named_when_unreachable() -> Iterator[None]:
    try:
        yield
    except QueueTimeout as error:
        raise Unavailable("Too many people ask the database at once. Try again in a moment.") from error
    except DBAPIError as error:
        named = database_errors.unavailable(error)
        if named is None:
            raise
        raise named from None


@contextmanager
def _connected(of: Engine) -> Iterator[Connection]:
    """A connection to the database that this process started with."""
    address = settings().database
    database_identity.require_same(address)
    with of.connect() as connection:
        if connection.dialect.name == "postgresql" and not connection.info.get(SAME_SERVER):
            database_identity.require_same_on_server(address, connection)
            connection.rollback()
            connection.info[SAME_SERVER] = True
        yield connection


def prepare() -> None:
    """Bring the tables to the newest version. Safe to call at every start.

    Raises
    ------
    SettingsError
        The database is of a newer version than this code, or its address cannot be used.
    Unavailable
        It does not answer, or cannot be written.
    """
    database_identity.require_same(settings().database)
    with _named_when_unreachable():
        migrating.upgrade(engine())
    database_identity.remember(settings().database)
    with reading() as tx:
        is_kept = kept_counts.is_kept(tx)
    if not is_kept:
        with writing() as tx:
            kept_counts.begin_anew(tx)
    keep_time()


def may_lose_commits() -> bool:
    """Whether PostgreSQL answers a commit before it is on the disk. SQLite waits, as `_prepare_sqlite` wants it."""
    with reading() as tx:
        if tx.dialect.name != "postgresql":
            return False
        return "off" in (tx.exec_driver_sql(f"SHOW {name}").scalar() for name in ("synchronous_commit", "fsync"))


def keep_time() -> None:
    """Count on from the newest row; at the start of a process that works with the tables."""
    with reading() as tx:
        clock.begin_after_newest_row(tx)
