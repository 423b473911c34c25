"""Webhooks added, listed, tried, paused, removed and given new secrets, by administrators.

A secret is shown once and stored sealed.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta

from core.domain.actor import Actor
from core.domain.names import checked_person_name
from core.domain.permissions import Permission
from core.domain.webhooks import (
    CHOSEN_EVENTS,
    LONGEST_OVERLAP,
    OVERLAP,
    SECRET_BYTES,
    SECRET_PREFIX,
    Delivery,
    Webhook,
    WebhookEvent,
)
from core.errors import NotFound, Refused
from core.translation import mark
from core.workflows.accounts import authorisation, sealing
from core.workflows.webhooks import delivery, destinations, events
from db import audit, session, webhooks

LONGEST_NAME = 60
SHOWN_DELIVERIES = 50
PAUSED_REASON = mark("It was paused.")


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
    secret = _drawn_secret()
    ordered = [event for event in CHOSEN_EVENTS if event in chosen]
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_WEBHOOKS)
        sealed = sealing.seal(secret)
        webhook_id = webhooks.add(tx, name, url, ordered, secret=sealed, account_id=actor.account_id)
        detail = {"host": destinations.check_url(url).hostname, "events": [event.value for event in ordered]}
        audit.record(tx, actor.account_id, actor.name, "add webhook", name, detail)
        return _existing(webhooks.by_id(tx, webhook_id), name), secret


def rotate_secret(name: str, *, overlap: timedelta = OVERLAP, actor: Actor) -> tuple[Webhook, str]:
    """A new secret, which cannot be read again. Requests are signed with the old one as well while `overlap` lasts.

    A secret that was still in force from the rotation before is over.

    Raises
    ------
    NotFound
        There is none of that name.
    Refused
        The overlap is negative, or longer than 30 days.
    """
    authorisation.require_confirmed_first(actor, Permission.MANAGE_WEBHOOKS)
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Refused(
            "An old secret goes on for 0 to {longest_hours} hours, not {hours:g}.",
            longest_hours=LONGEST_OVERLAP // timedelta(hours=1),
            hours=overlap / timedelta(hours=1),
        )
    secret = _drawn_secret()
    with session.writing() as tx:
        authorisation.require_confirmed(tx, actor, Permission.MANAGE_WEBHOOKS)
        webhook = _existing(webhooks.by_name(tx, name), name)
        old_until = session.now() + overlap if overlap else None
        webhooks.replace_secret(tx, webhook.id, sealing.seal(secret), old_until=old_until)
        detail = {"old_until": old_until.isoformat() if old_until else ""}
        audit.record(tx, actor.account_id, actor.name, "rotate webhook secret", name, detail)
        return _existing(webhooks.by_name(tx, name), name), secret


def pause_webhook(name: str, *, actor: Actor) -> None:
    """Tell it nothing until it goes on. What happens meanwhile it is never told; NotFound for no webhook."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.MANAGE_WEBHOOKS)
        webhook = _existing(webhooks.by_name(tx, name), name)
        if not webhook.ended_reason:
            webhooks.end(tx, webhook.id, PAUSED_REASON)
            audit.record(tx, actor.account_id, actor.name, "pause webhook", name)


def resume_webhook(name: str, *, actor: Actor) -> None:
    """Tell it again: one that was paused, or whose receiver had answered that it is gone; NotFound for no webhook."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.MANAGE_WEBHOOKS)
        webhook = _existing(webhooks.by_name(tx, name), name)
        if webhook.ended_reason:
            webhooks.resume(tx, webhook.id)
            audit.record(tx, actor.account_id, actor.name, "resume webhook", name)


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


def _drawn_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _existing(webhook: Webhook | None, name: str) -> Webhook:
    if webhook is None:
        raise NotFound(
            "There is no webhook named {name!r}.",
            name=name,
        )
    return webhook
