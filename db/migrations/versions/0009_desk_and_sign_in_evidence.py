"""What lay on whose desk and which sound was sent to whom; when a sign-in was used last

Claims of before count as laid on the desk and as sent: labels that wait in a browser while the server is upgraded are
taken.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sitting", sa.String(length=64), nullable=False),
        sa.Column("laid_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_desk_recordings_account_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_desk_recordings_recording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_recordings")),
        sa.UniqueConstraint(
            "account_id",
            "recording_id",
            "round",
            "sitting",
            name=op.f("uq_desk_recordings_account_id_recording_id_round_sitting"),
        ),
    )
    op.create_index(op.f("ix_desk_recordings_recording_id"), "desk_recordings", ["recording_id"])
    op.create_table(
        "sound_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("first_sent_at", sa.DateTime(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sound_deliveries_account_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_sound_deliveries_recording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sound_deliveries")),
        sa.UniqueConstraint("account_id", "recording_id", name=op.f("uq_sound_deliveries_account_id_recording_id")),
    )
    op.create_index(op.f("ix_sound_deliveries_recording_id"), "sound_deliveries", ["recording_id"])
    op.add_column("sign_ins", sa.Column("used_at", sa.DateTime(), nullable=True))
    _fill()


def downgrade() -> None:
    op.drop_table("sound_deliveries")
    op.drop_table("desk_recordings")
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.drop_column("used_at")


def _fill() -> None:
    tx = op.get_bind()
    at = datetime.now(UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    tx.execute(
        sa.text(
            "INSERT INTO desk_recordings (recording_id, account_id, round, sitting, laid_at) "
            "SELECT recording_id, account_id, round, sitting, :at FROM claims"
        ).bindparams(sa.bindparam("at", type_=sa.DateTime)),
        {"at": at},
    )
    tx.execute(
        sa.text(
            "INSERT INTO sound_deliveries (recording_id, account_id, first_sent_at, share) "
            "SELECT recording_id, account_id, :at, 1.0 FROM claims GROUP BY recording_id, account_id"
        ).bindparams(sa.bindparam("at", type_=sa.DateTime)),
        {"at": at},
    )
