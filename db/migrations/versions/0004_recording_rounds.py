"""Who sent a recording back to judges, or asked a third one, and why, in a table of its own

Databases from before hold it in the audit log only; it is read from there once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SENT_BACK, TAKEN_BACK = "send back to two judges", "take back a new round"
ASKED, CALLED_BACK = "ask a third judge", "call back the third judge"
NEW_ROUND, THIRD_JUDGE = "new round", "third judge"

AUDIT = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime),
    sa.column("account_id", sa.Integer),
    sa.column("action", sa.String),
    sa.column("subject", sa.Text),
    sa.column("detail", sa.JSON),
)
RECORDINGS = sa.table("recordings", sa.column("id", sa.Integer), sa.column("round", sa.Integer))
ROUNDS = sa.table(
    "recording_rounds",
    sa.column("recording_id", sa.Integer),
    sa.column("account_id", sa.Integer),
    sa.column("round", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("reason", sa.Text),
    sa.column("begun_at", sa.DateTime),
    sa.column("undone_at", sa.DateTime),
)


class History:
    """What the audit log tells of one recording, oldest first."""

    def __init__(self) -> None:
        self.round = 1
        self.rows: list[dict[str, Any]] = []

    def begin(self, entry: Any, kind: str, reason: str = "") -> None:
        self.end(kind, entry.at)
        row = {"account_id": entry.account_id, "round": self.round, "kind": kind, "reason": reason}
        self.rows.append(row | {"begun_at": entry.at, "undone_at": None})

    def end(self, kind: str, at: datetime) -> None:
        for row in self.rows:
            if (row["round"], row["kind"], row["undone_at"]) == (self.round, kind, None):
                row["undone_at"] = at


def upgrade() -> None:
    op.create_table(
        "recording_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('new round', 'third judge')", name=op.f("ck_recording_rounds_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recording_rounds_account_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_rounds_recording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_rounds")),
    )
    op.create_index(
        "uq_recording_rounds_in_force",
        "recording_rounds",
        ["recording_id", "round", "kind"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    _fill()


def downgrade() -> None:
    op.drop_index("uq_recording_rounds_in_force", table_name="recording_rounds")
    op.drop_table("recording_rounds")


def _fill() -> None:
    tx = op.get_bind()
    present = set(tx.execute(sa.select(RECORDINGS.c.id)).scalars())
    query = sa.select(AUDIT).where(AUDIT.c.action.in_([SENT_BACK, TAKEN_BACK, ASKED, CALLED_BACK]))
    histories: dict[int, History] = {}
    for entry in tx.execute(query.order_by(AUDIT.c.id)).all():
        number = str(entry.subject).removeprefix("recording ")
        if number.isdigit() and int(number) in present:  # others were erased
            _follow(histories.setdefault(int(number), History()), entry)
    rows = [row | {"recording_id": number} for number, history in histories.items() for row in history.rows]
    if rows:
        op.bulk_insert(ROUNDS, sorted(rows, key=lambda row: row["begun_at"]))


def _follow(history: History, entry: Any) -> None:
    detail = dict(entry.detail or {})
    if entry.action == SENT_BACK:
        history.round = int(detail.get("round", history.round + 1))
        history.begin(entry, NEW_ROUND, str(detail.get("reason", "")))
    elif entry.action == TAKEN_BACK:
        history.end(NEW_ROUND, entry.at)
        history.round = int(detail.get("round", history.round - 1))
    elif entry.action == ASKED:
        history.begin(entry, THIRD_JUDGE)
    else:
        history.end(THIRD_JUDGE, entry.at)
