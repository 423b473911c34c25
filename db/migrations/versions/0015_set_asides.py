"""Labels of a judge that staff set aside: kept, and not counted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BARS = "ix_judgements_bars_judge"


def upgrade() -> None:
    op.create_table(
        "set_asides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("begins_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_for_others", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_set_asides_account_id")),
        sa.ForeignKeyConstraint(["judge_id"], ["accounts.id"], name=op.f("fk_set_asides_judge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_asides")),
    )
    op.create_index(op.f("ix_set_asides_judge_id"), "set_asides", ["judge_id"])
    op.add_column("judgements", sa.Column("set_aside_id", sa.Integer(), nullable=True))
    op.add_column("judgements", sa.Column("bars_judge", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("repeats", sa.Column("set_aside_id", sa.Integer(), nullable=True))
    op.create_index(
        BARS,
        "judgements",
        ["recording_id", "account_id", "round"],
        sqlite_where=sa.text("bars_judge = 1"),
        postgresql_where=sa.text("bars_judge"),
    )


def downgrade() -> None:
    # what is set aside stays out of force, as if it had been taken back
    op.drop_index(BARS, "judgements")
    op.drop_column("repeats", "set_aside_id")
    op.drop_column("judgements", "bars_judge")
    op.drop_column("judgements", "set_aside_id")
    op.drop_table("set_asides")
