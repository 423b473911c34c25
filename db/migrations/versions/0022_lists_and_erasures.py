"""Indexes for pages of the audit log and for erasures, and triggers that note what is written while one searches"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Without these, each recording that goes has every other row looked through for those that point to it
POINTING = {
    "adjudications": ["recording_id"],
    "fold_probabilities": ["recording_id"],
    "judgements": ["recording_id"],
    "probabilities": ["recording_id"],
    "qualification_answers": ["recording_id"],
    "recording_rounds": ["recording_id"],
    "repeats": ["recording_id", "judgement_id"],
    "snapshot_items": ["recording_id"],
}

# By table: its key, and the columns that may name a child
WATCHED = {
    "accounts": ("id", "name"),
    "adjudications": ("id", "reason"),
    "challenges": ("id", "challenger_id, champion_id, figures"),
    "children": ("id", "pseudonym"),
    "decisions": ("id", "model_id, source"),
    "deployments": ("id", "reason"),
    "imports": ("id", "source, refused, notes"),
    "jobs": ("id", "parameters, steps, result, error, owner"),
    "judgements": ("id", "comment"),
    "live_alarms": ("id", "source"),
    "live_consents": ("id", "source, reference"),
    "live_samples": ("id", "source, model_id"),
    "models": ("id", "name, version_name, card"),
    "operating_points": ("id", "reason"),
    "protocols": ("id", "value"),
    "recording_comments": ("id", "text"),
    "recording_rounds": ("id", "reason"),
    "recordings": ("id", "filename, word, source, extra"),
    "repeats": ("id", "comment"),
    "retention_rules": ("id", "source"),
    "set_asides": ("id", "reason"),
    "source_draws": ("id", "source"),
    "source_points": ("id", "source, figures, reason"),
    "source_summaries": ("id", "source, sums, reading_sums"),
    "two_step_secrets": ("account_id", "secret"),
    "webhook_deliveries": ("id", "body, note"),
    "webhooks": ("id", "name, url, events, secret, ended_reason"),
}


def upgrade() -> None:
    op.create_index("ix_audit_action", "audit", ["action", "id"])
    for table, columns in POINTING.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_table(
        "row_watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_watches")),
    )
    op.create_table(
        "written_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_rows")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION note_written_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF EXISTS (SELECT 1 FROM row_watches) THEN INSERT INTO written_rows (name, row_key) "
            "VALUES (TG_TABLE_NAME, to_jsonb(NEW) ->> TG_ARGV[0]); END IF; RETURN NULL; END $$"
        )
    for table, (key, texts) in _watched().items():
        for word, event in (("insert", "AFTER INSERT"), ("update", f"AFTER UPDATE OF {texts}")):
            op.execute(_trigger(f"{table}_watch_{word}", event, table, key))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION note_written_row() CASCADE")
    else:
        for table in _watched():
            for word in ("insert", "update"):
                op.execute(f"DROP TRIGGER {table}_watch_{word}")
    op.drop_table("written_rows")
    op.drop_table("row_watches")
    for table, columns in POINTING.items():
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table)
    op.drop_index("ix_audit_action", "audit")


def _watched() -> dict[str, tuple[str, str]]:
    """Those that are there: comments came at about the same time."""
    there = sa.inspect(op.get_bind())
    return {table: columns for table, columns in WATCHED.items() if there.has_table(table)}


def _trigger(name: str, event: str, table: str, key: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION note_written_row('{key}')"
    return (
        f"CREATE TRIGGER {name} {event} ON {table} WHEN EXISTS (SELECT 1 FROM row_watches) BEGIN "  # noqa: S608 - names
        f"INSERT INTO written_rows (name, row_key) VALUES ('{table}', NEW.{key}); END"
    )
