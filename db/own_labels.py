"""The newest labels of one judge, with their recordings: of nobody else, and without what became of them but one thing,
whether they may still be changed.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, bindparam, exists, false, select

from core.domain.judgements import Assignment, ChangeableLabel
from db.schema import adjudications, control_answers, judgements, recordings, repeats

_IS_SETTLED = exists().where(
    adjudications.c.recording_id == recordings.c.id,
    adjudications.c.round == recordings.c.round,
    adjudications.c.undone_at.is_(None),
)


def newest(tx: Connection, judge_id: int, *, limit: int) -> list[ChangeableLabel]:
    """Labels in force that this judge gave at the desk, newest first, one a recording; repeats and answers as well."""
    values = {"judge_id": judge_id, "most": limit}
    rows = [row for query in (_JUDGEMENTS, _REPEATS, _CONTROLS) for row in tx.execute(query, values)]
    rows.sort(key=lambda row: (row.decided_at, row.id), reverse=True)
    by_recording: dict[int, ChangeableLabel] = {}
    for row in rows:
        by_recording.setdefault(row.recording_id, _label(row))
    return list(by_recording.values())[:limit]


def _newest_of(table: Table, *, is_settled: ColumnElement[bool] = _IS_SETTLED) -> Select[*tuple[object, ...]]:
    return (
        select(
            table.c.id,
            table.c.recording_id,
            table.c.request_id,
            table.c.label,
            table.c.decided_at,
            recordings.c.round,
            recordings.c.language,
            recordings.c.word,
            recordings.c.duration_s,
            is_settled.label("is_settled"),
        )
        .join(recordings, recordings.c.id == table.c.recording_id)
        .where(
            table.c.account_id == bindparam("judge_id"),
            table.c.undone_at.is_(None),
            table.c.request_id.is_not(None),  # imported labels were given elsewhere
        )
        .order_by(table.c.decided_at.desc(), table.c.id.desc())
        .limit(bindparam("most"))
    )


_JUDGEMENTS = _newest_of(judgements).where(judgements.c.round == recordings.c.round)
_REPEATS = _newest_of(repeats).where(
    exists().where(judgements.c.id == repeats.c.judgement_id, judgements.c.round == recordings.c.round)
)
# that its label stands is not to be noticed
_CONTROLS = _newest_of(control_answers, is_settled=false())


def _label(row: Row[*tuple[object, ...]]) -> ChangeableLabel:
    item = Assignment(row.recording_id, row.round, row.language, row.word, row.duration_s)
    return ChangeableLabel(row.request_id, row.label, row.decided_at, item, can_change=not row.is_settled)
