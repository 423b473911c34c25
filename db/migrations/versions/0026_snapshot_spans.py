"""An item of a snapshot stands once for all snapshots that follow each other with it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

LABEL_CHECK = "label IN ('Accepted', 'Noise', 'Speechless')"

# Snapshots are numbered without gaps first: a row goes on as long as the next one has the same recording, label, split
# and weight. The rows of the newest snapshot have no last one.
JOIN_SPANS = """
INSERT INTO snapshot_items (recording_id, first_snapshot_id, last_snapshot_id, label, split, weight)
SELECT recording_id, min(snapshot_id),
       CASE WHEN max(snapshot_id) = (SELECT max(id) FROM snapshots) THEN NULL ELSE max(snapshot_id) END,
       label, split, weight
FROM (
    SELECT old.*, numbered.place - row_number() OVER (
        PARTITION BY old.recording_id, old.label, old.split, old.weight ORDER BY numbered.place
    ) AS island
    FROM old_snapshot_items AS old
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM snapshots) AS numbered
      ON numbered.id = old.snapshot_id
) AS placed
GROUP BY recording_id, label, split, weight, island
ORDER BY recording_id
"""
PART_SPANS = """
INSERT INTO snapshot_items (snapshot_id, recording_id, label, split, weight)
SELECT snapshots.id, old.recording_id, old.label, old.split, old.weight
FROM snapshots
JOIN old_snapshot_items AS old
  ON old.first_snapshot_id <= snapshots.id
 AND (old.last_snapshot_id IS NULL OR old.last_snapshot_id >= snapshots.id)
"""


def upgrade() -> None:
    op.execute(
        "DELETE FROM snapshot_items WHERE snapshot_id IN (SELECT id FROM snapshots WHERE hash LIKE 'unfinished %')"
    )
    op.execute("DELETE FROM snapshots WHERE hash LIKE 'unfinished %'")
    op.add_column("snapshots", sa.Column("n_items", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE snapshots SET n_items = (SELECT count(*) FROM snapshot_items WHERE snapshot_id = snapshots.id)")
    _move_items_away()
    op.create_table(
        "snapshot_items",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("first_snapshot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_snapshot_id", sa.Integer(), nullable=True),
        *_common_columns(),
        sa.PrimaryKeyConstraint("recording_id", "first_snapshot_id", name=op.f("pk_snapshot_items")),
        sqlite_with_rowid=False,
    )
    op.execute(JOIN_SPANS)
    op.drop_table("old_snapshot_items")
    op.create_table(
        "snapshot_writes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("n_writes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_writes")),
    )


def downgrade() -> None:
    op.drop_table("snapshot_writes")
    _move_items_away()
    op.create_table(
        "snapshot_items",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        *_common_columns(),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_snapshot_items_snapshot_id")),
        sa.PrimaryKeyConstraint("snapshot_id", "recording_id", name=op.f("pk_snapshot_items")),
    )
    op.create_index(op.f("ix_snapshot_items_recording_id"), "snapshot_items", ["recording_id"])
    op.execute(PART_SPANS)
    op.drop_table("old_snapshot_items")
    op.drop_column("snapshots", "n_items")


def _move_items_away() -> None:
    """As a copy without keys: PostgreSQL's names of keys and indexes are free then."""
    op.execute("CREATE TABLE old_snapshot_items AS SELECT * FROM snapshot_items")
    op.drop_table("snapshot_items")


def _common_columns() -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("label", sa.String(length=12), nullable=False),
        sa.Column("split", sa.String(length=10), nullable=False),
        sa.Column("weight", sa.Float(), server_default="1", nullable=False),
        sa.CheckConstraint(LABEL_CHECK, name=op.f("ck_snapshot_items_label")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_snapshot_items_recording_id")),
    )
