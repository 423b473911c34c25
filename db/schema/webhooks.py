"""Tables of webhooks: the addresses that are told of events, and each delivery."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table, Text

from core.domain.webhooks import DeliveryState, WebhookEvent
from db.schema.columns import metadata, own_number, points_to
from db.schema.enum_words import EnumWord

webhooks = Table(
    "webhooks",
    metadata,
    own_number(),
    Column("name", String(80), nullable=False, unique=True),
    Column("url", String(2_000), nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret", Text, nullable=False),  # sealed
    Column("old_secret", Text),  # sealed; the one before, until it counts no more
    Column("old_until", DateTime),
    points_to("account_id", "accounts", nullable=True),  # who added it; empty: the command line
    Column("created_at", DateTime, nullable=False),
    Column("ended_reason", String(200), nullable=False, default=""),
)

# Deleted with their webhook; no backup holds them, or a restored one would tell everything again.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    own_number(),
    points_to("webhook_id", "webhooks", index=True),
    Column("message_id", String(40), nullable=False),
    Column("event", EnumWord(WebhookEvent, length=24), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", EnumWord(DeliveryState, length=12), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("note", String(200), nullable=False, default=""),
)
