"""Warnings that were dismissed; from where sign-ins began; the audit log by actor"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dismissals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_dismissals_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dismissals")),
    )
    op.create_index("ix_dismissals_fingerprint", "dismissals", ["fingerprint", "id"])
    op.add_column("sign_ins", sa.Column("address", sa.String(length=45), nullable=False, server_default=""))
    op.add_column("sign_ins", sa.Column("browser", sa.String(length=40), nullable=False, server_default=""))
    op.create_index("ix_audit_actor", "audit", ["actor", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_actor", "audit")
    op.drop_column("sign_ins", "browser")
    op.drop_column("sign_ins", "address")
    op.drop_index("ix_dismissals_fingerprint", "dismissals")
    op.drop_table("dismissals")
