"""The write-ahead log of the database, which holds removed rows until it is emptied."""

from __future__ import annotations

from db import database_file, erasure_records, session


def empty(*, patience_s: float = database_file.PATIENCE_S) -> bool:
    """Bring the log into the database's file and cut it, with all that was removed; whether nobody kept it busy."""
    if not database_file.forget_removed(patience_s=patience_s):
        return False
    with session.writing() as tx:
        if erasure_records.has_pending(tx):
            erasure_records.mark_log_empty(tx)
    return True


def finish(*, patience_s: float = 0.0) -> bool:
    """Empty the log where an erasure could not, because somebody was reading; whether nothing is left to do."""
    with session.reading() as tx:
        is_pending = erasure_records.has_pending(tx)
    return not is_pending or empty(patience_s=patience_s)
