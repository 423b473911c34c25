"""What remains of an erasure: a receipt, and digests by which a restore knows what must not come back."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, DateTime, String, Table

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

# While a row is here, triggers note in `written_rows` which rows with texts are written: see `db.written_rows`.
row_watches = Table("row_watches", metadata, own_number(), Column("began_at", DateTime, nullable=False))

written_rows = Table(
    "written_rows",
    metadata,
    own_number(),
    Column("name", String(40), nullable=False),  # of the table
    Column("row_key", String(64), nullable=False),
)
