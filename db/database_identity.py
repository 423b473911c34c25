"""Whether the database is still the one that this process started with.

A file that was deleted would be made anew by SQLite, empty, and one that was replaced would take what belongs to the
other: both are refused until a new start.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, make_url, text

from core.addresses import shown
from core.errors import Unavailable

_OF_DATABASE: dict[str, tuple[int, int]] = {}
"""By address: device and number of SQLite's file. Forgotten by `forget`."""
_OF_SERVER: dict[str, int] = {}
"""By address: the number that PostgreSQL gave the database when it was created."""


def remember(address: str) -> None:
    """This is the file to work with from now on, unless one was remembered before."""
    identity = _file_identity(address)
    if identity is not None:
        _OF_DATABASE.setdefault(address, identity)


def require_same(address: str) -> None:
    """Refuse to go on with a file that is gone or another one; of PostgreSQL see `require_same_on_server`.

    Raises
    ------
    Unavailable
    """
    known = _OF_DATABASE.get(address)
    if known is not None and _file_identity(address) != known:
        raise Unavailable(
            "The database {address} was removed or replaced while Earshot ran. Nothing is read or "
            "written any more. Put the file back (or restore a backup), and start Earshot anew.",
            address=shown(address),
        )


def require_same_on_server(address: str, connection: Connection) -> None:
    """The same of a new connection to PostgreSQL: a database that was dropped and created again is another one."""
    number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    if _OF_SERVER.setdefault(address, number) != number:
        raise Unavailable(
            "The database {address} was dropped and created again while Earshot ran. Start Earshot anew.",
            address=shown(address),
        )


def forget() -> None:
    """Forget all of it, as a new start does."""
    _OF_DATABASE.clear()
    _OF_SERVER.clear()


def _file_identity(address: str) -> tuple[int, int] | None:
    """None where there is no file."""
    file = _file(address)
    try:
        status = file.stat() if file is not None else None
    except OSError:
        return None
    return None if status is None else (status.st_dev, status.st_ino)


@lru_cache(maxsize=8)
def _file(address: str) -> Path | None:
    url = make_url(address)
    is_file = url.drivername.startswith("sqlite") and url.database not in (None, "", ":memory:")
    return Path(url.database) if is_file and url.database else None
