"""Which recordings were drawn in class, for the queues of judges: numbers alone. No label and no decision is read."""

from __future__ import annotations

from sqlalchemy import Connection, select

from db.prepared import Prepared
from db.schema import live_samples

NEWEST_WAITING = 500  # that are mixed into queues


def newest_ids(tx: Connection) -> list[int]:
    """The recordings that were drawn last, judged or not."""
    return list(dict.fromkeys(number for (number,) in _NEWEST.rows(tx, {})))


_NEWEST: Prepared[tuple[int]] = Prepared(
    select(live_samples.c.recording_id).order_by(live_samples.c.id.desc()).limit(NEWEST_WAITING)
)
