"""Accounts of people whom files name: external annotators, who cannot sign in, and whom of us they are

Accounts that an import made, and that nobody gave a password since, become external annotators.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACCOUNTS = sa.table(
    "accounts",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("password_hash", sa.Text),
    sa.column("is_external", sa.Boolean),
)
AUDIT = sa.table("audit", sa.column("action", sa.String), sa.column("subject", sa.Text), sa.column("detail", sa.JSON))


def upgrade() -> None:
    op.add_column("accounts", sa.Column("is_external", sa.Boolean(), nullable=False, server_default=sa.false()))
    # in one statement: SQLite cannot add a constraint later without replacing the table, which others point to
    op.execute(
        "ALTER TABLE accounts ADD COLUMN matched_to INTEGER CONSTRAINT fk_accounts_matched_to REFERENCES accounts (id)"
    )
    tx = op.get_bind()
    entries = tx.execute(sa.select(AUDIT).where(AUDIT.c.action == "add account")).all()
    imported = [entry.subject for entry in entries if dict(entry.detail or {}).get("by") == "import"]
    for name in imported:
        of_import = (ACCOUNTS.c.name == name) & ACCOUNTS.c.password_hash.is_(None)
        tx.execute(sa.update(ACCOUNTS).where(of_import).values(is_external=True))


def downgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.drop_constraint(op.f("fk_accounts_matched_to"), type_="foreignkey")
        table.drop_column("matched_to")
        table.drop_column("is_external")
