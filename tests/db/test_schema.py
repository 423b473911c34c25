from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Table, UniqueConstraint

from db import erasures, session, table_dump
from db.schema import children, decisions, metadata, recordings


# the index of an expression cannot be read back from SQLite; `test_query_plans` holds that they are there and used
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.usefixtures("any_database")
def test_the_migrations_make_the_tables_that_the_schema_says() -> None:
    with session.reading() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True, "include_object": is_compared})
        assert compare_metadata(context, metadata) == []


def is_compared(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """All but the indexes of expressions, which stand in their migration alone."""
    return kind != "index" or not str(name).endswith("_begins")


def test_what_points_to_a_row_that_an_erasure_removes_is_found_by_an_index() -> None:
    """Otherwise a database looks through a whole table for every recording that goes."""
    removed = {*erasures.tables_of_recordings(), recordings, children, decisions}
    pointing = {
        key.parent for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table in removed
    }
    assert pointing
    assert {str(column) for column in pointing if not is_indexed(column)} == set()


def is_indexed(column: Column[Any]) -> bool:
    """Whether it is the first of an index of all rows."""
    table = column.table
    assert isinstance(table, Table)
    firsts = [next(iter(key.columns)) for key in table.constraints if isinstance(key, UniqueConstraint)]
    firsts += [next(iter(table.primary_key.columns))]
    firsts += [next(iter(index.columns)) for index in table.indexes if index.dialect_options["sqlite"]["where"] is None]
    return column in firsts


def test_preparing_twice_is_as_good_as_once(database: Path) -> None:
    session.prepare()
    with session.reading() as tx:
        assert table_dump.is_empty(tx)


@pytest.mark.usefixtures("database")
def test_a_backup_forgets_no_table_but_those_of_the_moment() -> None:
    assert set(metadata.tables) - set(table_dump.tables()) == table_dump.OF_THE_MOMENT
