"""Connections to SQLite: how they are set, and how their transactions begin.

SQLite runs in WAL mode, and a writer says so from its first statement (BEGIN IMMEDIATE): two writers that read first
and insert later then wait for each other instead of failing with "database is locked".
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from core.errors import Unavailable

BUSY_TIMEOUT_MS = 0  # SQLite would pause for a millisecond and more, as long as a commit takes: `begin` looks itself
LOOK_EVERY_S, LOOK_SELDOM_S = 0.0002, 0.002  # whether another writer has ended its transaction
OFTEN_FOR_S = 0.02  # a commit's time several times over; whoever writes for longer is looked at seldom
POOL_SIZE = 20  # connections kept; as many again for a rush: more than the threads that a web server works with
WRITES = "earshot_writes"  # the execution option of a connection whose transactions write


def sqlite_engine(url: str, *, lock_wait_s: float, is_for_reading: bool = False) -> Engine:
    """An engine for a file of SQLite, whose transactions are begun by `begin`; one for reading takes no change."""
    file = make_url(url).database
    if file:
        _make_folder(Path(file).parent)
    # SQLAlchemy hands the transaction to us: the driver's own late BEGIN would not be IMMEDIATE
    engine = create_engine(
        url,
        connect_args={"timeout": lock_wait_s, "isolation_level": None},
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        hide_parameters=True,  # errors are logged, and values are of children
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "connect", _refuse_changes if is_for_reading else _set_busy_timeout)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            "The folder {folder} of the database cannot be made: {strerror}. Make it, let the user "
            "who runs Earshot write in it, or set EARSHOT_STORAGE or EARSHOT_DATABASE_URL to another "
            "place.",
            folder=folder,
            strerror=error.strerror,
        ) from None


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _refuse_changes(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _set_busy_timeout(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def begin(connection: Connection, *, lock_wait_s: float) -> None:
    """Begin a transaction, which writes from its first moment on where the connection's option says so."""
    if not connection.get_execution_options().get(WRITES):
        _begin_to_read(connection)
    elif not _has_begun_to_write(connection, lock_wait_s):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_to_read(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("BEGIN")  # past SQLAlchemy: it runs some times with every request, and waits for nobody


def _has_begun_to_write(connection: Connection, lock_wait_s: float) -> bool:
    """Begin as soon as nobody else writes. False where somebody still does after `lock_wait_s`.

    SQLite would look again after pauses that grow to 100 ms, in which others come first.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        return False
    begins_at = time.monotonic()
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            waited_s = time.monotonic() - begins_at
            if waited_s > lock_wait_s:
                return False
            time.sleep(LOOK_EVERY_S if waited_s < OFTEN_FOR_S else LOOK_SELDOM_S)
        else:
            return True
