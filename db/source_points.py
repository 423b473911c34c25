"""Thresholds of sources: only ever added; the newest of a source, a model and an AM target is in force."""

from __future__ import annotations

from sqlalchemy import Connection, Row, Select, func, insert, select

from core.domain.json_types import JsonObject
from core.domain.models import OperatingPoint
from core.domain.sources import SourcePoint, ThresholdBasis
from db import session
from db.schema import accounts, source_points

COMMAND_LINE = "command line"


def add(
    tx: Connection,
    source: str,
    point: OperatingPoint,
    *,
    threshold: float | None,
    basis: ThresholdBasis,
    n: int,
    n_judged: int,
    figures: JsonObject,
    account_id: int | None,
    reason: str,
) -> SourcePoint:
    """A new row for a model and a target, in force from now on."""
    values = {"source": source, "model_id": point.model_id, "am_target": point.am_target, "threshold": threshold}
    values |= {"basis": basis, "n": n, "n_judged": n_judged, "figures": figures, "reason": reason}
    new = insert(source_points).values(**values, account_id=account_id, chosen_at=session.now())
    new_id = tx.execute(new.returning(source_points.c.id)).scalar_one()
    return _point(tx.execute(_query().where(source_points.c.id == new_id)).one())


def in_force(tx: Connection, point: OperatingPoint, *, source: str | None = None) -> list[SourcePoint]:
    """The newest row of each source, or of one, for a deployed model and its target; by source."""
    newest = (
        select(func.max(source_points.c.id))
        .where(source_points.c.model_id == point.model_id, source_points.c.am_target == point.am_target)
        .group_by(source_points.c.source)
    )
    query = _query().where(source_points.c.id.in_(newest)).order_by(source_points.c.source)
    if source is not None:
        query = query.where(source_points.c.source == source)
    return [_point(row) for row in tx.execute(query)]


def _query() -> Select[*tuple[object, ...]]:
    joined = source_points.join(accounts, accounts.c.id == source_points.c.account_id, isouter=True)
    return select(source_points, accounts.c.name.label("chosen_by")).select_from(joined)


def _point(row: Row[*tuple[object, ...]]) -> SourcePoint:
    return SourcePoint(
        id=row.id,
        source=row.source,
        model_id=row.model_id,
        am_target=row.am_target,
        threshold=row.threshold,
        basis=row.basis,
        n=row.n,
        n_judged=row.n_judged,
        figures=dict(row.figures),
        chosen_by=row.chosen_by or COMMAND_LINE,
        chosen_at=row.chosen_at,
        reason=row.reason,
    )
