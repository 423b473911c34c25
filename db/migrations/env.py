"""Alembic's entry: runs on the connection that `db.session.prepare` hands over, or on the database in force."""

from __future__ import annotations

from alembic import context

from db import engines
from db.schema import metadata


def _migrate(connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    _migrate(connection)
else:
    with engines.engine().connect() as opened:
        _migrate(opened)
