"""The children, their recordings, and where these came from."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, Float, Integer, String, Table, Text

from core.domain.recordings import LONGEST_CONSENT
from db.schema.columns import SPLIT, metadata, own_number, points_to

children = Table(
    "children",
    metadata,
    own_number(),
    Column("pseudonym", String(120), nullable=False, unique=True),
    # 'train' in the pool: by a manifest this child is not for testing
    Column("pool", SPLIT),
    Column("split", SPLIT),
    # what shows that the parents agreed: the number of a form, or words; empty: none is known
    Column("consent", String(LONGEST_CONSENT), nullable=False, server_default=""),
    CheckConstraint("split IN ('train', 'validation', 'test')", name="split"),
    sqlite_autoincrement=True,
)

recordings = Table(
    "recordings",
    metadata,
    own_number(),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("extension", String(8), nullable=False),
    Column("filename", Text, nullable=False),
    points_to("child_id", "children", index=True),
    Column("language", String(20), nullable=False, default=""),
    Column("word", Text, nullable=False, default=""),
    Column("source", String(120), nullable=False, default=""),
    Column("collected_at", DateTime),
    Column("duration_s", Float, nullable=False),
    Column("sample_rate_hz", Integer, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("extra", JSON, nullable=False, default=dict),  # columns of the manifest that Earshot does not use
    Column("round", Integer, nullable=False, default=1),
    Column("wanted", Integer, nullable=False, default=2),  # judgements that this round waits for; 3 with a third judge
    Column("waveform_sha256", String(64), index=True),  # '' for silence; NULL: not computed yet
    Column("imported_at", DateTime, nullable=False),
    # the number of an erased recording is never used again: a browser may still hold it, or a label for it
    sqlite_autoincrement=True,
)

imports = Table(
    "imports",
    metadata,
    own_number(),
    Column("source", Text, nullable=False),
    points_to("account_id", "accounts", nullable=True),
    Column("started_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("recordings", Integer, nullable=False, default=0),
    Column("known", Integer, nullable=False, default=0),
    Column("judgements", Integer, nullable=False, default=0),
    Column("refused", JSON, nullable=False, default=list),
    Column("notes", JSON, nullable=False, default=list),
)
