"""Errors of a driver that was asked past SQLAlchemy, as SQLAlchemy raises them."""

from __future__ import annotations

import sqlite3
from typing import Any, NoReturn, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def raise_as_usual(error: sqlite3.Error | psycopg.Error, sql: str, parameters: object, tx: Connection) -> NoReturn:
    """Raise it for whoever handles SQLAlchemy's kinds, without values; a connection that is lost is given up."""
    kind = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
    connection = tx.connection.dbapi_connection
    is_lost = bool(connection) and tx.dialect.is_disconnect(cast(Any, error), connection, None)
    usual = DBAPIError.instance(
        sql,
        cast(Any, parameters),
        error,
        kind,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=tx.dialect,
    )
    if is_lost:
        tx.invalidate(error)
    raise usual from error
