"""What is computed once in a reading transaction, which sees one state of the database from its begin to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from sqlalchemy import Connection

COMPUTED = "earshot_computed"
ValueT = TypeVar("ValueT")


@contextmanager
def of(tx: Connection) -> Iterator[None]:
    """The time in which the transaction sees one state."""
    tx.info[COMPUTED] = {}
    try:
        yield
    finally:
        tx.info.pop(COMPUTED, None)


def once(tx: Connection, name: str, compute: Callable[[Connection], ValueT]) -> ValueT:
    """What `compute` gives, or gave before under that name in this transaction; anew each time in one that writes."""
    computed = tx.info.get(COMPUTED)
    if computed is None:
        return compute(tx)
    if name not in computed:
        computed[name] = compute(tx)
    return cast(ValueT, computed[name])
