"""Rows of an earlier version brought to the newest tables: in a scratch database, by the migrations themselves.

The scratch database is SQLite in a file without a name, which is gone with its connection, however the process ends.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Connection, Engine, StaticPool, Table, create_engine, delete, event, inspect, text
from sqlalchemy import MetaData as TableSet
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from core.errors import Refused, Unavailable
from db import migrating, table_dump

# Without a journal beside it: what fails is thrown away whole
PRAGMAS = ("locking_mode=EXCLUSIVE", "journal_mode=OFF", "synchronous=OFF")
# What a migration meets in rows that no version has written
BROKEN_ROWS = (SQLAlchemyError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@contextmanager
def empty_tables(version: str, folder: Path) -> Iterator[Connection]:
    """The tables of a version, without rows, as long as the block runs.

    folder : on the disk that has room for them; nothing of them can be seen there.

    Raises
    ------
    Unavailable
        Nothing can be written there.
    """
    engine = _engine(folder)
    try:
        with _named_when_full():
            connection = engine.connect()
            migrating.upgrade_tables(connection, version)
        with connection:
            yield connection
    finally:
        engine.dispose()


def names(connection: Connection) -> list[str]:
    """The tables that are there, but for Alembic's own."""
    tables = inspect(connection).get_table_names()
    connection.rollback()
    return [name for name in tables if name != "alembic_version"]


def fill(connection: Connection, rows_of: Callable[[str], Iterable[dict[str, Any]]], tables: Iterable[str]) -> int:
    """Put rows into these tables, in place of what migrations put there; how many.

    Raises
    ------
    Refused
        Rows that do not fit the tables, or point to others that are not there.
    Unavailable
        The disk has no room for them.
    """
    targets = [_table(connection, name) for name in tables]
    with _named_when_full():
        for target in targets:
            connection.execute(delete(target))
        n_rows = sum(table_dump.insert_rows(connection, target, rows_of(target.name)) for target in targets)
        connection.commit()
        _require_pointed_to(connection)
    return n_rows


def _require_pointed_to(connection: Connection) -> None:
    """Look at all foreign keys at once. SQLite would look through other tables for each row that comes too early."""
    lost = connection.execute(text("PRAGMA foreign_key_check")).first()
    connection.rollback()
    if lost is not None:
        raise Refused(
            "The table {table} of this backup is damaged: it points to rows of {pointed} that are not there.",
            table=lost.table,
            pointed=lost.parent,
        )


def migrate(connection: Connection) -> None:
    """Bring the tables with their rows to the newest version.

    Raises
    ------
    Refused
        Rows that a migration can do nothing with.
    Unavailable
        The disk has no room for it.
    """
    with _named_when_full():
        try:
            _hold_foreign_keys(connection)
            migrating.upgrade_tables(connection)
        except OperationalError:
            raise
        except BROKEN_ROWS as error:
            raise Refused(
                "The rows of this backup are damaged: they cannot be brought to the present tables ({reason}).",
                reason=getattr(error, "orig", error),
            ) from error


def _engine(folder: Path) -> Engine:
    """A database that lasts as long as its only connection."""

    def connect() -> sqlite3.Connection:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".restore-")
        os.close(handle)
        try:
            connection = sqlite3.connect(name, isolation_level=None)
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        finally:
            Path(name).unlink()  # it is open, and nothing was written yet
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _hold_foreign_keys(connection: Connection) -> None:
    """As in a database in use. SQLite ignores it within a transaction, so it goes to the driver."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _table(connection: Connection, name: str) -> Table:
    """A table as it is in the database, not as the newest version has it."""
    columns = [
        Column(
            each["name"],
            JSON(none_as_null=True) if isinstance(each["type"], JSON) and each["nullable"] else each["type"],
        )
        for each in inspect(connection).get_columns(name)
    ]
    return Table(name, TableSet(), *columns)


@contextmanager
def _named_when_full() -> Iterator[None]:
    try:
        yield
    except (OperationalError, OSError) as error:
        raise Unavailable(
            "The rows of this backup cannot be brought to the present tables: {reason}. That needs as much room in the "
            "folder of the storage as the database has.",
            reason=error.orig if isinstance(error, OperationalError) else error,
        ) from None
