"""Bringing the tables to the newest version: one process at a time, and never from a version that is not known."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _alone(engine) as connection:
        _refuse_newer(connection, ScriptDirectory.from_config(_config()))
        upgrade_tables(connection)


def upgrade_tables(connection: Connection, version: str = NEWEST) -> None:
    """Bring the tables of a connection, which has no transaction, to a version. Nobody else may use its database."""
    config = _config()
    config.attributes["connection"] = connection
    with _alembic:
        command.upgrade(config, version)


def versions() -> tuple[str, ...]:
    """Every version of the tables that this code knows, the oldest first."""
    revisions = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(revision.revision for revision in revisions)[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


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


def _refuse_newer(connection: Connection, script: ScriptDirectory) -> None:
    if not inspect(connection).has_table("alembic_version"):
        connection.rollback()
        return
    versions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    connection.rollback()
    for version in versions:
        try:
            known = script.get_revision(version)
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
