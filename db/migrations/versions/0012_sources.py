"""Thresholds of a source, recordings drawn to choose them, and what was scored of each source by day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("model_id", sa.String(length=80), nullable=False),
        sa.Column("am_target", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("n_judged", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_source_points_account_id")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_source_points_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_points")),
    )
    op.create_index(op.f("ix_source_points_source"), "source_points", ["source"])
    op.create_index(op.f("ix_source_points_model_id"), "source_points", ["model_id"])
    op.create_table(
        "source_draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_source_draws_account_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_source_draws_recording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_draws")),
        sa.UniqueConstraint("recording_id", name=op.f("uq_source_draws_recording_id")),
    )
    op.create_index(op.f("ix_source_draws_source"), "source_draws", ["source"])
    op.create_table(
        "source_summaries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("model_id", sa.String(length=80), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("n_refused", sa.Integer(), nullable=False),
        sa.Column("sum_p", sa.Float(), nullable=False),
        sa.Column("n_processed", sa.Integer(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("reading_sums", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_source_summaries_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_summaries")),
        sa.UniqueConstraint("source", "day", "model_id", name=op.f("uq_source_summaries_source_day_model_id")),
    )


def downgrade() -> None:
    for table in ("source_summaries", "source_draws", "source_points"):
        op.drop_table(table)
