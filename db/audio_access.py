"""Which recordings a judge may hear: those that came to the own desk. Runs with every sound, so it is one query."""

from __future__ import annotations

from sqlalchemy import Connection, Table, bindparam, exists, or_, select
from sqlalchemy.sql.elements import ColumnElement

from db.prepared import Prepared
from db.schema import claims, control_answers, judgements, qualification_answers, recordings, skips


def is_own(tx: Connection, judge_id: int, recording_id: int) -> bool:
    """Whether a recording lies on this judge's desk (expired or not), or was judged, skipped or practised on."""
    return _HAS_OWN.one(tx, {"judge_id": judge_id, "heard_id": recording_id})[0]


def stored_file(tx: Connection, recording_id: int) -> tuple[str, str] | None:
    """(SHA-256, extension) of a recording's bytes; None when there is no such recording."""
    return _FILE.first(tx, {"heard_id": recording_id})


def _names_both(table: Table) -> ColumnElement[bool]:
    return (table.c.recording_id == bindparam("heard_id")) & (table.c.account_id == bindparam("judge_id"))


# each finds its row by an index; a label that was undone lies on the desk again
_IS_OWN = select(
    or_(
        exists().where(_names_both(claims)),
        exists().where(_names_both(judgements), judgements.c.undone_at.is_(None)),
        exists().where(_names_both(control_answers), control_answers.c.undone_at.is_(None)),
        exists().where(_names_both(skips)),
        exists().where(_names_both(qualification_answers)),
    )
)
_HAS_OWN: Prepared[tuple[bool]] = Prepared(_IS_OWN)
_FILE: Prepared[tuple[str, str]] = Prepared(
    select(recordings.c.sha256, recordings.c.extension).where(recordings.c.id == bindparam("heard_id"))
)
