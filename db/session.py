"""Connections and transactions: `reading()` and `writing()`, on SQLite and PostgreSQL alike.

SQLite has one writer at a time, and itself waits by looking again after a pause that grows; the writers of one process
therefore queue for a lock of their own, which wakes them at once and in the order of waiting.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection as Connection  # what workflows call a transaction
from sqlalchemy import Engine, RootTransaction
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as QueueTimeout

from core.config import settings
from core.errors import Unavailable
from db import (
    changed_tables,
    clock,
    commit_hooks,
    database_errors,
    database_identity,
    engines,
    kept_counts,
    migrating,
    one_view,
    revisions,
)
from db.migrating import MIGRATIONS as MIGRATIONS
from db.postgres_engine import READS
from db.sqlite_engine import WRITES
from db.turns import FairLock

Transaction: TypeAlias = Connection
"""What the functions of `db` work in; workflows hand it on and never look into it."""

FEW_CHANGES, MOST_PORTIONS = 100, 140  # of kept figures: what a reader leaves, and what one counts in at most
LOOKED_AFTER, MANY_CHANGES = 200, 5000  # transactions after which a writer looks whether so many changes are noted
PORTIONS_OF_A_WRITER = 7
PAUSE_S = 0.01  # in which a writer in another process looks, some times

SAME_SERVER = "earshot_same_server"

_writer = FairLock()
_writes = itertools.count(1)


def now() -> datetime:
    """The time in UTC, without a zone, to the microsecond, as the tables keep it; never before what it was."""
    return clock.now()


@contextmanager
def reading() -> Iterator[Connection]:
    """A consistent view: the state at its first statement, whatever is written meanwhile. Writing in it is an error."""
    with _named_when_unreachable(), _begun(engines.engines()[1], {READS: True}) as transaction:
        connection = transaction.connection
        with transaction, one_view.of(connection):
            yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction: all of it or, when an exception leaves the block, nothing."""
    with _turn() as end_turn, _named_when_unreachable(), _begun(engines.engine(), {WRITES: True}) as transaction:
        connection = transaction.connection
        commit_hooks.forget(connection)
        changed_tables.forget(connection)
        with transaction:
            yield connection
            commit_hooks.run_before(connection)
            revisions.store(connection)
            end_turn()
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
        if n_changes > few:
            kept_counts.make_ready(tx)  # while nobody waits
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
    if engines.engine().dialect.name == "sqlite":
        time.sleep(PAUSE_S)


@contextmanager
def _turn() -> Iterator[Callable[[], None]]:
    """This thread's turn to write, with what ends it before the block does; on PostgreSQL everybody's, always.

    It ends when only the commit is left, for which SQLite itself lets the next wait: this thread would first have to
    come to run again to hand it on, and so would the next.
    """
    if engines.engine().dialect.name != "sqlite":
        yield lambda: None
        return
    if not _writer.acquire(timeout_s=engines.LOCK_WAIT_S):
        raise Unavailable("The database does not answer: it is locked by somebody who writes for long.")
    with ExitStack() as turn:
        turn.callback(_writer.release)
        yield turn.close


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
def _begun(of: Engine, options: dict[str, object]) -> Iterator[RootTransaction]:
    """A transaction on the database that this process started with; its connection is given back afterwards."""
    address = settings().database
    database_identity.require_same(address)
    transaction = engines.begun(of, options)
    with transaction.connection as connection:
        if connection.dialect.name == "postgresql" and not connection.info.get(SAME_SERVER):
            database_identity.require_same_on_server(address, connection)
            connection.info[SAME_SERVER] = True
        yield transaction


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
        migrating.upgrade(engines.engine())
    database_identity.remember(settings().database)
    with reading() as tx:
        is_kept = kept_counts.is_kept(tx)
    if not is_kept:
        with writing() as tx:
            kept_counts.begin_anew(tx)
    keep_time()


def may_lose_commits() -> bool:
    """Whether PostgreSQL answers a commit before it is on the disk. SQLite waits, as `sqlite_engine` prepares it."""
    with reading() as tx:
        if tx.dialect.name != "postgresql":
            return False
        return "off" in (tx.exec_driver_sql(f"SHOW {name}").scalar() for name in ("synchronous_commit", "fsync"))


def keep_time() -> None:
    """Count on from the newest row; at the start of a process that works with the tables."""
    with reading() as tx:
        clock.begin_after_newest_row(tx)
