"""What a job's error is translated from, beside its English"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WATCHED, WATCHED_BEFORE = (
    "parameters, steps, result, error, error_message, owner",
    "parameters, steps, result, error, owner",
)


def upgrade() -> None:
    op.add_column("jobs", sa.Column("error_message", sa.JSON(), nullable=True))
    _watch(WATCHED)


def downgrade() -> None:
    _watch(WATCHED_BEFORE)
    op.drop_column("jobs", "error_message")


def _watch(texts: str) -> None:
    """The trigger of 0022 by which an erasure knows what is written while it searches."""
    begin = f"CREATE TRIGGER jobs_watch_update AFTER UPDATE OF {texts} ON jobs"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER jobs_watch_update ON jobs")
        op.execute(f"{begin} FOR EACH ROW EXECUTE FUNCTION note_written_row('id')")
        return
    op.execute("DROP TRIGGER jobs_watch_update")
    op.execute(
        f"{begin} WHEN EXISTS (SELECT 1 FROM row_watches) BEGIN "  # noqa: S608 - names of this file
        "INSERT INTO written_rows (name, row_key) VALUES ('jobs', NEW.id); END"
    )
