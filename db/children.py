"""Children, by pseudonym: where each stands in learning. A child never moves and never stands in two splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.labels import Split
from core.domain.names import child_name
from core.domain.recordings import Child
from db.schema import children, recordings


def find_or_add(tx: Connection, pseudonym: str) -> Child:
    """The child of that pseudonym in whichever form it is written, made now when it is new."""
    pseudonym = child_name(pseudonym)
    child = by_pseudonym(tx, pseudonym)
    if child is not None:
        return child
    try:
        with tx.begin_nested():
            row = tx.execute(insert(children).values(pseudonym=pseudonym).returning(children)).one()
    except IntegrityError:  # another transaction has added it meanwhile
        row = tx.execute(select(children).where(children.c.pseudonym == pseudonym)).one()
    return _child(row)


def find_or_add_all(tx: Connection, pseudonyms: Sequence[str]) -> dict[str, Child]:
    """The same of a few hundred children, by the pseudonym as `child_name` writes it."""
    names = list(dict.fromkeys(map(child_name, pseudonyms)))
    known = _by_name(tx, names)
    missing = [{"pseudonym": name} for name in names if name not in known]
    if not missing:
        return known
    try:
        with tx.begin_nested():
            added = tx.execute(insert(children).returning(children), missing).all()
            return known | {row.pseudonym: _child(row) for row in added}
    except IntegrityError:  # another transaction has added one of them meanwhile
        return {name: find_or_add(tx, name) for name in names}


def _by_name(tx: Connection, names: Sequence[str]) -> dict[str, Child]:
    query = select(children).where(children.c.pseudonym.in_(names))
    return {row.pseudonym: _child(row) for row in tx.execute(query)}


def by_pseudonym(tx: Connection, pseudonym: str) -> Child | None:
    row = tx.execute(select(children).where(children.c.pseudonym == child_name(pseudonym))).one_or_none()
    return None if row is None else _child(row)


def of_recording(tx: Connection, recording_id: int) -> Child | None:
    query = select(children).join(recordings).where(recordings.c.id == recording_id)
    row = tx.execute(query).one_or_none()
    return None if row is None else _child(row)


def all_children(tx: Connection) -> list[Child]:
    """All children by pseudonym."""
    return [_child(row) for row in tx.execute(select(children).order_by(children.c.pseudonym))]


def with_recordings(tx: Connection) -> list[tuple[str, int]]:
    """(pseudonym, how many recordings) of every child, by pseudonym."""
    query = (
        select(children.c.pseudonym, func.count(recordings.c.id))
        .outerjoin(recordings, recordings.c.child_id == children.c.id)
        .group_by(children.c.pseudonym)
        .order_by(children.c.pseudonym)
    )
    return [(row[0], row[1]) for row in tx.execute(query)]


def keep_out_of_testing(tx: Connection, child_id: int) -> None:
    """Put a child that stands nowhere yet into the pool from which training and validation are drawn."""
    _settle(tx, child_id, pool=Split.TRAIN)


def place(tx: Connection, child_id: int, split: Split) -> None:
    """Give a child its split, once: one that has a split keeps it."""
    _settle(tx, child_id, split=split)


def place_all(tx: Connection, splits: Mapping[str, Split]) -> None:
    """Give many children, by pseudonym, their splits; those that have one keep it, and none that a manifest keeps out
    of testing comes to test."""
    may_test = children.c.pool.is_(None)
    for pseudonym, split in sorted(splits.items()):
        tx.execute(
            update(children)
            .where(children.c.pseudonym == pseudonym, children.c.split.is_(None))
            .where(*([may_test] if split is Split.TEST else []))
            .values(split=split)
        )


def splits(tx: Connection) -> dict[str, Split | None]:
    """Where every child stands, by pseudonym."""
    return {row[0]: row[1] for row in tx.execute(select(children.c.pseudonym, children.c.split)).all()}


def splits_of(tx: Connection, pseudonyms: Sequence[str]) -> dict[str, Split | None]:
    """Where a few hundred children stand."""
    query = select(children.c.pseudonym, children.c.split).where(children.c.pseudonym.in_(list(pseudonyms)))
    return {row[0]: row[1] for row in tx.execute(query)}


def move(tx: Connection, child_id: int, *, split: Split) -> None:
    """Put a child that has a split into another one: only where several children turn out to be one."""
    tx.execute(update(children).where(children.c.id == child_id).values(split=split))


def give_recording(tx: Connection, recording_id: int, child_id: int) -> None:
    """Let a recording be of another child."""
    tx.execute(update(recordings).where(recordings.c.id == recording_id).values(child_id=child_id))


def set_consent(tx: Connection, child_id: int, reference: str) -> None:
    """Write what shows that the parents agreed; empty: none is known."""
    tx.execute(update(children).where(children.c.id == child_id).values(consent=reference))


def has_recordings(tx: Connection, child_id: int) -> bool:
    return tx.execute(select(recordings.c.id).where(recordings.c.child_id == child_id).limit(1)).first() is not None


def remove(tx: Connection, child_id: int) -> None:
    """Remove a child whose recordings are gone."""
    tx.execute(delete(children).where(children.c.id == child_id))


def _settle(tx: Connection, child_id: int, **values: Split) -> None:
    tx.execute(update(children).where(children.c.id == child_id, children.c.split.is_(None)).values(**values))


def _child(row: Row[Any]) -> Child:
    return Child(row.id, row.pseudonym, row.pool, row.split, row.consent)
