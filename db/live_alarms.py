"""Alarms: the first time since a deployment that AM in class was shown to be above its target."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from core.domain.live import LiveAlarm
from db.schema import live_alarms


def add(tx: Connection, alarm: LiveAlarm) -> bool:
    """Whether it is the first of this deployment and source; another one is not stored."""
    if any(known.source == alarm.source for known in of_deployment(tx, alarm.deployment_id)):
        return False
    tx.execute(
        insert(live_alarms).values(
            deployment_id=alarm.deployment_id,
            is_of_all=alarm.source is None,
            source=alarm.source or "",
            raised_at=alarm.raised_at,
            capital=alarm.capital,
            am=alarm.am,
            n=alarm.n,
        )
    )
    return True


def of_deployment(tx: Connection, deployment_id: int) -> list[LiveAlarm]:
    """In the order in which they were raised."""
    query = select(live_alarms).where(live_alarms.c.deployment_id == deployment_id).order_by(live_alarms.c.id)
    return [
        LiveAlarm(row.deployment_id, None if row.is_of_all else row.source, row.raised_at, row.capital, row.am, row.n)
        for row in tx.execute(query)
    ]
