"""Connections and transactions: `reading()` and `writing()`, on SQLite and PostgreSQL alike.

SQLite runs in WAL mode, and a writer says so from its first statement (BEGIN IMMEDIATE): two writers that read first
and insert later then wait for each other instead of failing with "database is locked". SQLite itself waits by looking
again after a pause that grows; the writers of one process therefore queue for a lock of their own, which wakes them at
once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as Connection  # what workflows call a transaction
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as QueueTimeout

from core.config import settings
from core.errors import Unavailable

LOCK_WAIT_S = 15
POOL_SIZE = 20  # connections kept; as many again for a rush: more than the threads that a web server works with
MIGRATIONS = Path(__file__).parent / "migrations"

AFTER_COMMIT = "earshot_after_commit"

_writer = threading.Lock()


def now() -> datetime:
    """The time in UTC, without a zone, to the microsecond, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=POOL_SIZE, max_overflow=POOL_SIZE)
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    # SQLAlchemy hands the transaction to us: the driver's own late BEGIN would not be IMMEDIATE
    engine = create_engine(
        url, connect_args={"timeout": LOCK_WAIT_S, "isolation_level": None}, pool_size=POOL_SIZE, max_overflow=POOL_SIZE
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get("earshot_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


def engine() -> Engine:
    """The engine of the database in force."""
    return _engine(settings().database)


@contextmanager
def reading() -> Iterator[Connection]:
    """A consistent view that writes nothing."""
    with _named_when_unreachable(), engine().connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction: all of it or, when an exception leaves the block, nothing."""
    with _turn(), _named_when_unreachable(), engine().connect() as connection:
        connection = connection.execution_options(earshot_writes=True)
        connection.info.pop(AFTER_COMMIT, None)
        with connection.begin():
            yield connection
        for tell in connection.info.pop(AFTER_COMMIT, ()):
            tell()


def after_commit(tx: Connection, tell: Callable[[], None]) -> None:
    """Call `tell` once what this transaction writes is stored; never, when it is not."""
    tx.info.setdefault(AFTER_COMMIT, []).append(tell)


@contextmanager
def _turn() -> Iterator[None]:
    """This thread's turn to write; on PostgreSQL everybody's, always."""
    if engine().dialect.name != "sqlite":
        yield
        return
    if not _writer.acquire(timeout=LOCK_WAIT_S):
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
    except OperationalError as error:
        where = engine().url.render_as_string(hide_password=True)
        raise Unavailable(f"The database {where} does not answer: {error.orig}") from error


def prepare() -> None:
    """Bring the tables to the newest version. Safe to call at every start."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with _named_when_unreachable(), engine().connect() as connection:
        config.attributes["connection"] = connection.execution_options(earshot_writes=True)
        command.upgrade(config, "head")
