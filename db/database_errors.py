"""What a database's refusal means to the person who runs Earshot, and what to do."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from core.addresses import shown
from core.config import settings, without_secrets
from core.errors import Unavailable

_FULL = "its disk is full. Nothing of this was stored. Free some space there, and try again."
_READ_ONLY = "it may only be read. Nothing was stored. Let the user who runs Earshot write the file and its folder."
_NOT_OPENED = "it cannot be opened. Is its folder there, and may the user who runs Earshot write in it?"
_DAMAGED = (
    "it is damaged, or no database. Stop Earshot, put the file aside (with -wal and -shm beside it), and bring the "
    "newest backup back: python -m core restore FILE."
)
_DISK_FAILS = "its disk fails to read or write. Look after the disk, and at the system's log, before you go on."
_TOO_SLOW = "it took too long. Try again in a moment; if it stays, look at the database server."

_OF_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": _NOT_OPENED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_IOERR": _DISK_FAILS,
}
_OF_POSTGRES = {
    "53100": _FULL,  # disk_full
    "25006": _READ_ONLY,  # read_only_sql_transaction, as of a standby
    "XX001": _DAMAGED,  # data_corrupted
    "57014": _TOO_SLOW,  # query_canceled, by statement_timeout
    "55P03": _TOO_SLOW,  # lock_not_available, by lock_timeout
}


def unavailable(error: DBAPIError) -> Unavailable | None:
    """The error for people; None for one that is no fault of the surroundings, such as a broken rule of a table."""
    known = _known_words(error)
    is_damaged_file = known is not None and isinstance(error, DatabaseError)
    if not isinstance(error, OperationalError) and not is_damaged_file and not error.connection_invalidated:
        return None
    address = shown(settings().database)
    # without the address: the driver's own words may hold a part of the password, and end in a log
    reason = without_secrets(str(error.orig))
    return Unavailable(
        "The database {address} does not answer: {known}",
        address=address,
        known=known or reason,
    )


def _known_words(error: DBAPIError) -> str | None:
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    for begin, words in _OF_SQLITE.items():
        if name.startswith(begin):
            return words
    return _OF_POSTGRES.get(str(getattr(error.orig, "sqlstate", "")))
