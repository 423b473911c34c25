"""How long recordings are kept by source, and the runs that applied it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.retention import DatedRecording, RetentionRule, RetentionRules, RetentionRun, rules_of
from core.errors import Conflict
from db.schema import accounts, children, claims, recordings, retention_rules, retention_runs

IDS_AT_ONCE = 500  # a database takes only so many parameters in one statement
AGAIN_AFTER = timedelta(hours=1)  # a run that broke off, or left something for later


def rules(tx: Connection) -> RetentionRules:
    """The rules in force."""
    query = select(retention_rules, accounts.c.name).outerjoin(accounts).order_by(retention_rules.c.source)
    return rules_of(
        RetentionRule(None if row.is_default else row.source, row.days, row.models, row.set_at, row.name or "")
        for row in tx.execute(query)
    )


def set_rule(tx: Connection, rule: RetentionRule, *, account_id: int | None) -> None:
    """Put a rule in the place of the one that its source, or the default, has; Conflict when somebody else does too."""
    remove_rule(tx, rule.source)
    values = {"is_default": rule.source is None, "source": rule.source or "", "account_id": account_id}
    values |= {"days": rule.days, "models": rule.models, "set_at": rule.set_at}
    try:
        with tx.begin_nested():
            tx.execute(insert(retention_rules).values(values))
    except IntegrityError:
        raise Conflict("Somebody else has just set a rule for the same recordings; look at it first.") from None


def remove_rule(tx: Connection, source: str | None) -> bool:
    """Whether there was one. `source` is None for the default."""
    is_meant = (retention_rules.c.is_default == (source is None)) & (retention_rules.c.source == (source or ""))
    return bool(tx.execute(delete(retention_rules).where(is_meant)).rowcount)


def begin_anew(tx: Connection, at: datetime) -> None:
    """Let every rule count as set now: rules that came back with a backup."""
    tx.execute(update(retention_rules).values(set_at=at))


def dated_recordings(tx: Connection) -> list[DatedRecording]:
    """Every recording, oldest import first."""
    columns = (recordings.c.id, children.c.pseudonym, recordings.c.source)
    query = select(*columns, recordings.c.collected_at, recordings.c.imported_at).join(children)
    return [DatedRecording(*row) for row in tx.execute(query.order_by(recordings.c.id))]


def children_without_others(tx: Connection, recording_ids: Collection[int]) -> list[str]:
    """The children who have no other recordings than these, by pseudonym."""
    going = Counter[int]()
    ids = sorted(set(recording_ids))
    for begin in range(0, len(ids), IDS_AT_ONCE):
        some = recordings.c.id.in_(ids[begin : begin + IDS_AT_ONCE])
        going.update(tx.execute(select(recordings.c.child_id).where(some)).scalars())
    last: list[str] = []
    numbers = sorted(going)
    for begin in range(0, len(numbers), IDS_AT_ONCE):
        query = (
            select(children.c.id, children.c.pseudonym, func.count())
            .join(recordings, recordings.c.child_id == children.c.id)
            .where(children.c.id.in_(numbers[begin : begin + IDS_AT_ONCE]))
            .group_by(children.c.id, children.c.pseudonym)
        )
        last += [pseudonym for child_id, pseudonym, n in tx.execute(query) if n == going[child_id]]
    return sorted(last)


def claimed_at(tx: Connection, at: datetime) -> set[int]:
    """Recordings that lie on somebody's desk at that time."""
    return set(tx.execute(select(claims.c.recording_id).where(claims.c.expires_at > at)).scalars())


def begin_run(tx: Connection, at: datetime) -> int | None:
    """Take the run of this day: its number; None when another server has it, or it is done."""
    day = at.date().isoformat()
    row = tx.execute(select(retention_runs).where(retention_runs.c.day == day)).one_or_none()
    if row is None:
        new = insert(retention_runs).values(day=day, started_at=at, recordings=0, postponed=0)
        try:
            with tx.begin_nested():
                return int(tx.execute(new.returning(retention_runs.c.id)).scalar_one())
        except IntegrityError:  # another server, in this moment
            return None
    is_unfinished = row.ended_at is None or row.postponed > 0
    # a time that lies ahead is of a clock that has been put back since
    is_recent = timedelta(0) <= at - (row.ended_at or row.started_at) < AGAIN_AFTER
    if not is_unfinished or is_recent:
        return None
    as_it_was = (retention_runs.c.id == row.id) & (retention_runs.c.started_at == row.started_at)
    taken = tx.execute(update(retention_runs).where(as_it_was).values(started_at=at, ended_at=None))
    return row.id if taken.rowcount else None


def end_run(tx: Connection, run_id: int, at: datetime, *, recordings: int, postponed: int) -> None:
    """Add up what a run did; `postponed` is what is left of that day."""
    of_run = retention_runs.c.id == run_id
    values = {"ended_at": at, "recordings": retention_runs.c.recordings + recordings, "postponed": postponed}
    tx.execute(update(retention_runs).where(of_run).values(values))


def runs(tx: Connection, *, limit: int) -> list[RetentionRun]:
    """Runs, newest first."""
    query = select(retention_runs).order_by(retention_runs.c.day.desc()).limit(limit)
    rows = tx.execute(query)
    return [RetentionRun(row.day, row.started_at, row.ended_at, row.recordings, row.postponed) for row in rows]
