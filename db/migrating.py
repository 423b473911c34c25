"""Bringing the tables to the newest version: one process at a time, and never from a version that is not known."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, text

from core.addresses import shown
from core.config import settings
from core.errors import SettingsError
from db.sqlite_engine import WRITES

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_305_201_911  # of PostgreSQL's advisory locks: any number that no other program takes
CONNECT_LIMIT_S = 5
NEWEST = "head"  # as Alembic calls it

_alembic = threading.Lock()  # whose environment is the process's, not the thread's


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest version; of two processes at once the second waits, and finds nothing to do.

    Raises
    ------
    SettingsError
        The tables are of a newer version.
    """
    with engine.connect() as connection:
        if _versions_of(connection) == set(_scripts().get_heads()):
            return
    with _alone(engine) as connection:
        _refuse_newer(_versions_of(connection))
        upgrade_tables(connection)


def upgrade_tables(connection: Connection, version: str = NEWEST) -> None:
    """Bring the tables of a connection, which has no transaction, to a version. Nobody else may use its database."""
    config = _config()
    config.attributes["connection"] = connection
    with _alembic:
        command.upgrade(config, version)


def versions() -> tuple[str, ...]:
    """Every version of the tables that this code knows, the oldest first."""
    return tuple(revision.revision for revision in _scripts().walk_revisions())[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@lru_cache(maxsize=1)
def _scripts() -> ScriptDirectory:
    """The migrations that there are: compiled anew each time that they are read, so once in a process."""
    return ScriptDirectory.from_config(_config())


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection whose transactions write, while no other process migrates. SQLite's writers wait by themselves."""
    if engine.dialect.name != "postgresql":
        with engine.connect() as connection:
            yield connection.execution_options(**{WRITES: True})
        return
    # of its own, without the limits of requests: a migration may take long, and others may wait for it
    own = create_engine(engine.url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_LIMIT_S})
    with own.connect() as waiting, own.connect() as connection:
        waiting.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        yield connection  # the lock ends with its connection


def _versions_of(connection: Connection) -> set[str]:
    """Of the tables; none where there are no tables yet."""
    of_tables = set[str]()
    if inspect(connection).has_table("alembic_version"):
        of_tables.update(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    connection.rollback()
    return of_tables


def _refuse_newer(of_tables: set[str]) -> None:
    for version in of_tables:
        try:
            known = _scripts().get_revision(version)
        except (ResolutionError, CommandError):
            known = None
        if known is None:
            raise SettingsError(
                "The database {database} has tables of version {version}, which this Earshot does not "
                "know: a newer one wrote it. Start that one, or restore a backup of before the upgrade "
                "into an empty database.",
                database=shown(settings().database),
                version=version,
            )
