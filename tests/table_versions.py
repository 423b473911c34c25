"""The database in force with the tables of another version."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from db import engines, migrating
from db.sqlite_engine import WRITES


def upgrade(version: str) -> None:
    with engines.engine().connect() as connection:
        migrating.upgrade_tables(connection.execution_options(**{WRITES: True}), version)


def downgrade(version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrating.MIGRATIONS))
    with engines.engine().connect() as connection:
        config.attributes["connection"] = connection.execution_options(**{WRITES: True})
        command.downgrade(config, version)
