"""Names of models that people can say, "Fusion 7", stored once; those of before are numbered in the order they came"""

from __future__ import annotations

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FAMILIES = {
    "mfcc": "MFCC",
    "vggish": "VGGish",
    "vggish-activated": "VGGish after its last activation",
    "vggish-convolutions": "VGGish convolutions",
    "yamnet": "YAMNet",
    "dynamics": "Signal dynamics",
    "steady": "Steady dynamics",
}
KINDS = {"dnn": "DNN", "rnn": "RNN", "svm": "SVM"}


def upgrade() -> None:
    op.create_table(
        "model_numbers",
        sa.Column("family", sa.String(length=120), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("family", name=op.f("pk_model_numbers")),
    )
    op.add_column("models", sa.Column("version_name", sa.String(length=120), nullable=False, server_default=""))
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, card FROM models ORDER BY created_at, id")).all()
    numbers: Counter[str] = Counter()
    for model_id, card in rows:
        family = _family(json.loads(card) if isinstance(card, str) else card)
        numbers[family] += 1
        values = {"name": f"{family} {numbers[family]}", "id": model_id}
        connection.execute(sa.text("UPDATE models SET version_name = :name WHERE id = :id"), values)
    for family, highest in numbers.items():
        connection.execute(
            sa.text("INSERT INTO model_numbers (family, highest) VALUES (:family, :highest)"),
            {"family": family, "highest": highest},
        )


def downgrade() -> None:
    op.drop_column("models", "version_name")
    op.drop_table("model_numbers")


def _family(card: object) -> str:
    system = card.get("system") if isinstance(card, dict) else None
    system = system if isinstance(system, dict) else {}
    features, kind = str(system.get("features") or ""), str(system.get("kind") or "")
    if kind == "fusion":
        return "Fusion"
    names = " + ".join(FAMILIES.get(name, name) for name in features.removeprefix("stand-in for ").split("+") if name)
    return f"{names} {KINDS.get(kind, kind)}".strip()[:60] or "Model"
