"""Tables of programs: their keys, what was decided for them, and answers that a repeated request gets again."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, Float, Integer, String, Table, UniqueConstraint

from core.domain.decisions import LONGEST_SOURCE, RejectionReason, Verdict
from db.schema.columns import metadata, own_number, points_to
from db.schema.enum_words import EnumWord

# A key is never deleted, only revoked: decision records name it.
api_keys = Table(
    "api_keys",
    metadata,
    own_number(),
    Column("name", String(80), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False, unique=True),  # SHA-256 of 256 random bits
    Column("scopes", JSON, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("networks", JSON, nullable=False, default=list),
    Column("sources", JSON, nullable=False, default=list),
    points_to("account_id", "accounts", nullable=True),  # who made it; empty: the command line
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime),
    Column("used_at", DateTime),
    Column("revoked_at", DateTime),
    CheckConstraint("per_minute > 0", name="per_minute"),
)

# No audio, no child, no file name; the model's name stays when the model is deleted.
decisions = Table(
    "decisions",
    metadata,
    Column("id", String(32), primary_key=True),
    points_to("key_id", "api_keys", nullable=True, index=True),
    Column("decided_at", DateTime, nullable=False, index=True),
    Column("verdict", EnumWord(Verdict, length=10), nullable=False),
    Column("reason", EnumWord(RejectionReason, length=12)),
    Column("p_accepted", Float, nullable=False),
    Column("p_noise", Float),
    Column("p_speechless", Float),
    Column("threshold", Float, nullable=False),
    Column("model_id", String(80), nullable=False),
    Column("source", String(LONGEST_SOURCE), nullable=False, default=""),
    Column("duration_s", Float, nullable=False),
    Column("distance", Float),
    Column("inclusion", Float),  # the probability of being drawn for judges; empty: none could be
)

# Digests only, and of what came back the answer; gone after a day.
repeated_requests = Table(
    "repeated_requests",
    metadata,
    own_number(),
    points_to("key_id", "api_keys"),
    Column("token_hash", String(64), nullable=False),  # of the header Idempotency-Key
    Column("fingerprint", String(64), nullable=False),  # of the request, keyed with that header, which is not stored
    Column("began_at", DateTime, nullable=False, index=True),
    Column("answer", JSON),  # empty: it is still being answered
    UniqueConstraint("key_id", "token_hash"),
)
