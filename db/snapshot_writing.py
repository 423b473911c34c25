"""What a further snapshot adds to the items of the newest: what differs is read in one view and written in portions.

Two that freeze at once cannot mix: each portion names the number of writes that its view saw, or it is refused. What a
freezing that was killed has left belongs to no snapshot, and differs for the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Subquery,
    and_,
    delete,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from core.domain.labels import Label, Split
from core.errors import Conflict
from db import many_rows, recording_states
from db.schema import children, recordings, snapshot_items, snapshot_writes
from db.schema import recording_states as kept_states
from db.snapshot_spans import IS_NEWEST

IDS_AT_ONCE = 500
NEW_ITEM = ("recording_id", "first_snapshot_id", "last_snapshot_id", "label", "split", "weight")


@dataclass(frozen=True, slots=True)
class SnapshotLabel:
    """What a snapshot holds of a recording; its weight is not 1 where it was drawn in class."""

    label: Label
    split: Split
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class LabelledItem:
    """A recording's label as it stands, and what the newest items hold of it, if anything."""

    recording_id: int
    label: Label | None
    split: Split | None
    frozen: SnapshotLabel | None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What a snapshot is to hold of a recording, and whether the newest items hold something else."""

    recording_id: int
    new: SnapshotLabel | None
    is_replaced: bool


def count_writes(tx: Connection) -> int:
    """How often items were written; 0 where they never were."""
    return tx.execute(select(snapshot_writes.c.n_writes)).scalar() or 0


def hold(tx: Connection, n_writes: int) -> int:
    """Be the only one to write items until the transaction ends; how often they were written with it.

    Raises
    ------
    Conflict
        Items were written since `n_writes` was read.
    """
    if n_writes == 0:
        try:
            tx.execute(insert(snapshot_writes).values(id=1, n_writes=1))
        except IntegrityError:
            raise _overtaken() from None
        return 1
    raised = update(snapshot_writes).where(snapshot_writes.c.n_writes == n_writes).values(n_writes=n_writes + 1)
    if tx.execute(raised).rowcount != 1:
        raise _overtaken()
    return n_writes + 1


def copy_kept(tx: Connection, snapshot_id: int, *, first: int, last: int) -> None:
    """Let the next snapshot begin with the kept labels of recordings from `first` to `last` that are not in the newest.

    The database copies them itself, quicker than `write`. Kept labels may be out of date: what differs is written
    afterwards.

    Raises
    ------
    Conflict
        A recording was erased at the same moment.
    """
    kept, frozen = kept_states.c, snapshot_items.c
    is_item = select(frozen.recording_id).where(frozen.recording_id == kept.recording_id, IS_NEWEST).exists()
    new = (
        select(kept.recording_id, literal(snapshot_id, Integer), null(), kept.consensus, children.c.split, literal(1.0))
        .join(children, children.c.id == kept.child_id)
        .join(recordings, recordings.c.id == kept.recording_id)  # kept rows outlive it for a while
        .where(kept.recording_id.between(first, last), kept.consensus.is_not(None), children.c.split.is_not(None))
        .where(~is_item)
    )
    with _named_when_erased():
        tx.execute(insert(snapshot_items).from_select(NEW_ITEM, new))


def differing(tx: Connection) -> Iterator[int]:
    """The recordings whose label or split is not that of the newest items, and those that have a weight there."""
    states = _states(tx)
    frozen = snapshot_items.c
    is_moved = and_(states.c.consensus.is_not(None), children.c.split.is_distinct_from(frozen.split))
    is_other = or_(states.c.consensus.is_distinct_from(frozen.label), is_moved, frozen.weight != 1.0)
    query = _with_newest(select(states.c.recording_id), states).where(is_other)
    return many_rows.values(tx, query)


def compared(tx: Connection, recording_ids: Sequence[int]) -> list[LabelledItem]:
    """A few hundred recordings, whether they differ or not."""
    states = _states(tx)
    frozen = snapshot_items.c
    columns = (states.c.recording_id, states.c.consensus, children.c.split, frozen.label, frozen.split, frozen.weight)
    query = _with_newest(select(*columns), states).where(states.c.recording_id.in_(list(recording_ids)))
    return [
        LabelledItem(number, label, split, None if known[0] is None else SnapshotLabel(*known))
        for number, label, split, *known in tx.execute(query)
    ]


def _states(tx: Connection) -> Subquery:
    kept = kept_states.c
    return recording_states.now(tx, kept.recording_id, kept.child_id, kept.consensus)


def _with_newest(query: Select[*tuple[Any, ...]], states: Subquery) -> Select[*tuple[Any, ...]]:
    is_newest_item = and_(snapshot_items.c.recording_id == states.c.recording_id, IS_NEWEST)
    joined = query.select_from(states).join(children, children.c.id == states.c.child_id)
    return joined.outerjoin(snapshot_items, is_newest_item)


def write(tx: Connection, snapshot_id: int, changes: Sequence[ItemChange]) -> None:
    """Let the snapshot that comes next hold what these recordings are to have in it.

    Raises
    ------
    Conflict
        A recording was erased meanwhile.
    """
    _end(tx, snapshot_id, [change.recording_id for change in changes if change.is_replaced])
    new = ((change.recording_id, change.new) for change in changes if change.new is not None)
    _add(tx, ((number, snapshot_id, None, *_words(frozen)) for number, frozen in new))


def add_again(tx: Connection, snapshot_id: int, items: Iterable[tuple[int, SnapshotLabel]]) -> None:
    """Bring back into a snapshot what an erasure took out of it.

    Raises
    ------
    Conflict
        A recording was erased meanwhile, or somebody else has brought it back.
    """
    _add(tx, ((number, snapshot_id, snapshot_id, *_words(frozen)) for number, frozen in items))


def _end(tx: Connection, snapshot_id: int, recording_ids: Sequence[int]) -> None:
    """The newest items of these recordings are not in this snapshot; those that begin with it are in none."""
    for begin in range(0, len(recording_ids), IDS_AT_ONCE):
        some = and_(IS_NEWEST, snapshot_items.c.recording_id.in_(recording_ids[begin : begin + IDS_AT_ONCE]))
        tx.execute(delete(snapshot_items).where(some, snapshot_items.c.first_snapshot_id >= snapshot_id))
        tx.execute(update(snapshot_items).where(some).values(last_snapshot_id=snapshot_id - 1))


def _add(tx: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    with _named_when_erased():
        many_rows.add(tx, snapshot_items, NEW_ITEM, rows)


@contextmanager
def _named_when_erased() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise Conflict("Recordings were erased while their labels were frozen; try again.") from None


def _words(frozen: SnapshotLabel) -> tuple[str, str, float]:
    return frozen.label.value, frozen.split.value, frozen.weight


def _overtaken() -> Conflict:
    return Conflict("Labels were frozen by somebody else at the same time; try again.")
