"""A table that staff upload writes nothing in the name of somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Role
from core.errors import EarshotError
from core.workflows.importing import import_recordings
from db import session
from tests.annotation.people import actor, person
from tests.workflows.recorded import folder_with_manifest

LABELS = "filename,judge,label,round,decided_at\na.wav,{name},Noise,1,2026-01-01T10:00:00\n"
SETTLED = (
    "filename,judge,label,round,decided_at,settled,settled_by,settled_at,settled_why\n"
    "a.wav,one,Noise,1,2026-01-01T10:00:00,Accepted,{name},2026-01-02T10:00:00,so\n"
    "a.wav,two,Accepted,1,2026-01-01T10:00:00,Accepted,{name},2026-01-02T10:00:00,so\n"
)


@pytest.fixture
def staff(database: Path, tmp_path: Path) -> Actor:
    """Staff, an administrator whose words are to be forged, and one recording."""
    person("boss", Role.ADMIN)
    rows = [{"filename": "a.wav", "child": "c1"}]
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", rows), actor=COMMAND_LINE)
    return actor(person("staff", Role.STAFF))


def upload(content: str, who: Actor) -> None:
    try:
        import_recordings.import_uploads([("labels.csv", content.encode())], actor=who)
    except EarshotError:
        return


def words_of(name: str) -> int:
    with session.reading() as tx:
        query = (
            "SELECT (SELECT count(*) FROM judgements WHERE account_id = a.id) + "
            "(SELECT count(*) FROM adjudications WHERE account_id = a.id) FROM accounts a WHERE name = :name"
        )
        return tx.execute(text(query), {"name": name}).scalar_one()


@pytest.mark.parametrize("table", [LABELS, SETTLED])
@pytest.mark.parametrize("name", ["boss", "BOSS", " boss ", "bo\u200bss", "b\u043ess", "boss\ufeff", "b0ss"])
def test_staff_cannot_write_as_an_administrator(staff: Actor, table: str, name: str) -> None:
    upload(table.format(name=name), staff)
    assert words_of("boss") == 0
    with session.reading() as tx:
        names = set(tx.execute(text("SELECT name FROM accounts")).scalars())
    assert names <= {"boss", "staff", "one", "two"}


def test_an_administrator_brings_labels_of_accounts_back(staff: Actor) -> None:
    upload(LABELS.format(name="boss"), COMMAND_LINE)
    assert words_of("boss") == 1


def test_names_that_nobody_has_are_external_annotators(staff: Actor) -> None:
    upload(LABELS.format(name="grace"), staff)
    assert words_of("grace") == 1
    with session.reading() as tx:
        assert tx.execute(text("SELECT is_external FROM accounts WHERE name = 'grace'")).scalar_one()
