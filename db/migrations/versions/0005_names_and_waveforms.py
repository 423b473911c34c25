"""Names in one normal form, children that are one by it merged; the waveform's hash of each recording"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from core import languages
from core.domain.names import child_name, file_name, normal_form, person_name

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STRICTEST_FIRST = ("test", "validation", "train")

accounts = sa.table("accounts", sa.column("id"), sa.column("name"), sa.column("may_judge", sa.JSON))
children = sa.table("children", sa.column("id"), sa.column("pseudonym"), sa.column("pool"), sa.column("split"))
recordings = sa.table(
    "recordings",
    *(sa.column(name) for name in ("id", "child_id", "filename", "language", "word", "source")),
)
audit = sa.table(
    "audit",
    *(sa.column(name) for name in ("actor", "action", "subject")),
    sa.column("at", sa.DateTime),
    sa.column("detail", sa.JSON),
)


def upgrade() -> None:
    op.add_column("recordings", sa.Column("waveform_sha256", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_recordings_waveform_sha256"), "recordings", ["waveform_sha256"])
    _normalise_children()
    _normalise_accounts()
    _normalise_recordings()


def downgrade() -> None:
    """Names stay as they are."""
    op.drop_index(op.f("ix_recordings_waveform_sha256"), table_name="recordings")
    op.drop_column("recordings", "waveform_sha256")


def _normalise_children() -> None:
    tx = op.get_bind()
    by_name: dict[str, list[sa.Row]] = {}
    for row in tx.execute(sa.select(children).order_by(children.c.id)):
        by_name.setdefault(child_name(row.pseudonym) or row.pseudonym, []).append(row)
    for name, rows in by_name.items():
        if len(rows) > 1:
            _merge(rows)
        if rows[0].pseudonym != name:
            tx.execute(sa.update(children).where(children.c.id == rows[0].id).values(pseudonym=name))


def _merge(rows: Sequence[sa.Row]) -> None:
    """Children of one name are one: it stands in the strictest of their splits, so that no test ever saw training."""
    tx = op.get_bind()
    first, others = rows[0], rows[1:]
    stood = {row.split for row in rows if row.split}
    split = next((name for name in STRICTEST_FIRST if name in stood), None)
    pool = next((row.pool for row in rows if row.pool), None)
    ids = [row.id for row in others]
    tx.execute(sa.update(recordings).where(recordings.c.child_id.in_(ids)).values(child_id=first.id))
    tx.execute(sa.delete(children).where(children.c.id.in_(ids)))
    tx.execute(sa.update(children).where(children.c.id == first.id).values(split=split, pool=pool))
    _record("merge children", "a child", {"children": len(rows), "stood": sorted(stood), "stands": split})


def _normalise_accounts() -> None:
    """An account whose name is another's keeps its rows under a name of its own: whose judgements count is for people
    to say."""
    tx = op.get_bind()
    rows = tx.execute(sa.select(accounts).order_by(accounts.c.id)).all()
    taken: set[str] = set()
    for row in sorted(rows, key=lambda row: row.name != person_name(row.name)):  # who has it already keeps it
        name = person_name(row.name) or row.name
        if name in taken:
            name = f"{name[:60]} ({row.id})"
            _record("rename account", f"account {row.id}", {"reason": "its name was that of an older account"})
        taken.add(name)
        spoken = [languages.standard_tag(tag) or tag for tag in row.may_judge or ()]
        if name != row.name or spoken != list(row.may_judge or ()):
            tx.execute(sa.update(accounts).where(accounts.c.id == row.id).values(name=name, may_judge=spoken))


def _normalise_recordings() -> None:
    tx = op.get_bind()
    for row in tx.execute(sa.select(recordings).order_by(recordings.c.id)).all():
        values = {
            "filename": file_name(row.filename),
            "language": languages.standard_tag(row.language) or row.language,
            "word": normal_form(row.word),
            "source": normal_form(row.source),
        }
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        if changed:
            tx.execute(sa.update(recordings).where(recordings.c.id == row.id).values(**changed))


def _record(action: str, subject: str, detail: dict[str, object]) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    row = {"at": now, "actor": "migration 0005", "action": action, "subject": subject, "detail": detail}
    op.get_bind().execute(sa.insert(audit).values(row))
