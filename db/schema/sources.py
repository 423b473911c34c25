"""Sources: their own thresholds, the recordings drawn to choose these, and what was scored of each by day."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from core.domain.sources import ThresholdBasis
from db.schema.columns import metadata, own_number, points_to
from db.schema.enum_words import EnumWord

BASIS = EnumWord(ThresholdBasis, length=20)

# Only ever added; the newest of a source, a model and a target is in force. No threshold: back to the common one.
source_points = Table(
    "source_points",
    metadata,
    own_number(),
    Column("source", String(120), nullable=False, index=True),
    Column("model_id", ForeignKey("models.id"), nullable=False, index=True),
    Column("am_target", Float, nullable=False),
    Column("threshold", Float),
    Column("basis", BASIS, nullable=False),
    Column("n", Integer, nullable=False),
    Column("n_judged", Integer, nullable=False),
    Column("figures", JSON, nullable=False, default=dict),
    points_to("account_id", "accounts", nullable=True),  # empty: the command line
    Column("reason", Text, nullable=False, default=""),
    Column("chosen_at", DateTime, nullable=False),
)

# Recordings of a source that two judges shall judge first, spread over p.
source_draws = Table(
    "source_draws",
    metadata,
    own_number(),
    Column("source", String(120), nullable=False, index=True),
    points_to("recording_id", "recordings"),
    points_to("account_id", "accounts", nullable=True),
    Column("drawn_at", DateTime, nullable=False),
    UniqueConstraint("recording_id"),
)

# What was scored, in counts and sums: a row a source, day and model.
source_summaries = Table(
    "source_summaries",
    metadata,
    own_number(),
    Column("source", String(120), nullable=False),
    Column("day", String(10), nullable=False),
    Column("model_id", ForeignKey("models.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("n_refused", Integer, nullable=False),
    Column("sum_p", Float, nullable=False),
    Column("n_processed", Integer, nullable=False),
    Column("sums", JSON, nullable=False, default=list),
    Column("reading_sums", JSON, nullable=False, default=list),
    UniqueConstraint("source", "day", "model_id"),
)
