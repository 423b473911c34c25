"""The secret that a webhook had before its present one, and until when it counts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WATCHED, WATCHED_BEFORE = (
    "name, url, events, secret, old_secret, ended_reason",
    "name, url, events, secret, ended_reason",
)


def upgrade() -> None:
    op.add_column("webhooks", sa.Column("old_secret", sa.Text(), nullable=True))
    op.add_column("webhooks", sa.Column("old_until", sa.DateTime(), nullable=True))
    _watch(WATCHED)


def downgrade() -> None:
    _watch(WATCHED_BEFORE)
    op.drop_column("webhooks", "old_until")
    op.drop_column("webhooks", "old_secret")


def _watch(texts: str) -> None:
    """The trigger of 0022 by which an erasure knows what is written while it searches."""
    begin = f"CREATE TRIGGER webhooks_watch_update AFTER UPDATE OF {texts} ON webhooks"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER webhooks_watch_update ON webhooks")
        op.execute(f"{begin} FOR EACH ROW EXECUTE FUNCTION note_written_row('id')")
        return
    op.execute("DROP TRIGGER webhooks_watch_update")
    op.execute(
        f"{begin} WHEN EXISTS (SELECT 1 FROM row_watches) BEGIN "  # noqa: S608 - names of this file
        "INSERT INTO written_rows (name, row_key) VALUES ('webhooks', NEW.id); END"
    )
