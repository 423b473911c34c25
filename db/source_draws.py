"""Which recordings of a source were drawn for judges, who meet these first. No label is read."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, insert, select

from db import session
from db.prepared import Prepared
from db.schema import source_draws

NEWEST_DRAWN = 1000  # that are laid on desks first


def draw(tx: Connection, source: str, recording_ids: Collection[int], *, account_id: int | None) -> None:
    """Have judges meet these first; those that were drawn before stay drawn."""
    known = set(drawn(tx, source))
    rows = [
        {"source": source, "recording_id": number, "account_id": account_id, "drawn_at": session.now()}
        for number in sorted(set(recording_ids) - known)
    ]
    if rows:
        tx.execute(insert(source_draws), rows)


def drawn(tx: Connection, source: str) -> list[int]:
    """The recordings that were drawn of a source."""
    query = select(source_draws.c.recording_id).where(source_draws.c.source == source)
    return list(tx.execute(query.order_by(source_draws.c.recording_id)).scalars())


def all_drawn(tx: Connection) -> list[int]:
    """The recordings that were drawn of any source last, `NEWEST_DRAWN` of them at most."""
    return [number for (number,) in _NEWEST.rows(tx, {})]


_NEWEST: Prepared[tuple[int]] = Prepared(
    select(source_draws.c.recording_id).order_by(source_draws.c.id.desc()).limit(NEWEST_DRAWN)
)
