"""Connections to PostgreSQL: how they are taken out of the pool, and how their transactions begin.

SQLAlchemy would ask the server before each transaction whether the connection is still good, set what kind of
transaction it shall be, and set it back afterwards: together as much work as the statements of a label. Here a
transaction begins by one statement that says its kind, and shows in passing whether the server answers.
"""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError

from core.config import POSTGRESQL
from db import postgres_limits
from db.driver_errors import raise_as_usual
from db.postgres_limits import LimitedConnection
from db.sqlite_engine import POOL_SIZE

if TYPE_CHECKING:
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

POOL_WAIT_S = 10
READS = "earshot_reads"  # the execution option of a connection whose transactions see one state of the database
AUTOCOMMIT = "AUTOCOMMIT"
_BEGIN = b"BEGIN"
_BEGIN_TO_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def postgres_engine(address: str) -> Engine:
    """An engine for a database of PostgreSQL, whose connections have the limits of `postgres_limits`.

    Whatever driver an address names, it is reached by psycopg: what runs most asks it past SQLAlchemy.
    """
    url = make_url(address)
    url.get_dialect()  # an error for one that nobody knows
    engine = create_engine(
        url.set(drivername=POSTGRESQL),
        isolation_level=AUTOCOMMIT,  # `_begin` says when a transaction begins, and the driver need not
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=POOL_WAIT_S,
        connect_args=postgres_limits.CONNECT_ARGUMENTS,
        hide_parameters=True,  # errors are logged, and values are of children
    )
    event.listen(engine, "do_connect", postgres_limits.connect)
    event.listen(engine, "connect", postgres_limits.set_limits)
    event.listen(engine, "connect", _set_planning)
    event.listen(engine, "checkout", _require_open)
    event.listen(engine, "begin", _begin)
    return engine


def _set_planning(connection: psycopg.Connection[Any], _record: object) -> None:
    """Tell the server what is dear: to compile a statement takes longer than all but the longest of ours take, and a
    statement of 2 ms waited 5 for further processes to start, while one that gives a million rows never had any.

    By default the two costs are 1,000 and 0.1.
    """
    connection.execute("SET jit = off; SET parallel_setup_cost = 5000; SET parallel_tuple_cost = 0.01")
    connection.commit()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    driver = connection.connection.driver_connection
    if options.get("isolation_level") == AUTOCOMMIT or not isinstance(driver, LimitedConnection):
        return
    begin = _BEGIN_TO_READ if options.get(READS) else _BEGIN
    try:
        driver.prepared.command(begin)
    except psycopg.Error as error:
        raise_as_usual(error, begin.decode(), None, connection)


def _require_open(
    connection: psycopg.Connection[Any], _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Give up a connection that the server has closed, and all that are older, as after its restart.

    A closed one has something to read, its end, and so has hardly any other: only these are asked.
    """
    if connection.closed or (_has_something_to_read(connection) and not _answers(connection)):
        raise InvalidatePoolError("The server has closed the connection.")


def _has_something_to_read(connection: psycopg.Connection[Any]) -> bool:
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))


def _answers(connection: psycopg.Connection[Any]) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
