"""Figures that are kept, and triggers that note which recordings change

Everything in these tables follows from the others; `session.prepare` makes it from them after the migrations.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

N_LABEL_PAIRS = [f"n_{first}{second}" for first in range(3) for second in range(3)]
OF_STATE = "child_id, language, source, duration_s, round, wanted"
AGREEMENT_KEY = ("kind", "name", "judge_a", "judge_b")


def upgrade() -> None:
    _create_noted()
    _create_states()
    _create_counts()
    _create_agreement()
    op.create_index("ix_judgements_decided_at", "judgements", ["decided_at"])
    op.add_column("snapshots", sa.Column("n_updates", sa.Integer()))
    op.execute("INSERT INTO count_updates (id, n_updates) VALUES (1, 0)")
    for statement in _sqlite_triggers() if op.get_bind().dialect.name == "sqlite" else _postgresql_triggers():
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, _, _ in _events():
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP FUNCTION note_changed_recording() CASCADE")
        op.execute("DROP FUNCTION note_changed_label() CASCADE")
    op.drop_column("snapshots", "n_updates")
    op.drop_index("ix_judgements_decided_at", "judgements")
    for name in (
        "agreement_children",
        "agreement_counts",
        "open_counts",
        "child_counts",
        "facet_counts",
        "recording_states",
        "count_updates",
        "changed_recordings",
    ):
        op.drop_table(name)


def _events() -> list[tuple[str, str, str]]:
    """(name of the trigger, event, table)."""
    events = [("insert", "INSERT"), ("update", "UPDATE"), ("delete", "DELETE")]
    named = [
        (f"{table}_note_{word}", f"AFTER {event}", table)
        for table in ("judgements", "adjudications", "recordings")
        for word, event in events
    ]
    return [
        (name, f"{event} OF {OF_STATE}" if (event, table) == ("AFTER UPDATE", "recordings") else event, table)
        for name, event, table in named
    ]


def _sqlite_triggers() -> list[str]:
    statements = []
    for name, event, table in _events():
        row = "OLD" if "DELETE" in event else "NEW"
        column = "id" if table == "recordings" else "recording_id"
        statements.append(
            f"CREATE TRIGGER {name} {event} ON {table} BEGIN "  # noqa: S608 - names of this file
            f"INSERT INTO changed_recordings (recording_id) VALUES ({row}.{column}); END"
        )
    return statements


def _postgresql_triggers() -> list[str]:
    statements = []
    for function, column in (("note_changed_recording", "id"), ("note_changed_label", "recording_id")):
        statements.append(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 - as above
            f"IF TG_OP = 'DELETE' THEN INSERT INTO changed_recordings (recording_id) VALUES (OLD.{column}); "
            f"ELSE INSERT INTO changed_recordings (recording_id) VALUES (NEW.{column}); END IF; RETURN NULL; END $$"
        )
    for name, event, table in _events():
        function = "note_changed_recording" if table == "recordings" else "note_changed_label"
        statements.append(f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
    return statements


def _create_noted() -> None:
    op.create_table(
        "changed_recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_recordings")),
    )
    op.create_table(
        "count_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("n_updates", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_updates")),
    )


def _create_states() -> None:
    op.create_table(
        "recording_states",
        sa.Column("recording_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("duration_us", sa.BigInteger(), nullable=False),
        sa.Column("is_judged_anew", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("consensus", sa.String(length=12)),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("n_accepted", "n_noise", "n_speechless")),
        sa.Column("judge_a", sa.Integer()),
        sa.Column("judge_b", sa.Integer()),
        sa.Column("label_a", sa.String(length=12)),
        sa.Column("label_b", sa.String(length=12)),
        sa.Column("decided_at_a", sa.DateTime()),
        sa.Column("decided_at_b", sa.DateTime()),
        sa.Column("label_changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_recording_states")),
    )
    for name, columns in {
        "state": ["state", "recording_id"],
        "consensus": ["consensus", "recording_id"],
        "language": ["language", "recording_id"],
        "source": ["source", "recording_id"],
        "child_id": ["child_id"],
        "judge_a": ["judge_a"],
        "judge_b": ["judge_b"],
        "label_changed": ["label_changed"],
    }.items():
        op.create_index(f"ix_recording_states_{name}", "recording_states", columns)
    differs = sa.text("label_a <> label_b")
    for side in "ab":
        columns = [f"judge_{side}", f"decided_at_{side}"]
        name = f"ix_recording_states_differs_{side}"
        op.create_index(name, "recording_states", columns, sqlite_where=differs, postgresql_where=differs)


def _create_counts() -> None:
    op.create_table(
        "facet_counts",
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("is_judged_anew", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("consensus", sa.String(length=12), nullable=False),
        sa.Column("labels", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("duration_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "language", "source", "is_judged_anew", "state", "consensus", "labels", name=op.f("pk_facet_counts")
        ),
    )
    op.create_table(
        "child_counts",
        sa.Column("child_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("n", "n_accepted", "n_noise", "n_speechless")),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_child_counts")),
    )
    _index_of_empty("child_counts")
    op.create_table(
        "open_counts",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "language", name=op.f("pk_open_counts")),
    )


def _create_agreement() -> None:
    for table, unit, figures in (
        ("agreement_counts", "cluster", N_LABEL_PAIRS),
        ("agreement_children", "child_id", ["n"]),
    ):
        op.create_table(
            table,
            sa.Column("kind", sa.String(length=8), nullable=False),
            sa.Column("name", sa.String(length=120), nullable=False),
            *(
                sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)
                for name in ("judge_a", "judge_b", unit)
            ),
            *(sa.Column(name, sa.Integer(), nullable=False) for name in figures),
            sa.PrimaryKeyConstraint(*AGREEMENT_KEY, unit, name=op.f(f"pk_{table}")),
        )
    _index_of_empty("agreement_children")


def _index_of_empty(table: str) -> None:
    is_empty = sa.text("n = 0")
    op.create_index(f"ix_{table}_empty", table, ["child_id"], sqlite_where=is_empty, postgresql_where=is_empty)
