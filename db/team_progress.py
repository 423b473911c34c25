"""How many labels all judges gave since a moment. No label is read here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from db.schema import judgements

_N = (
    select(func.count())
    .select_from(judgements)
    .where(
        judgements.c.decided_at >= bindparam("since"),
        judgements.c.undone_at.is_(None),
        judgements.c.origin == "annotate",
    )
)


def count_labels(tx: Connection, *, since: datetime) -> int:
    """Labels in force that were given at a desk since then."""
    return int(tx.execute(_N, {"since": since}).scalar_one())
