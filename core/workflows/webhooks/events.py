"""Events that webhooks are told of.

An event is stored with what caused it, in one transaction: nothing is told that did not happen, and nothing is lost
when the server ends in between. `delivery` sends it later. No event holds anything of a child, a recording or a label.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from core.domain.models import Deployment
from core.domain.webhooks import WebhookEvent
from core.json_values import without_nan
from db import session, webhooks


def announce(tx: session.Connection, event: WebhookEvent, data: Mapping[str, object]) -> None:
    """Store an event for every webhook in force that asked for it."""
    for webhook in webhooks.every(tx):
        if event in webhook.events and not webhook.ended_reason:
            add_event(tx, webhook.id, event, data)


def announce_deployment(tx: session.Connection, event: WebhookEvent, deployment: Deployment) -> None:
    """Which model decides now, at which threshold; by whom and why stays here."""
    point = deployment.operating_point
    announce(
        tx,
        event,
        {
            "model": point.model_id,
            "am_target": point.am_target,
            "threshold": point.threshold,
            "certainty": point.certainty.value,
            "since": f"{deployment.deployed_at.isoformat()}Z",
        },
    )


def announce_alarm(kind: str, source: str, figures: Mapping[str, float | None]) -> None:
    """An alarm of the watch over what is scored: its kind, the source it is about, and figures."""
    with session.writing() as tx:
        announce(tx, WebhookEvent.ALARM_RAISED, {"kind": kind, "source": source, "figures": dict(figures)})


def add_event(tx: session.Connection, webhook_id: int, event: WebhookEvent, data: Mapping[str, object]) -> int:
    """Store an event for one webhook; the number of its delivery."""
    content = {"type": event.value, "timestamp": f"{session.now().isoformat()}Z", "data": without_nan(data)}
    body = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return webhooks.add_delivery(tx, webhook_id, f"msg_{secrets.token_hex(16)}", event, body)
