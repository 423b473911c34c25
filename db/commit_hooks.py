"""What else happens when a transaction is committed: just before, as a part of it, or after it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

AFTER_COMMIT, BEFORE_COMMIT = "earshot_after_commit", "earshot_before_commit"


def forget(tx: Connection) -> None:
    """Begin anew: nothing waits for the commit yet."""
    tx.info.pop(AFTER_COMMIT, None)
    tx.info.pop(BEFORE_COMMIT, None)


def after_commit(tx: Connection, tell: Callable[[], None]) -> None:
    """Call `tell` after the commit of this transaction; never when it is rolled back."""
    tx.info.setdefault(AFTER_COMMIT, []).append(tell)


def before_commit(tx: Connection, write: Callable[[], None]) -> None:
    """Call `write` as one of the last statements of this transaction; never, when an exception leaves it.

    For rows that every writer competes for: they are locked for the moment of the commit only.
    """
    tx.info.setdefault(BEFORE_COMMIT, []).append(write)


class StoredChanges:
    """How often this process has stored a change of one kind: what was read at a lower number is not sure any more."""

    def __init__(self) -> None:
        self.number = 0

    def expect(self, tx: Connection) -> None:
        """This transaction makes such a change."""
        after_commit(tx, self._count)

    def _count(self) -> None:
        self.number += 1


def run_before(tx: Connection) -> None:
    """Run what waits for the commit, as a part of the transaction."""
    for write in tx.info.pop(BEFORE_COMMIT, ()):
        write()


def run_after(tx: Connection) -> None:
    """Run what waits for the end of the commit."""
    for tell in tx.info.pop(AFTER_COMMIT, ()):
        tell()
