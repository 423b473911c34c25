"""What the Overview remembers: which warnings somebody dismissed."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, String, Table

from core.domain.standing_warnings import WarningKind
from db.schema.columns import metadata, own_number, points_to
from db.schema.enum_words import EnumWord

# Only ever added; the newest of a fingerprint counts. The fingerprint is a digest of subject and evidence: no name.
dismissals = Table(
    "dismissals",
    metadata,
    own_number(),
    Column("kind", EnumWord(WarningKind, length=24), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("is_dismissed", Boolean, nullable=False),  # no: shown again
    points_to("account_id", "accounts", nullable=True),  # empty: the command line
    Column("at", DateTime, nullable=False),
    Index("ix_dismissals_fingerprint", "fingerprint", "id"),
)
