"""Bytes of removed rows in SQLite's files: in the write-ahead log, and in the file itself.

`forget_removed` empties the log, for which it waits for readers of an older state. In the file zeros are written where
a row or a page becomes free (`session` sees to it); only copies of moved rows may be left (`leftovers`), and where any
is of a removed row the file is rewritten.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from db import engines, leftovers, sqlite_engine

PATIENCE_S, PAUSE_S, WAIT_A_TRY_MS = 10.0, 0.2, 50


def forget_removed(*, is_removed: Callable[[bytes], bool] | None = None, patience_s: float = PATIENCE_S) -> bool:
    """Empty SQLite's write-ahead log, and rewrite its file where it holds removed rows; whether that could be done.

    Somebody who reads an older state keeps the log from being emptied: it is tried again until `patience_s` is over.
    Nobody waits for it but where the file is rewritten, which takes a second for each 200 MB.

    Parameters
    ----------
    is_removed : whether bytes hold anything that was removed. Without it the file is rewritten at any rate.
    """
    file = engines.engine().url.database
    if engines.engine().dialect.name != "sqlite" or not file:
        return True
    deadline = time.monotonic() + patience_s
    with _raw_connection() as connection:
        if not _until(deadline, partial(_empty_log, connection)):
            return False
        if is_removed is not None and not leftovers.are_left(Path(file), is_removed):
            return True
        return _until(deadline, partial(_rewrite, connection)) and _until(deadline, partial(_empty_log, connection))


def _until(deadline: float, is_done: Callable[[], bool]) -> bool:
    """Try until it is done; at least once."""
    while True:
        with suppress(sqlite3.OperationalError):  # locked by a writer
            if is_done():
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_S)


def _empty_log(connection: sqlite3.Connection) -> bool:
    """What takes long is done while others write; to cut the log holds them up while it waits for readers."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _rewrite(connection: sqlite3.Connection) -> bool:
    connection.execute("VACUUM")
    return True


@contextmanager
def _raw_connection() -> Iterator[sqlite3.Connection]:
    """A connection outside of any transaction, as VACUUM needs it."""
    pooled = engines.engine().raw_connection()
    connection = pooled.driver_connection
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("SQLite's driver is not the one of the standard library.")
    try:
        connection.execute("PRAGMA query_only=OFF")
        connection.execute(f"PRAGMA busy_timeout={WAIT_A_TRY_MS}")
        yield connection
    finally:
        connection.execute(f"PRAGMA busy_timeout={sqlite_engine.BUSY_TIMEOUT_MS}")
        pooled.close()
