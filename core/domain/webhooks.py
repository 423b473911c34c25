"""Webhooks: which events other programs are told of, and when a delivery that failed is tried again.

Source: https://www.standardwebhooks.com/ (signatures, headers, the schedule of attempts).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SECRET_PREFIX = "whsec_"  # noqa: S105  the form of a secret, and none
SECRET_BYTES = 32
OVERLAP = timedelta(days=1)  # for which requests are signed with the old secret as well, after a new one was drawn
LONGEST_OVERLAP = timedelta(days=30)
RETRIES_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)


class WebhookEvent(StrEnum):
    """What is told; no event says anything of a child or a recording."""

    DEPLOYED = "model.deployed"
    ROLLED_BACK = "model.rolled_back"
    RETRAINED = "models.retrained"
    ALARM_RAISED = "alarm.raised"
    TESTED = "webhook.tested"


EVENT_IN_WORDS = {
    WebhookEvent.DEPLOYED: "A model was deployed",
    WebhookEvent.ROLLED_BACK: "A model was rolled back",
    WebhookEvent.RETRAINED: "Models were trained",
    WebhookEvent.ALARM_RAISED: "An alarm was raised",
}
CHOSEN_EVENTS = tuple(EVENT_IN_WORDS)  # a test goes to everyone


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Webhook:
    """An address that is told.

    ended_reason : why nothing is sent any more; empty while it is in force
    old_until : until when requests are also signed with the secret before this one; None without one
    """

    id: int
    name: str
    url: str
    events: tuple[WebhookEvent, ...]
    created_at: datetime
    ended_reason: str = ""
    old_until: datetime | None = None


@dataclass(frozen=True)
class Delivery:
    """One event for one webhook.

    message_id : the same in every attempt, so that the receiver takes it once
    note : of the last attempt: the status, or why there was none
    """

    id: int
    webhook_id: int
    message_id: str
    event: WebhookEvent
    body: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_at: datetime
    note: str = ""


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: str) -> str:
    """What `webhook-signature` holds: one for each secret in force. A receiver takes a request if any is right."""
    return " ".join(signature(secret, message_id, timestamp, body) for secret in secrets)


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """By one secret: HMAC-SHA256 over id, time and body, under the bytes that the secret names."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def retry_after(attempts: int) -> timedelta | None:
    """How long after a failed attempt, the `attempts`-th, the next one comes; None after the last."""
    return RETRIES_AFTER[attempts - 1] if attempts <= len(RETRIES_AFTER) else None
