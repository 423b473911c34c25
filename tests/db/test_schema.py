from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from db import session, table_dump
from db.schema import metadata


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


def test_preparing_twice_is_as_good_as_once(database: Path) -> None:
    session.prepare()
    with session.reading() as tx:
        assert table_dump.is_empty(tx)


@pytest.mark.usefixtures("database")
def test_a_backup_forgets_no_table_but_those_of_the_moment() -> None:
    assert set(metadata.tables) - set(table_dump.tables()) == table_dump.OF_THE_MOMENT
