"""When somebody last proved who they are; codes after the password; who somebody is at an OpenID Connect provider"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("two_step_since", sa.DateTime(), nullable=True))
    op.add_column("accounts", sa.Column("oidc_login", sa.String(length=255), nullable=True))
    op.add_column("accounts", sa.Column("oidc_issuer", sa.String(length=255), nullable=True))
    op.add_column("accounts", sa.Column("oidc_subject", sa.String(length=255), nullable=True))
    op.create_index("ix_accounts_oidc_identity", "accounts", ["oidc_issuer", "oidc_subject"], unique=True)
    op.add_column("sign_ins", sa.Column("confirmed_at", sa.DateTime(), nullable=True))
    op.create_table(
        "two_step_secrets",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_two_step_secrets_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_two_step_secrets")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_account_id"), "recovery_codes", ["account_id"])


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("two_step_secrets")
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.drop_column("confirmed_at")
    op.drop_index("ix_accounts_oidc_identity", "accounts")
    with op.batch_alter_table("accounts") as batch_op:
        for name in ("oidc_subject", "oidc_issuer", "oidc_login", "two_step_since"):
            batch_op.drop_column(name)
