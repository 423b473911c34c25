"""Tables of jobs, snapshots, models, probabilities and deployments."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)

from db.schema.columns import LABEL, LABEL_CHECK, SPLIT, metadata, own_number, points_to, unique_where

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("parameters", JSON, nullable=False, default=dict),
    Column("steps", JSON, nullable=False, default=list),
    Column("result", JSON, nullable=False, default=dict),
    Column("error", Text, nullable=False, default=""),
    Column("error_message", JSON(none_as_null=True)),  # what the error is translated from; empty: an earlier version's
    points_to("account_id", "accounts", nullable=True),
    Column("created_at", DateTime, nullable=False, index=True),
    Column("started_at", DateTime),
    Column("ended_at", DateTime),
    Column("heartbeat_at", DateTime),  # the running job's sign of life
    Column("owner", String(120)),  # the process that runs it: host/pid/a random word
    Column("cancel_requested_at", DateTime),
    # one job of a kind at a time
    unique_where("state IN ('queued', 'running')", "uq_jobs_live", "kind"),
)

snapshots = Table(
    "snapshots",
    metadata,
    own_number(),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", DateTime, nullable=False),
    # the last update of kept figures that was in the view it was frozen from; empty: not known
    Column("n_updates", Integer),
    Column("n_items", Integer, nullable=False, default=0, server_default="0"),  # an erasure takes off what it removes
)

# A row is in every snapshot from its first to its last, so that a further snapshot adds what differs and no more: see
# `db.snapshot_spans`. No foreign keys to snapshots: rows are written before the snapshot that they begin with.
snapshot_items = Table(
    "snapshot_items",
    metadata,
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True),
    Column("first_snapshot_id", Integer, primary_key=True, autoincrement=False),
    Column("last_snapshot_id", Integer),  # empty: in the newest snapshot, and in the next unless that ends it
    Column("label", LABEL, nullable=False),
    Column("split", SPLIT, nullable=False),
    Column("weight", Float, nullable=False, default=1.0, server_default="1"),  # not 1: drawn in class
    CheckConstraint(LABEL_CHECK, name="label"),
    sqlite_with_rowid=False,
)

# One row: how often items were written. Who writes some holds this row.
snapshot_writes = Table("snapshot_writes", metadata, own_number(), Column("n_writes", Integer, nullable=False))

models = Table(
    "models",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("version_name", String(120), nullable=False, default="", server_default=""),  # "Fusion 7"
    points_to("snapshot_id", "snapshots"),
    Column("job_id", ForeignKey("jobs.id")),
    Column("seconds", Float, nullable=False),
    Column("created_at", DateTime, nullable=False, index=True),
    Column("card", JSON, nullable=False),
    Column("withdrawn_at", DateTime),  # it held rows of an erased child: its folder is gone, it never decides again
)

# The highest number that a family of models has used: the number of a deleted model is never given again.
model_numbers = Table(
    "model_numbers",
    metadata,
    Column("family", String(120), primary_key=True),
    Column("highest", Integer, nullable=False),
)

probabilities = Table(
    "probabilities",
    metadata,
    Column("model_id", ForeignKey("models.id"), primary_key=True),
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True, index=True),
    Column("p_accepted", Float, nullable=False),
    Column("p_noise", Float),  # empty where the model's task does not separate the rejected classes
    Column("p_speechless", Float),
)

# Out-of-fold probabilities of a system, stored with the job that cross-validated it.
fold_probabilities = Table(
    "fold_probabilities",
    metadata,
    Column("job_id", ForeignKey("jobs.id"), primary_key=True),
    Column("system", String(120), primary_key=True),
    Column("recording_id", ForeignKey("recordings.id"), primary_key=True, index=True),
    Column("fold", Integer, nullable=False),
    Column("p_accepted", Float, nullable=False),
    Column("p_noise", Float),
    Column("p_speechless", Float),
)

# A new model held against the one in force, whatever came of it. The names stay when a model is deleted.
challenges = Table(
    "challenges",
    metadata,
    own_number(),
    Column("challenger_id", String(80), nullable=False, index=True),
    Column("champion_id", String(80)),
    Column("am_target", Float, nullable=False),
    Column("is_offered", Boolean, nullable=False),
    Column("figures", JSON, nullable=False, default=dict),
    Column("decided_at", DateTime, nullable=False),
)

operating_points = Table(
    "operating_points",
    metadata,
    own_number(),
    Column("model_id", ForeignKey("models.id"), nullable=False, index=True),
    Column("am_target", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("certainty", Float, nullable=False, default=0.5, server_default="0.5"),
    points_to("account_id", "accounts", nullable=True),
    Column("reason", Text, nullable=False, default=""),
    Column("chosen_at", DateTime, nullable=False),
)

deployments = Table(
    "deployments",
    metadata,
    own_number(),
    points_to("operating_point_id", "operating_points"),
    points_to("account_id", "accounts", nullable=True),
    Column("reason", Text, nullable=False, default=""),
    Column("deployed_at", DateTime, nullable=False),
)
