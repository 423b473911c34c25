"""The engines of the database in force: how SQLite and PostgreSQL are reached."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, Engine, Executable, RootTransaction, event
from sqlalchemy.exc import ArgumentError, DBAPIError

from core.addresses import shown
from core.config import settings, without_secrets
from core.errors import SettingsError
from db import changed_tables
from db.postgres_engine import postgres_engine
from db.sqlite_engine import begin, sqlite_engine

LOCK_WAIT_S = 15


@dataclass(frozen=True)
class WritingAndReading:
    """For writing and for reading; the same on PostgreSQL.

    SQLite's readers have connections of their own, which take no change: to switch a connection between the two would
    make it compile each statement anew.
    """

    writing: Engine
    reading: Engine


def engine() -> Engine:
    """The engine that writes to the database in force; SettingsError as `engines`."""
    return engines()[0]


def engines() -> tuple[Engine, Engine]:
    """The engines that write to the database in force and read it: one and the same on PostgreSQL.

    Raises
    ------
    SettingsError
        EARSHOT_DATABASE_URL is no address of a database, or its driver is not installed.
    """
    address = settings().database
    try:
        of_address = _engines(address)
        return of_address.writing, of_address.reading
    except (ArgumentError, ValueError, ImportError) as error:  # what SQLAlchemy raises for an address it cannot parse
        raise SettingsError(
            "EARSHOT_DATABASE_URL={address!r} cannot be used: {error}. Expected an address such as "
            "postgresql+psycopg://name:password@host/database; what is special in the password is "
            "written as %XX.",
            address=shown(address),
            error=without_secrets(str(error)),
        ) from None


def dispose() -> None:
    """Close every connection to the database in force that is not in use."""
    for each in engines():
        each.dispose()


def begun(engine: Engine, options: dict[str, object]) -> RootTransaction:
    """A transaction that has begun. Where a connection of the pool turns out to be lost, on another one."""
    try:
        return _begun(engine, options)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return _begun(engine, options)


def _begun(engine: Engine, options: dict[str, object]) -> RootTransaction:
    connection = engine.connect().execution_options(**options)
    try:
        return connection.begin()
    except BaseException:
        connection.close()
        raise


@lru_cache(maxsize=8)
def _engines(url: str) -> WritingAndReading:
    if url.startswith("sqlite"):
        engines = WritingAndReading(_sqlite_engine(url), _sqlite_engine(url, is_for_reading=True))
    else:
        engine = postgres_engine(url)
        engines = WritingAndReading(engine, engine)
    event.listen(engines.writing, "after_execute", _note_change)
    return engines


def _sqlite_engine(url: str, *, is_for_reading: bool = False) -> Engine:
    of_file = sqlite_engine(url, lock_wait_s=LOCK_WAIT_S, is_for_reading=is_for_reading)
    event.listen(of_file, "begin", _begin_sqlite)
    return of_file


def _begin_sqlite(connection: Connection) -> None:
    begin(connection, lock_wait_s=LOCK_WAIT_S)


def _note_change(connection: Connection, statement: Executable, *_: object) -> None:
    changed_tables.note(connection, changed_tables.changed_by(statement))
