"""Sends what `events` stored, in the background, again after a while where it fails.

A delivery is held for longer than an attempt takes, so of several servers one sends it; when that one ends in between,
it is sent again with the same id, which tells the receiver that it is the same.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from datetime import timedelta

from core.config import without_secrets
from core.domain.webhooks import Delivery, DeliveryState, retry_after, signatures
from core.errors import EarshotError
from core.translation import mark
from core.workflows.accounts import sealing
from core.workflows.webhooks import destinations
from db import session, webhooks

log = logging.getLogger(__name__)
LOOK_EVERY_S = 2.0
HELD_FOR = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)
AT_ONCE = 50
GONE = 410
GONE_REASON = mark("The receiver answered that it is gone (410).")


async def watch_deliveries() -> None:
    """Send what is due every two seconds while the server runs."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await asyncio.to_thread(deliver_due)
        except EarshotError as error:
            log.warning("No webhooks: %s", error)
        except Exception:
            log.error("Sending webhooks broke\n%s", without_secrets(traceback.format_exc()))


def deliver_due() -> int:
    """Send what is due now, and forget what has long been over; how many attempts were made."""
    n_attempts = 0
    while n_attempts < AT_ONCE and deliver_next():
        n_attempts += 1
    if n_attempts:
        with session.writing() as tx:
            webhooks.forget_deliveries(tx, before=session.now() - KEPT_FOR)
            webhooks.forget_old_secrets(tx)
    return n_attempts


def deliver_next(delivery_id: int | None = None) -> bool:
    """One attempt at the delivery that has been due longest, or at the one named; False when none is due."""
    with session.reading() as tx:
        if not webhooks.every(tx):
            return False
    with session.writing() as tx:
        taken = webhooks.take_due(tx, until=session.now() + HELD_FOR, delivery_id=delivery_id)
    if taken is None:
        return False
    state, note = _attempt(taken)
    with session.writing() as tx:
        pause = retry_after(taken.attempts)
        if state is DeliveryState.WAITING and pause is not None:
            webhooks.note_attempt(tx, taken.id, state, note, next_at=session.now() + pause)
        else:
            over = DeliveryState.FAILED if state is DeliveryState.WAITING else state
            webhooks.note_attempt(tx, taken.id, over, note)
        if note == str(GONE):
            webhooks.end(tx, taken.webhook_id, GONE_REASON)
    return True


def _attempt(taken: Delivery) -> tuple[DeliveryState, str]:
    """What became of it, and the status or why there was none; `WAITING` is to be tried again."""
    with session.reading() as tx:
        webhook = webhooks.by_id(tx, taken.webhook_id)
        sealed = webhooks.sealed_secrets(tx, taken.webhook_id) if webhook else []
    if webhook is None or webhook.ended_reason:
        return DeliveryState.FAILED, "The webhook is not in force any more."
    sent_at = int(time.time())
    try:
        signed = signatures(map(sealing.unseal, sealed), taken.message_id, sent_at, taken.body)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Earshot",
            "webhook-id": taken.message_id,
            "webhook-timestamp": str(sent_at),
            "webhook-signature": signed,
        }
        status = destinations.post(webhook.url, taken.body, headers)
    except EarshotError as error:
        return DeliveryState.WAITING, str(error)
    if 200 <= status < 300:
        return DeliveryState.DELIVERED, str(status)
    return (DeliveryState.FAILED if status == GONE else DeliveryState.WAITING), str(status)
