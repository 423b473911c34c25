"""Which rows were written while somebody looks through all of them: triggers note them for as long as a watch stands.

Without a watch a written row costs a look at an empty table. A watch that nobody ended, as its process was killed, is
removed by the next one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete, insert, select, text

from db import session
from db.schema import row_watches, written_rows

LEFT_AFTER = timedelta(hours=6)
EARLIER_WRITERS_S, POLL_S = 20.0, 0.02

_NEWEST = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
_OLDEST_AT_WORK = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


@contextmanager
def watched() -> Iterator[bool]:
    """What is written from here on is noted until the block ends; False where somebody has been writing since before,
    who may not be noted."""
    with session.writing() as tx:
        tx.execute(delete(row_watches).where(row_watches.c.began_at < session.now() - LEFT_AFTER))
        _forget_unwatched(tx)
        number = tx.execute(insert(row_watches).values(began_at=session.now()).returning(row_watches.c.id)).scalar_one()
    try:
        yield _are_all_noted()
    finally:
        with session.writing() as tx:
            tx.execute(delete(row_watches).where(row_watches.c.id == number))
            _forget_unwatched(tx)


def keys(tx: session.Connection) -> dict[str, set[str]]:
    """The keys of the noted rows by table, as words."""
    noted: dict[str, set[str]] = {}
    for name, key in tx.execute(select(written_rows.c.name, written_rows.c.row_key)):
        noted.setdefault(name, set()).add(key)
    return noted


def _forget_unwatched(tx: session.Connection) -> None:
    if tx.execute(select(row_watches.c.id).limit(1)).first() is None:
        tx.execute(delete(written_rows))


def _are_all_noted() -> bool:
    """SQLite's writers follow each other. On PostgreSQL statements from before the watch may not be committed yet."""
    with session.reading() as tx:
        if tx.dialect.name != "postgresql":
            return True
        newest = int(tx.execute(_NEWEST).scalar_one())
    deadline = time.monotonic() + EARLIER_WRITERS_S
    while time.monotonic() < deadline:
        with session.reading() as tx:
            if int(tx.execute(_OLDEST_AT_WORK).scalar_one()) >= newest:
                return True
        time.sleep(POLL_S)
    return False
