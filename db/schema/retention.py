"""How long recordings are kept, and when that was last applied."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Integer, String, Table, UniqueConstraint

from core.domain.erasure import ModelsChoice
from db.schema.columns import metadata, own_number, points_to
from db.schema.enum_words import EnumWord

# The default has an empty source, and so has the rule for recordings whose source is not known.
retention_rules = Table(
    "retention_rules",
    metadata,
    own_number(),
    Column("is_default", Boolean, nullable=False),
    Column("source", String(120), nullable=False),
    Column("days", Integer),  # empty: until somebody erases them
    Column("models", EnumWord(ModelsChoice, length=10), nullable=False),
    points_to("account_id", "accounts", nullable=True),
    Column("set_at", DateTime, nullable=False),
    CheckConstraint("days > 0", name="days"),
    UniqueConstraint("is_default", "source"),
)

# A row a day: whoever writes it runs, so that of several servers one does.
retention_runs = Table(
    "retention_runs",
    metadata,
    own_number(),
    Column("day", String(10), nullable=False, unique=True),  # UTC
    Column("started_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("recordings", Integer, nullable=False, default=0),
    Column("postponed", Integer, nullable=False, default=0),
)
