"""What was scored, by source, day and model: counts and sums. No audio, no file name and no child is in it."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.sources import ScoredDay
from db.schema import source_summaries


def add(tx: Connection, scored: ScoredDay) -> None:
    """Add counts and sums to the row of that source, day and model."""
    is_same = (
        (source_summaries.c.source == scored.source)
        & (source_summaries.c.day == scored.day)
        & (source_summaries.c.model_id == scored.model_id)
    )
    locked = select(source_summaries).where(is_same).with_for_update()
    row = tx.execute(locked).one_or_none()
    if row is None:
        try:
            with tx.begin_nested():
                tx.execute(insert(source_summaries).values(**_values(scored)))
            return
        except IntegrityError:  # PostgreSQL lets two begin the same row at once
            row = tx.execute(locked).one()
    tx.execute(update(source_summaries).where(is_same).values(**_values(_scored_day(row).plus(scored))))


def since(tx: Connection, day: str, model_id: str) -> list[ScoredDay]:
    """Every row of a model from a day on, the newest day first."""
    query = select(source_summaries).where(source_summaries.c.day >= day, source_summaries.c.model_id == model_id)
    ordered = query.order_by(source_summaries.c.day.desc(), source_summaries.c.source)
    return [_scored_day(row) for row in tx.execute(ordered)]


def _values(scored: ScoredDay) -> dict[str, object]:
    return asdict(scored) | {"sums": list(scored.sums), "reading_sums": list(scored.reading_sums)}


def _scored_day(row: Row[*tuple[object, ...]]) -> ScoredDay:
    return ScoredDay(
        source=row.source,
        day=row.day,
        model_id=row.model_id,
        n=row.n,
        n_refused=row.n_refused,
        sum_p=row.sum_p,
        n_processed=row.n_processed,
        sums=tuple(row.sums),
        reading_sums=tuple(row.reading_sums),
    )
