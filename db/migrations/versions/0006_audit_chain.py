"""The audit log as a chain of hashes that is only added to, with the address that a deed came from

Entries from before are chained in the order of their numbers; what somebody changed in them earlier cannot be known.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

import sqlalchemy as sa
from alembic import op

from core.domain.audit import FIRST_PREVIOUS_HASH, AuditEntry, content_hash, entry_hash

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW_COLUMNS = {"address": 45, "salt": 32, "content_hash": 64, "previous_hash": 64, "hash": 64}
AUDIT = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime),
    sa.column("account_id", sa.Integer),
    sa.column("actor", sa.String),
    sa.column("action", sa.String),
    sa.column("subject", sa.Text),
    sa.column("detail", sa.JSON),
    *(sa.column(name, sa.String) for name in NEW_COLUMNS),
)
HEAD = sa.table(
    "audit_head",
    sa.column("id", sa.Integer),
    sa.column("n_entries", sa.Integer),
    sa.column("last_id", sa.Integer),
    sa.column("hash", sa.String),
)
# INSERT OR REPLACE removes a row without firing the trigger for DELETE, so an INSERT is looked at as well
SQLITE_TRIGGERS = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
    "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
)


def upgrade() -> None:
    for name, length in NEW_COLUMNS.items():
        op.add_column("audit", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("n_entries", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    _chain()
    for statement in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP FUNCTION refuse_audit_change() CASCADE")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit") as table:
        for name in NEW_COLUMNS:
            table.drop_column(name)


def _chain() -> None:
    tx = op.get_bind()
    previous, n_entries, last_id = FIRST_PREVIOUS_HASH, 0, 0
    for row in tx.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).all():
        salt, detail = secrets.token_hex(16), dict(row.detail or {})
        entry = AuditEntry(
            row.id,
            row.at,
            row.account_id,
            row.actor,
            row.action,
            row.subject,
            detail,
            salt=salt,
            content_hash=content_hash(salt, row.subject, detail),
            previous_hash=previous,
        )
        entry = replace(entry, hash=entry_hash(entry))
        values = {name: getattr(entry, name) for name in NEW_COLUMNS}
        tx.execute(sa.update(AUDIT).where(AUDIT.c.id == row.id).values(values))
        previous, n_entries, last_id = entry.hash, n_entries + 1, row.id
    if n_entries:
        op.bulk_insert(HEAD, [{"id": 1, "n_entries": n_entries, "last_id": last_id, "hash": previous}])
