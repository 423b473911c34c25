"""Labels from elsewhere, as judgements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Connection,
    func,
    insert,
    select,
)

from core.domain.labelling import has_room
from core.domain.labels import JUDGEMENTS_PER_RECORDING, Label
from core.errors import Conflict
from db.schema import judgements, recordings


def add_imported(tx: Connection, *, recording_id: int, account_id: int, label: Label, decided_at: datetime) -> bool:
    """A label from elsewhere, as a judgement in the recording's present round.

    Returns
    -------
    True when it is new. False when this judge's label is there already, in whatever round, also set aside: importing
    twice changes nothing.

    Raises
    ------
    Conflict
        Another label of this judge stands, or all judgements that it waits for are in force already.
    """
    before, was_set_aside = _earlier_label(tx, recording_id, account_id)
    if before == label:
        return False
    if before is not None and not was_set_aside:
        raise Conflict(
            "The label {label} was not taken: this judge's earlier label {before} stands.",
            label=label,
            before=before,
        )
    this_round, wanted = _lock(tx, recording_id)
    if not has_room(_count(tx, recording_id, this_round), wanted):
        number = "two" if wanted == JUDGEMENTS_PER_RECORDING else "three"
        raise Conflict(
            "The label {label} was not taken: the recording has its {number} judgements.",
            label=label,
            number=number,
        )
    tx.execute(
        insert(judgements).values(
            recording_id=recording_id,
            account_id=account_id,
            round=this_round,
            label=label,
            decided_at=decided_at,
            origin="import",
        )
    )
    return True


def _earlier_label(tx: Connection, recording_id: int, account_id: int) -> tuple[Label | None, bool]:
    """This judge's label of the recording, one that stands before those that were set aside; and whether it is one."""
    is_aside = judgements.c.set_aside_id.is_not(None)
    query = (
        select(judgements.c.label, is_aside)
        .where(
            judgements.c.recording_id == recording_id,
            judgements.c.account_id == account_id,
            judgements.c.undone_at.is_(None) | is_aside,
        )
        .order_by(is_aside, judgements.c.id.desc())
    )
    row = tx.execute(query).first()
    return (row[0], row[1]) if row else (None, False)


def _lock(tx: Connection, recording_id: int) -> tuple[int, int]:
    """Lock the recording until the transaction ends (PostgreSQL; SQLite locks the whole database); its round, and how
    many judgements that waits for.
    """
    query = select(recordings.c.round, recordings.c.wanted).where(recordings.c.id == recording_id)
    this_round, wanted = tx.execute(query.with_for_update(key_share=True)).one()
    return this_round, wanted


def _count(tx: Connection, recording_id: int, this_round: int) -> int:
    query = (
        select(func.count())
        .select_from(judgements)
        .where(
            judgements.c.recording_id == recording_id,
            judgements.c.round == this_round,
            judgements.c.undone_at.is_(None),
        )
    )
    return tx.execute(query).scalar_one()
