"""Webhooks and their deliveries. A delivery is one event for one webhook, and is taken by one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.webhooks import Delivery, DeliveryState, Webhook, WebhookEvent
from core.errors import Conflict
from db import session
from db.schema import webhook_deliveries, webhooks

LONGEST_NOTE = 200


def add(
    tx: Connection, name: str, url: str, events: Sequence[WebhookEvent], *, secret: str, account_id: int | None
) -> int:
    """A new webhook with its sealed secret; its number. Conflict when one has the name."""
    values = {
        "name": name,
        "url": url,
        "events": [str(event) for event in events],
        "secret": secret,
        "account_id": account_id,
        "created_at": session.now(),
        "ended_reason": "",
    }
    try:
        with tx.begin_nested():
            return int(tx.execute(insert(webhooks).values(values).returning(webhooks.c.id)).scalar_one())
    except IntegrityError:
        raise Conflict(
            "There is a webhook named {name!r} already; choose another name.",
            name=name,
        ) from None


def remove(tx: Connection, webhook_id: int) -> None:
    """Delete a webhook with its deliveries."""
    tx.execute(delete(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id))
    tx.execute(delete(webhooks).where(webhooks.c.id == webhook_id))


def end(tx: Connection, webhook_id: int, reason: str) -> None:
    """Send nothing any more, and say why."""
    tx.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(ended_reason=reason[:LONGEST_NOTE]))


def resume(tx: Connection, webhook_id: int) -> None:
    """Send again; what happened meanwhile was not stored for it."""
    tx.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(ended_reason=""))


def every(tx: Connection) -> list[Webhook]:
    """All webhooks, oldest first."""
    return [_webhook(row) for row in tx.execute(select(webhooks).order_by(webhooks.c.id))]


def by_name(tx: Connection, name: str) -> Webhook | None:
    row = tx.execute(select(webhooks).where(webhooks.c.name == name)).one_or_none()
    return _webhook(row) if row else None


def by_id(tx: Connection, webhook_id: int) -> Webhook | None:
    row = tx.execute(select(webhooks).where(webhooks.c.id == webhook_id)).one_or_none()
    return _webhook(row) if row else None


def replace_secret(tx: Connection, webhook_id: int, sealed: str, *, old_until: datetime | None) -> None:
    """Another sealed secret; the present one goes on beside it until a time, or is over (None)."""
    old = {"old_secret": webhooks.c.secret if old_until else None, "old_until": old_until}
    tx.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(secret=sealed, **old))


def forget_old_secrets(tx: Connection) -> None:
    """Delete those that count no more."""
    is_over = webhooks.c.old_until <= session.now()
    tx.execute(update(webhooks).where(is_over).values(old_secret=None, old_until=None))


def sealed_secrets(tx: Connection, webhook_id: int) -> list[str]:
    """Those that count now, the present one first."""
    query = select(webhooks.c.secret, webhooks.c.old_secret, webhooks.c.old_until).where(webhooks.c.id == webhook_id)
    row = tx.execute(query).one()
    has_old = row.old_secret is not None and row.old_until is not None and session.now() < row.old_until
    return [row.secret, row.old_secret] if has_old else [row.secret]


def reseal_secrets(tx: Connection, reseal: Callable[[str], str]) -> int:
    """Store every secret as `reseal` gives it; of how many webhooks they changed."""
    changed = 0
    query = select(webhooks.c.id, webhooks.c.secret, webhooks.c.old_secret).with_for_update()
    for row in tx.execute(query).all():
        old = None if row.old_secret is None else reseal(row.old_secret)
        sealed = reseal(row.secret)
        if (sealed, old) != (row.secret, row.old_secret):
            tx.execute(update(webhooks).where(webhooks.c.id == row.id).values(secret=sealed, old_secret=old))
            changed += 1
    return changed


def add_delivery(tx: Connection, webhook_id: int, message_id: str, event: WebhookEvent, body: str) -> int:
    """A delivery that is due at once; its number."""
    now = session.now()
    values = {
        "webhook_id": webhook_id,
        "message_id": message_id,
        "event": event,
        "body": body,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "created_at": now,
        "next_at": now,
        "note": "",
    }
    return int(tx.execute(insert(webhook_deliveries).values(values).returning(webhook_deliveries.c.id)).scalar_one())


def take_due(tx: Connection, *, until: datetime, delivery_id: int | None = None) -> Delivery | None:
    """The delivery that has been due longest, or the one named, held until a time: nobody else takes it meanwhile."""
    table = webhook_deliveries
    due = (table.c.state == DeliveryState.WAITING) & (table.c.next_at <= session.now())
    query = select(table).where(due).order_by(table.c.next_at, table.c.id).limit(1)
    if delivery_id is not None:
        query = query.where(table.c.id == delivery_id)
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    is_same = (table.c.id == row.id) & (table.c.next_at == row.next_at) & (table.c.attempts == row.attempts)
    held = tx.execute(update(table).where(is_same).values(next_at=until, attempts=row.attempts + 1))
    return _delivery(row, attempts=row.attempts + 1) if held.rowcount else None


def note_attempt(
    tx: Connection, delivery_id: int, state: DeliveryState, note: str, *, next_at: datetime | None = None
) -> None:
    """What became of an attempt."""
    values: dict[str, Any] = {"state": state, "note": note[:LONGEST_NOTE]}
    if next_at is not None:
        values["next_at"] = next_at
    tx.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == delivery_id).values(values))


def delivery(tx: Connection, delivery_id: int) -> Delivery | None:
    row = tx.execute(select(webhook_deliveries).where(webhook_deliveries.c.id == delivery_id)).one_or_none()
    return _delivery(row, attempts=row.attempts) if row else None


def newest_deliveries(tx: Connection, *, limit: int) -> list[Delivery]:
    query = select(webhook_deliveries).order_by(webhook_deliveries.c.id.desc()).limit(limit)
    return [_delivery(row, attempts=row.attempts) for row in tx.execute(query)]


def forget_deliveries(tx: Connection, *, before: datetime) -> None:
    """Delete those that are over and older."""
    is_over = webhook_deliveries.c.state != DeliveryState.WAITING
    tx.execute(delete(webhook_deliveries).where(is_over & (webhook_deliveries.c.created_at < before)))


def _webhook(row: Row[Any]) -> Webhook:
    events = tuple(WebhookEvent(event) for event in row.events)
    has_old = row.old_until is not None and session.now() < row.old_until
    old_until = row.old_until if has_old else None
    return Webhook(row.id, row.name, row.url, events, row.created_at, row.ended_reason, old_until)


def _delivery(row: Row[Any], *, attempts: int) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        message_id=row.message_id,
        event=row.event,
        body=row.body,
        state=row.state,
        attempts=attempts,
        created_at=row.created_at,
        next_at=row.next_at,
        note=row.note,
    )
