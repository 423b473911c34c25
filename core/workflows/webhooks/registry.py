"""Webhooks added, listed, removed and tried, by administrators. A secret is shown once and stored sealed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence

from core.domain.actor import Actor
from core.domain.names import checked_person_name
from core.domain.permissions import Permission
from core.domain.webhooks import CHOSEN_EVENTS, SECRET_BYTES, SECRET_PREFIX, Delivery, Webhook, WebhookEvent
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation, sealing
from core.workflows.webhooks import delivery, destinations, events
from db import audit, session, webhooks

LONGEST_NAME = 60
SHOWN_DELIVERIES = 50


def add_webhook(
    name: str, url: str, chosen: Sequence[WebhookEvent] = CHOSEN_EVENTS, *, actor: Actor
) -> tuple[Webhook, str]:
    """A new webhook, and the secret that its receiver checks signatures with, which cannot be read again.

    Raises
    ------
    Refused
        The name, the address or the events cannot be used; the message says which.
    Conflict
        A webhook has the name.
    """
    authorisation.require_confirmed_first(actor, Permission.MANAGE_WEBHOOKS)
    name = checked_person_name(name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(
            "The name of a webhook has 1 to {longest_name} characters, not {n_name}.",
            longest_name=LONGEST_NAME,
            n_name=len(name),
        )
    if not chosen or not set(chosen) <= set(CHOSEN_EVENTS):
        raise Refused(
            "A webhook is told of at least one event of: {chosen_events}.",
            chosen_events=", ".join(CHOSEN_EVENTS),
        )
    destinations.resolve(url)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    ordered = [event for event in CHOSEN_EVENTS if event in chosen]
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_WEBHOOKS)
        sealed = sealing.seal(secret)
        webhook_id = webhooks.add(tx, name, url, ordered, secret=sealed, account_id=actor.account_id)
        detail = {"host": destinations.check_url(url).hostname, "events": [event.value for event in ordered]}
        audit.record(tx, actor.account_id, actor.name, "add webhook", name, detail)
        return _existing(webhooks.by_id(tx, webhook_id), name), secret


def remove_webhook(name: str, *, actor: Actor) -> None:
    """Tell it nothing any more, and forget what was told; NotFound when there is none of that name."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.MANAGE_WEBHOOKS)
        webhook = _existing(webhooks.by_name(tx, name), name)
        webhooks.remove(tx, webhook.id)
        audit.record(tx, actor.account_id, actor.name, "remove webhook", name)


def try_webhook(name: str, *, actor: Actor) -> Delivery:
    """Send a test event at once; what became of it.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.MANAGE_WEBHOOKS)
        webhook = _existing(webhooks.by_name(tx, name), name)
        delivery_id = events.add_event(tx, webhook.id, WebhookEvent.TESTED, {"webhook": name})
        audit.record(tx, actor.account_id, actor.name, "test webhook", name)
    delivery.deliver_next(delivery_id)
    with session.reading() as tx:
        tried = webhooks.delivery(tx, delivery_id)
    if tried is None:
        raise NotFound(
            "The webhook {name!r} was removed meanwhile.",
            name=name,
        )
    return tried


def all_webhooks() -> list[Webhook]:
    """Every webhook, oldest first. Of none is the secret read."""
    with session.reading() as tx:
        return webhooks.every(tx)


def last_deliveries() -> list[Delivery]:
    """The newest deliveries of all webhooks, newest first."""
    with session.reading() as tx:
        return webhooks.newest_deliveries(tx, limit=SHOWN_DELIVERIES)


def _existing(webhook: Webhook | None, name: str) -> Webhook:
    if webhook is None:
        raise NotFound(
            "There is no webhook named {name!r}.",
            name=name,
        )
    return webhook
