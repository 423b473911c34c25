"""Statements that run with every label, desk and sound: compiled once, and run by the database's driver itself.

SQLite answers them in some microseconds, PostgreSQL in some dozens, and SQLAlchemy's way there and back takes longer
than that, while others wait (docs/decisions/0026). Where somebody listens to statements, they go SQLAlchemy's way. A
test holds the two ways together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from db import changed_tables
from db.driver_statements import DriverStatement, Statement, Values
from db.postgres_limits import LimitedConnection
from db.postgres_statements import PostgresStatement
from db.sqlite_statements import SqliteStatement

RowT = TypeVar("RowT", bound="tuple[Any, ...]")


class Prepared(Generic[RowT]):
    """A statement with the values still to come: under the names of its `bindparam`, or of an INSERT's columns.

    An INSERT must be run with every column that has a default in Python, and always with the same columns.
    """

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._changed = changed_tables.changed_by(statement)
        self._sqlite: SqliteStatement | None = None
        self._postgres: PostgresStatement | None = None

    def rows(self, tx: Connection, values: Values) -> list[RowT]:
        """Every row."""
        driver = _driver_of(tx)
        if driver is None or not self._of(tx).takes(values):
            return [cast(RowT, tuple(row)) for row in tx.execute(self.statement, dict(values))]
        return self._by_driver(driver, tx, [values])

    def first(self, tx: Connection, values: Values) -> RowT | None:
        """The first row; None when there is none."""
        rows = self.rows(tx, values)
        return rows[0] if rows else None

    def one(self, tx: Connection, values: Values) -> RowT:
        """The only row, of a statement that always gives one."""
        (row,) = self.rows(tx, values)
        return row

    def run(self, tx: Connection, values: Values) -> None:
        """Run it for what it changes."""
        self.run_each(tx, [values])

    def run_each(self, tx: Connection, each: Sequence[Values]) -> None:
        """Run it once with each of these values, in this order."""
        if not each:
            return
        driver = _driver_of(tx)
        if driver is None or not all(self._of(tx).takes(values) for values in each):
            for values in each:
                tx.execute(self.statement, dict(values))
            return
        self._by_driver(driver, tx, each)

    def run_and_commit(self, tx: Connection, each: Sequence[Values]) -> None:
        """`run_each` as a transaction's last statements: PostgreSQL commits at once, where others wait for it.

        It would wait itself until this thread comes to send the commit. Elsewhere the transaction's end commits.
        """
        driver = _driver_of(tx)
        if not isinstance(driver, LimitedConnection):
            self.run_each(tx, each)
            return
        self._of_postgres(tx).run_and_commit(driver, tx, each)
        changed_tables.note(tx, self._changed)

    def make_ready(self, tx: Connection, values: Values) -> None:
        """Put it together as for such values, before others wait for it."""
        if _driver_of(tx) is not None:
            self._of(tx).make_ready(values)

    def _by_driver(self, driver: object, tx: Connection, each: Sequence[Values]) -> list[RowT]:
        rows = self._of(tx).run(driver, tx, each)
        changed_tables.note(tx, self._changed)
        return cast("list[RowT]", rows)

    def _of(self, tx: Connection) -> DriverStatement[Any]:
        if tx.dialect.name != "sqlite":
            return self._of_postgres(tx)
        if self._sqlite is None:
            self._sqlite = SqliteStatement(self.statement, tx.dialect)
        return self._sqlite

    def _of_postgres(self, tx: Connection) -> PostgresStatement:
        if self._postgres is None:
            self._postgres = PostgresStatement(self.statement, tx.dialect)
        return self._postgres


def _driver_of(tx: Connection) -> object | None:
    """The driver, where statements may go to it past SQLAlchemy: nobody listens to them, and a transaction began."""
    if tx.dispatch.before_cursor_execute or not tx.in_transaction():
        return None
    driver = tx.connection.driver_connection
    return driver if isinstance(driver, (sqlite3.Connection, LimitedConnection)) else None
