"""Comments on recordings, and indexes of the beginnings of words, file names and pseudonyms

The indexes are of expressions. A later migration that rebuilds one of these tables on SQLite has to make them again:
their definitions cannot be read back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SQLITE = {
    "ix_recordings_word_begins": ("recordings", "lower(word)"),
    "ix_recordings_file_begins": (
        "recordings",
        "lower(substr(filename, length(rtrim(filename, replace(filename, '/', ''))) + 1))",
    ),
    "ix_children_pseudonym_begins": ("children", "lower(pseudonym)"),
}
POSTGRESQL = {
    "ix_recordings_word_begins": ("recordings", 'lower(word) COLLATE "C"'),
    "ix_recordings_file_begins": (
        "recordings",
        "lower(regexp_replace(filename, '^.*/', '')) COLLATE \"C\"",
    ),
    "ix_children_pseudonym_begins": ("children", 'lower(pseudonym) COLLATE "C"'),
}


def upgrade() -> None:
    op.create_table(
        "recording_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_comments_recording_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recording_comments_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_comments")),
    )
    op.create_index(op.f("ix_recording_comments_recording_id"), "recording_comments", ["recording_id"])
    for name, (table, expression) in (SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL).items():
        op.execute(f"CREATE INDEX {name} ON {table} ({expression})")


def downgrade() -> None:
    for name in SQLITE:
        op.execute(f"DROP INDEX {name}")
    op.drop_table("recording_comments")
