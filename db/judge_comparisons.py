"""What a judge's labels are compared with: for staff only, never for a judge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, Table, and_, func, select

from core.domain.judgements import ComparedLabel, LabelReference, ReferenceKind
from core.domain.labels import Label
from db import recording_states, revisions
from db.schema import accounts, adjudications, control_answers, judgements, recordings, repeats

_IS_NEWEST = and_(recordings.c.id == judgements.c.recording_id, recordings.c.round == judgements.c.round)


def version(tx: Connection) -> tuple[str, ...]:
    """Another one after every change of what is compared."""
    return (
        *revisions.of(tx, judgements, recordings),
        *(_state(tx, table) for table in (repeats, adjudications, control_answers)),
    )


def labels(tx: Connection) -> list[ComparedLabel]:
    """Every label in force of the recordings' newest rounds, by recording, in the order they came."""
    query: Select[int, str, Label, datetime, bool] = (
        select(
            judgements.c.recording_id,
            accounts.c.name,
            judgements.c.label,
            judgements.c.decided_at,
            judgements.c.origin == "annotate",
        )
        .join(recordings, _IS_NEWEST)
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .where(judgements.c.undone_at.is_(None))
        .order_by(judgements.c.recording_id, judgements.c.id)
    )
    return [ComparedLabel(row[0], row[1], row[2], row[3], bool(row[4])) for row in tx.execute(query)]


def highest_judgement(tx: Connection) -> int:
    """The highest number that a judgement has: about how many there are, at no cost."""
    return int(tx.execute(select(func.max(judgements.c.id))).scalar() or 0)


def references(tx: Connection) -> list[LabelReference]:
    """Labels of judges beside their own earlier ones, beside what staff settled in the newest round, and known answers
    beside the label that stands."""
    queries = {
        ReferenceKind.OWN_EARLIER: _REPEATED,
        ReferenceKind.SETTLED: _SETTLED,
        ReferenceKind.KNOWN: _known(tx),
    }
    return [LabelReference(*row, kind) for kind, query in queries.items() for row in tx.execute(query)]


def newest_recordings(tx: Connection, judge: str, *, limit: int) -> list[int]:
    """The recordings of a judge's newest labels in force, the newest first."""
    query = (
        select(judgements.c.recording_id)
        .join(recordings, _IS_NEWEST)
        .join(accounts, accounts.c.id == judgements.c.account_id)
        .where(judgements.c.undone_at.is_(None), accounts.c.name == judge)
        .order_by(judgements.c.decided_at.desc(), judgements.c.id.desc())
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def _known(tx: Connection) -> Select[int, str, Label, Label, datetime]:
    answered = select(control_answers.c.recording_id).where(control_answers.c.undone_at.is_(None))
    standing = recording_states.computed(answered).subquery()
    return (
        select(
            control_answers.c.recording_id,
            accounts.c.name,
            control_answers.c.label,
            standing.c.consensus,
            control_answers.c.decided_at,
        )
        .select_from(control_answers)
        .join(standing, standing.c.recording_id == control_answers.c.recording_id)
        .join(accounts, accounts.c.id == control_answers.c.account_id)
        .where(control_answers.c.undone_at.is_(None), standing.c.consensus.is_not(None))
        .order_by(control_answers.c.id)
    )


def _state(tx: Connection, table: Table) -> str:
    """Of a table whose rows are only added and stamped."""
    query = select(func.count(), func.max(table.c.id), func.count(table.c.undone_at), func.max(table.c.undone_at))
    return str(tuple(tx.execute(query).one()))


_REPEATED: Select[int, str, Label, Label, datetime] = (
    select(repeats.c.recording_id, accounts.c.name, repeats.c.label, judgements.c.label, repeats.c.decided_at)
    .select_from(repeats)
    .join(judgements, judgements.c.id == repeats.c.judgement_id)
    .join(accounts, accounts.c.id == repeats.c.account_id)
    .where(repeats.c.undone_at.is_(None), judgements.c.undone_at.is_(None))
    .order_by(repeats.c.id)
)
_SETTLED: Select[int, str, Label, Label, datetime] = (
    select(
        judgements.c.recording_id,
        accounts.c.name,
        judgements.c.label,
        adjudications.c.label,
        adjudications.c.decided_at,
    )
    .select_from(judgements)
    .join(recordings, _IS_NEWEST)
    .join(
        adjudications,
        and_(adjudications.c.recording_id == judgements.c.recording_id, adjudications.c.round == judgements.c.round),
    )
    .join(accounts, accounts.c.id == judgements.c.account_id)
    .where(judgements.c.undone_at.is_(None), adjudications.c.undone_at.is_(None))
    .order_by(adjudications.c.id)
)
