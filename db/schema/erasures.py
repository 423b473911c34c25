"""What remains of an erasure: a receipt, and digests by which a restore knows what must not come back."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, String, Table

from db.schema.columns import metadata, own_number

# Signed when they are written; `is_log_empty` is not part of that, since it comes true later.
erasure_receipts = Table(
    "erasure_receipts",
    metadata,
    own_number(),
    Column("body", JSON, nullable=False),
    Column("is_log_empty", Boolean, nullable=False, default=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    own_number(),
    Column("kind", String(10), nullable=False),
    Column("salt", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("erased_at", String(32), nullable=False),  # ISO 8601, UTC
    # from when retention counted, ISO 8601, UTC; empty where a person asked for the erasure
    Column("counted_from", String(32)),
    CheckConstraint("kind IN ('child', 'recording')", name="kind"),
)
