"""Known answers: labels of judges on recordings whose label stands, kept apart from judgements"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

IN_FORCE = "uq_control_answers_in_force"


def upgrade() -> None:
    op.create_table(
        "control_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=12), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("sitting", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("seconds_heard", sa.Float(), nullable=True),
        sa.Column("replays", sa.Integer(), nullable=True),
        sa.Column("decision_s", sa.Float(), nullable=True),
        sa.Column("flag", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("protocol_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("set_aside_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("label IN ('Accepted', 'Noise', 'Speechless')", name=op.f("ck_control_answers_label")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_control_answers_account_id")),
        sa.ForeignKeyConstraint(["protocol_id"], ["protocols.id"], name=op.f("fk_control_answers_protocol_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_control_answers_recording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_answers")),
        sa.UniqueConstraint("account_id", "request_id", name=op.f("uq_control_answers_account_id_request_id")),
    )
    op.create_index(op.f("ix_control_answers_recording_id"), "control_answers", ["recording_id"])
    op.create_index(
        IN_FORCE,
        "control_answers",
        ["account_id", "recording_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    for word, event in (("insert", "AFTER INSERT"), ("update", "AFTER UPDATE OF comment")):
        op.execute(_watch(f"control_answers_watch_{word}", event))


def _watch(name: str, event: str) -> str:
    """The trigger of 0022 by which an erasure knows what is written while it searches: a comment may name a child."""
    begin = f"CREATE TRIGGER {name} {event} ON control_answers"
    if op.get_bind().dialect.name == "postgresql":
        return f"{begin} FOR EACH ROW EXECUTE FUNCTION note_written_row('id')"
    return (
        f"{begin} WHEN EXISTS (SELECT 1 FROM row_watches) BEGIN "  # noqa: S608 - names of this file
        "INSERT INTO written_rows (name, row_key) VALUES ('control_answers', NEW.id); END"
    )


def downgrade() -> None:
    op.drop_index(IN_FORCE, "control_answers")
    op.drop_index(op.f("ix_control_answers_recording_id"), "control_answers")
    op.drop_table("control_answers")
