"""Live: sources that agreed to sampling, samples, alarms; with each decision the probability of being drawn"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("inclusion", sa.Float(), nullable=True))
    op.add_column("snapshot_items", sa.Column("weight", sa.Float(), nullable=False, server_default="1"))
    op.create_table(
        "live_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_live_consents_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_consents")),
    )
    op.create_index(op.f("ix_live_consents_source"), "live_consents", ["source"])
    op.create_table(
        "live_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("model_id", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("p_accepted", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("floor", sa.Float(), nullable=False),
        sa.Column("names_child", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_live_samples_recording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_samples")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_live_samples_decision_id")),
    )
    op.create_index(op.f("ix_live_samples_recording_id"), "live_samples", ["recording_id"])
    op.create_index(op.f("ix_live_samples_decided_at"), "live_samples", ["decided_at"])
    op.create_table(
        "live_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("is_of_all", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("capital", sa.Float(), nullable=False),
        sa.Column("am", sa.Float(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name=op.f("fk_live_alarms_deployment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_alarms")),
        sa.UniqueConstraint(
            "deployment_id", "is_of_all", "source", name=op.f("uq_live_alarms_deployment_id_is_of_all_source")
        ),
    )


def downgrade() -> None:
    for table in ("live_alarms", "live_samples", "live_consents"):
        op.drop_table(table)
    op.drop_column("snapshot_items", "weight")
    op.drop_column("decisions", "inclusion")
