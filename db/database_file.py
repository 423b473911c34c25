"""SQLite's own file, and what it keeps there of rows that were removed.

That is in three places: in the pages of its file, which are filled with zeros from the moment of removal
(`sqlite_engine` sees to it) and rewritten without gaps by `forget_removed`; in the write-ahead log, which
`forget_removed` empties; and for readers of an older state, for whom it waits.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from db import session, sqlite_engine

PATIENCE_S, PAUSE_S, WAIT_A_TRY_MS = 10.0, 0.2, 500


def forget_removed(*, patience_s: float = PATIENCE_S) -> bool:
    """Rewrite SQLite's file without gaps and empty its write-ahead log; whether both could be done.

    Somebody who reads an older state keeps the log from being emptied: it is tried again until `patience_s` is over.
    """
    if session.engine().dialect.name != "sqlite":
        return True
    deadline, is_rewritten = time.monotonic() + patience_s, False
    with _raw_connection() as connection:
        connection.execute(f"PRAGMA busy_timeout={WAIT_A_TRY_MS}")
        while True:
            try:
                if not is_rewritten:
                    connection.execute("VACUUM")
                    is_rewritten = True
                busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return True
            except sqlite3.OperationalError:  # locked by a writer
                pass
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE_S)


@contextmanager
def _raw_connection() -> Iterator[sqlite3.Connection]:
    """A connection outside of any transaction, as VACUUM needs it."""
    pooled = session.engine().raw_connection()
    connection = pooled.driver_connection
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("SQLite's driver is not the one of the standard library.")
    try:
        connection.execute("PRAGMA query_only=OFF")
        yield connection
    finally:
        connection.execute(f"PRAGMA busy_timeout={sqlite_engine.LOCK_WAIT_S * 1000}")
        pooled.close()
