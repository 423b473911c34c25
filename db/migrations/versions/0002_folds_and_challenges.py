"""Probabilities fold by fold, and new models held against the one in force"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fold_probabilities",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("system", sa.String(length=120), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("p_accepted", sa.Float(), nullable=False),
        sa.Column("p_noise", sa.Float(), nullable=True),
        sa.Column("p_speechless", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_fold_probabilities_job_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_fold_probabilities_recording_id")),
        sa.PrimaryKeyConstraint("job_id", "system", "recording_id", name=op.f("pk_fold_probabilities")),
    )
    op.create_table(
        "challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenger_id", sa.String(length=80), nullable=False),
        sa.Column("champion_id", sa.String(length=80), nullable=True),
        sa.Column("am_target", sa.Float(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    op.create_index(op.f("ix_challenges_challenger_id"), "challenges", ["challenger_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_challenges_challenger_id"), table_name="challenges")
    op.drop_table("challenges")
    op.drop_table("fold_probabilities")
