"""Rows that are written while an erasure looks through all of them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from db import children, row_texts, session, written_rows
from db.schema import accounts
from db.schema import children as children_table


def triggers(tx: session.Connection) -> set[str]:
    if tx.dialect.name == "sqlite":
        return set(tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    return set(tx.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars())


@pytest.mark.usefixtures("any_database")
def test_every_table_with_texts_is_watched() -> None:
    tables = {table.name for table, _ in row_texts._tables_with_texts(only_by_people=False)}
    tables |= {accounts.name, children_table.name}
    with session.reading() as tx:
        named = triggers(tx)
    assert {f"{table}_watch_{event}" for table in tables for event in ("insert", "update")} <= named


@pytest.mark.usefixtures("database")
def test_a_trigger_looks_at_every_text_of_its_table() -> None:
    with session.reading() as tx:
        for table, texts in row_texts._tables_with_texts(only_by_people=False):
            query = text("SELECT sql FROM sqlite_master WHERE name = :name")
            sql = str(tx.execute(query, {"name": f"{table.name}_watch_update"}).scalar_one())
            columns = sql.split(" UPDATE OF ")[1].split(" ON ")[0].split(", ")
            assert set(columns) >= {column.name for column in texts}


@pytest.mark.usefixtures("any_database")
def test_what_is_written_is_noted_while_somebody_watches_and_forgotten_after() -> None:
    def add(name: str) -> None:
        with session.writing() as tx:
            children.find_or_add(tx, name)

    add("before")
    with written_rows.watched() as are_all_noted:
        assert are_all_noted
        add("meanwhile")
        with session.reading() as tx:
            noted = written_rows.keys(tx)
            assert row_texts.names_written(tx, noted) == {"meanwhile"}
    add("after")
    with session.reading() as tx:
        assert written_rows.keys(tx) == {}
