"""Names that came in before they had a normal form: brought into it, and children that are one merged."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from core.domain.labels import Split
from db import accounts, children, schema, session
from tests import table_versions

NOW = session.now()
OLD, DECOMPOSED = "0004", "Zoe\u0301"


@pytest.fixture
def before(storage: object) -> None:
    table_versions.upgrade(OLD)


def _child(tx: session.Connection, pseudonym: str, split: str | None) -> int:
    query = insert(schema.children).values(pseudonym=pseudonym, split=split).returning(schema.children.c.id)
    return tx.execute(query).scalar_one()


def _account(tx: session.Connection, name: str) -> None:
    # as text: the schema of today has columns that the tables of then have not
    row = {"name": name, "role": "judge", "is_active": True, "speaks": "", "may_judge": '["FR"]', "preferences": "{}"}
    row |= {"created_at": str(NOW)}
    columns, marks = ", ".join(row), ", ".join(f":{column}" for column in row)
    tx.exec_driver_sql(f"INSERT INTO accounts ({columns}) VALUES ({marks})", row)


def _recording(tx: session.Connection, child_id: int, sha256: str, **more: str) -> None:
    values = {"sha256": sha256 * 64, "extension": "wav", "filename": "a.wav", "child_id": child_id, "duration_s": 1.0}
    values |= {"sample_rate_hz": 16_000, "size_bytes": 10, "imported_at": NOW, "language": "", "word": "", "source": ""}
    values |= {"extra": "{}", "round": 1, "wanted": 2} | more
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    # as text: the schema of today has columns that the tables of then have not
    tx.exec_driver_sql(f"INSERT INTO recordings ({names}) VALUES ({marks})", values | {"imported_at": str(NOW)})


def test_children_of_one_name_become_one_in_the_strictest_split(before: None) -> None:
    with session.writing() as tx:
        _recording(tx, _child(tx, "Zo\u00e9", "train"), "a")
        _recording(tx, _child(tx, DECOMPOSED, "test"), "b")
    session.prepare()
    with session.reading() as tx:
        (child,) = children.all_children(tx)
        assert (child.pseudonym, child.split) == ("Zo\u00e9", Split.TEST)
        assert children.with_recordings(tx) == [("Zo\u00e9", 2)]
        entry = tx.execute(select(schema.audit)).one()
    assert (entry.action, entry.detail["stood"], entry.detail["stands"]) == (
        "merge children",
        ["test", "train"],
        "test",
    )


def test_recordings_and_accounts_take_the_normal_form(before: None) -> None:
    with session.writing() as tx:
        _recording(
            tx, _child(tx, "c1", None), "a", filename="e\u0301te\u0301.wav", language="fr_FR", word="e\u0301te\u0301"
        )
        for name in (DECOMPOSED, "Zo\u00e9", "anna"):
            _account(tx, name)
    session.prepare()
    with session.reading() as tx:
        row = tx.execute(select(schema.recordings)).one()
        assert (row.filename, row.language, row.word) == ("\u00e9t\u00e9.wav", "fr-FR", "\u00e9t\u00e9")
        assert [one.name for one in accounts.all_accounts(tx)] == ["anna", "Zo\u00e9", "Zo\u00e9 (1)"]
        assert accounts.all_accounts(tx)[0].may_judge == ("fr",)
