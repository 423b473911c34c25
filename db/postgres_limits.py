"""Limits of what PostgreSQL may take, so that a server that hangs keeps nobody for ever.

The server ends a statement by itself (`statement_timeout`); this side closes the connection a little later where not
even that comes, as of a server that is stopped or out of reach behind a dead network.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from core.config import settings
from db.postgres_prepared import PreparedStatements

ResultT = TypeVar("ResultT")

LOCK_LIMIT_S = 15
GRACE_S = 5.0
_LOOK_EVERY_S = 0.1
CONNECT_ARGUMENTS = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that gives up on a server that does not answer, and runs what runs most at the least cost."""

    @cached_property
    def prepared(self) -> PreparedStatements:
        """Its own prepared statements, beside those of the driver's cursors."""
        return PreparedStatements(self)

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        """The driver's own: after a rollback it lets the server forget every prepared statement (no name)."""
        if name is None:
            self.prepared.forget()
        return super()._deallocate(name)

    def wait(self, gen: PQGen[ResultT], interval: float = _LOOK_EVERY_S, timeout: float | None = None) -> ResultT:
        """Wait for the server, for `EARSHOT_DATABASE_TIMEOUT_S` and a little more at most."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        limit_s = settings().database_timeout_s + GRACE_S
        try:
            return super().wait(gen, interval, limit_s)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()  # what it was asked may still come: the connection is of no use any more
            raise psycopg.OperationalError(f"no answer within {limit_s:.0f} s") from None


def connect(_dialect: object, _record: object, arguments: Any, options: Any) -> LimitedConnection:
    """A connection with these limits, in place of the one that SQLAlchemy would open."""
    return LimitedConnection.connect(*arguments, **options)


def set_limits(connection: LimitedConnection, _record: object) -> None:
    """Tell the server of them."""
    limit_ms = round(1000 * settings().database_timeout_s)
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {limit_ms}; SET lock_timeout = {1000 * LOCK_LIMIT_S}")
    connection.commit()
