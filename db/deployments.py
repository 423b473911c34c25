"""Operating points and deployments: only ever added; the newest deployment is in force."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Row, Select, func, insert, select

from core.domain.certainty import Certainty
from core.domain.models import Deployment, OperatingPoint
from db import session
from db.schema import accounts, deployments, models, operating_points, source_points

COMMAND_LINE = "command line"


def add_operating_point(
    tx: Connection,
    model_id: str,
    *,
    am_target: float,
    threshold: float,
    account_id: int | None,
    reason: str,
    certainty: Certainty = Certainty.EVEN,
) -> int:
    """A new operating point; its id."""
    row = {"model_id": model_id, "am_target": am_target, "threshold": threshold, "certainty": certainty.value}
    new = insert(operating_points).values(**row, account_id=account_id, reason=reason, chosen_at=session.now())
    return int(tx.execute(new.returning(operating_points.c.id)).scalar_one())


def add(tx: Connection, operating_point_id: int, *, account_id: int | None, reason: str) -> int:
    """A new deployment, in force from now on; its id."""
    row = {"operating_point_id": operating_point_id, "account_id": account_id, "reason": reason}
    new = insert(deployments).values(**row, deployed_at=session.now()).returning(deployments.c.id)
    return int(tx.execute(new).scalar_one())


def ever_deployed(tx: Connection) -> set[str]:
    """The models that decided at some time: they are never deleted."""
    return set(tx.execute(select(operating_points.c.model_id).distinct()).scalars())


def newest_first(tx: Connection, *, limit: int) -> list[Deployment]:
    return [_deployment(row) for row in tx.execute(_query().order_by(deployments.c.id.desc()).limit(limit))]


def newest(tx: Connection, *, without: Collection[str] = ()) -> Deployment | None:
    """The deployment in force; a model that was withdrawn decides no more.

    without : as if these models were withdrawn too.
    """
    query = _usable().where(operating_points.c.model_id.not_in(list(without)))
    row = tx.execute(query.order_by(deployments.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _deployment(row)


def version(tx: Connection) -> tuple[object, ...]:
    """Another one as soon as anything else may decide, anywhere: cheaper to read than what decides."""
    return tuple(tx.execute(_VERSION).one())


def before(tx: Connection, current: Deployment) -> Deployment | None:
    """What was in force before the current operating point was deployed for the first time.

    Rolling back adds a row as well; looking for the first row of an operating point, not for its newest, makes a
    second roll back go one further instead of forward again.
    """
    first = (
        select(func.min(deployments.c.id))
        .where(deployments.c.operating_point_id == current.operating_point.id)
        .scalar_subquery()
    )
    row = tx.execute(_usable().where(deployments.c.id < first).order_by(deployments.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _deployment(row)


def following(tx: Connection, current: Deployment) -> Deployment | None:
    """What was deployed for the first time after the current operating point: where a roll back came from."""
    first = (
        select(func.min(deployments.c.id))
        .where(deployments.c.operating_point_id == current.operating_point.id)
        .scalar_subquery()
    )
    others = _usable().where(deployments.c.id > first, deployments.c.operating_point_id != current.operating_point.id)
    earlier = select(deployments.c.operating_point_id).where(deployments.c.id < first)
    fresh = others.where(deployments.c.operating_point_id.not_in(earlier))
    row = tx.execute(fresh.order_by(deployments.c.id).limit(1)).one_or_none()
    return None if row is None else _deployment(row)


def of_point(tx: Connection, operating_point_id: int) -> Deployment | None:
    """The newest deployment of an operating point whose model can still decide."""
    query = _usable().where(deployments.c.operating_point_id == operating_point_id)
    row = tx.execute(query.order_by(deployments.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _deployment(row)


_VERSION = select(
    select(func.max(deployments.c.id)).scalar_subquery(),
    select(func.max(deployments.c.deployed_at)).scalar_subquery(),
    select(func.max(source_points.c.id)).scalar_subquery(),
    select(func.max(source_points.c.chosen_at)).scalar_subquery(),
    select(func.count()).select_from(models).where(models.c.withdrawn_at.is_not(None)).scalar_subquery(),
)

_chooser = accounts.alias("chooser")
_deployer = accounts.alias("deployer")


def _query() -> Select[*tuple[object, ...]]:
    source = (
        deployments.join(operating_points, operating_points.c.id == deployments.c.operating_point_id)
        .join(models, models.c.id == operating_points.c.model_id)
        .join(_chooser, _chooser.c.id == operating_points.c.account_id, isouter=True)
        .join(_deployer, _deployer.c.id == deployments.c.account_id, isouter=True)
    )
    columns = (
        operating_points.c.id.label("point_id"),
        operating_points.c.model_id,
        operating_points.c.am_target,
        operating_points.c.threshold,
        operating_points.c.certainty,
        operating_points.c.chosen_at,
        operating_points.c.reason.label("point_reason"),
        _chooser.c.name.label("chosen_by"),
        _deployer.c.name.label("deployed_by"),
        models.c.version_name.label("model_name"),
    )
    return select(deployments, *columns).select_from(source)


def _usable() -> Select[*tuple[object, ...]]:
    is_withdrawn = select(models.c.id).where(models.c.withdrawn_at.is_not(None))
    return _query().where(operating_points.c.model_id.not_in(is_withdrawn))


def _deployment(row: Row[*tuple[object, ...]]) -> Deployment:
    point = OperatingPoint(
        id=row.point_id,
        model_id=row.model_id,
        am_target=row.am_target,
        threshold=row.threshold,
        chosen_by=row.chosen_by or COMMAND_LINE,
        chosen_at=row.chosen_at,
        reason=row.point_reason,
        certainty=Certainty.of(row.certainty),
        model_name=row.model_name,
    )
    return Deployment(row.id, point, row.deployed_by or COMMAND_LINE, row.deployed_at, row.reason)
