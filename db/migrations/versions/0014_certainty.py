"""How sure each operating point was chosen to keep its AM target; those of before by the rule without a margin: 50 %"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("operating_points", sa.Column("certainty", sa.Float(), nullable=False, server_default="0.5"))


def downgrade() -> None:
    op.drop_column("operating_points", "certainty")
