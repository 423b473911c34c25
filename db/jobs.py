"""Jobs: one row per piece of background work, true at every moment, whatever dies.

States: queued, running, succeeded, failed, cancelled, interrupted. A running job has one owner (a process) who shows
a sign of life every two seconds; a job whose owner fell silent is interrupted and may be resumed.

Whoever changes a job reads it by `hold` in the transaction that changes it: nobody else changes it until that ends. The
statements that change a state say from which state, and answer whether they did.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.jobs import Job, JobState, JobStep
from core.domain.json_types import JsonObject
from core.errors import Conflict
from core.messages import Message
from db import session
from db.schema import accounts, jobs

LIVE = ("queued", "running")
STOPPED = ("interrupted", "failed", "cancelled")  # before its end: may be resumed
CANCELLABLE = (*LIVE, "interrupted")
NO_ERROR = {"error": "", "error_message": None}


def add(
    tx: Connection,
    job_id: str,
    kind: str,
    parameters: JsonObject,
    steps: list[JsonObject],
    account_id: int | None,
) -> None:
    """A new job, queued.

    Raises
    ------
    Conflict
        Another job of this kind is queued or running.
    """
    row = {"id": job_id, "kind": kind, "state": "queued", "parameters": parameters, "steps": steps}
    now = session.now()
    try:
        tx.execute(insert(jobs).values(**row, account_id=account_id, created_at=now, heartbeat_at=now))
    except IntegrityError:
        raise Conflict(
            "A {kind} job is already queued or running; wait for it or cancel it.",
            kind=kind,
        ) from None


def get(tx: Connection, job_id: str) -> Job | None:
    row = tx.execute(_query().where(jobs.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def hold(tx: Connection, job_id: str) -> Job | None:
    """One job as it is now; nobody else changes it until this writing transaction ends."""
    row = tx.execute(_query().where(jobs.c.id == job_id).with_for_update(of=jobs)).one_or_none()
    return None if row is None else _job(row)


def live(tx: Connection, kind: str) -> Job | None:
    """The job of this kind that is queued or running."""
    row = tx.execute(_query().where(jobs.c.kind == kind, jobs.c.state.in_(LIVE))).first()
    return None if row is None else _job(row)


def newest(tx: Connection, kind: str, *, state: str | None = None, limit: int = 20) -> list[Job]:
    """Newest first; of one state, or of all."""
    query = _query().where(jobs.c.kind == kind).order_by(jobs.c.created_at.desc()).limit(limit)
    if state:
        query = query.where(jobs.c.state == state)
    return [_job(row) for row in tx.execute(query)]


def newest_of_each_kind(tx: Connection) -> list[Job]:
    """Of each kind the job that was begun last, and the one that is queued or running; the newest first."""
    newest_at = select(jobs.c.kind, func.max(jobs.c.created_at).label("at")).group_by(jobs.c.kind).subquery()
    is_newest = jobs.c.created_at == newest_at.c.at
    query = _query().join(newest_at, newest_at.c.kind == jobs.c.kind).where(or_(is_newest, jobs.c.state.in_(LIVE)))
    query = query.order_by(jobs.c.created_at.desc())
    return [_job(row) for row in tx.execute(query)]


def newest_of_all(tx: Connection, *, limit: int, offset: int) -> list[Job]:
    """Newest first, of every kind."""
    query = _query().order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit).offset(offset)
    return [_job(row) for row in tx.execute(query)]


def count(tx: Connection) -> int:
    return int(tx.execute(select(func.count()).select_from(jobs)).scalar_one())


def silent(tx: Connection, *, running_before: datetime, queued_before: datetime, are_held: bool = False) -> list[str]:
    """Jobs that are queued or running by their state but gave no sign of life since these times.

    are_held : nobody else changes them until this writing transaction ends
    """
    is_silent = or_(
        (jobs.c.state == "running") & (jobs.c.heartbeat_at < running_before),
        (jobs.c.state == "queued") & (jobs.c.heartbeat_at < queued_before),
    )
    query = select(jobs.c.id).where(is_silent).order_by(jobs.c.id)
    return list(tx.execute(query.with_for_update() if are_held else query).scalars())


def queue_again(tx: Connection, job_id: str) -> bool:
    """Back into the queue, with the clock of silence set anew; False when it has not stopped before its end.

    Raises
    ------
    Conflict
        Another job of its kind is queued or running.
    """
    values = {"state": "queued", "heartbeat_at": session.now(), "ended_at": None, **NO_ERROR, "owner": None}
    try:
        with tx.begin_nested():
            return _change(tx, job_id, **values, cancel_requested_at=None, among=STOPPED)
    except IntegrityError:
        raise Conflict("Another job of this kind is queued or running; wait for it or cancel it.") from None


def take(tx: Connection, job_id: str, owner: str) -> bool:
    """Make this process the owner of a job, and the job running.

    False when the job has ended, or another one of its kind is live.
    """
    now = session.now()
    values = {"state": "running", "owner": owner, "heartbeat_at": now, "ended_at": None, **NO_ERROR}
    started_at = func.coalesce(jobs.c.started_at, now)
    try:
        with tx.begin_nested():
            return _change(tx, job_id, **values, started_at=started_at, among=CANCELLABLE)
    except IntegrityError:
        return False


def show_life(tx: Connection, job_id: str, owner: str, steps: list[JsonObject]) -> bool:
    """Write the sign of life and the steps; False when the job has another owner now, or has ended.

    An owner that was taken for dead (the machine slept) and comes back makes its interrupted job running again.
    """
    mine = (jobs.c.id == job_id) & (jobs.c.owner == owner) & jobs.c.state.in_(("running", "interrupted"))
    values = {"state": "running", "heartbeat_at": session.now(), "steps": steps, **NO_ERROR, "ended_at": None}
    try:
        with tx.begin_nested():
            return tx.execute(update(jobs).where(mine).values(**values)).rowcount == 1
    except IntegrityError:  # another job of its kind was started meanwhile
        return False


def request_cancel(tx: Connection, job_id: str) -> bool:
    """Whether the job has not ended yet."""
    return _change(tx, job_id, cancel_requested_at=session.now(), among=CANCELLABLE)


def end(
    tx: Connection,
    job_id: str,
    state: str,
    *,
    error: Message | None = None,
    result: JsonObject | None = None,
    steps: list[JsonObject] | None = None,
    among: Collection[str] | None = None,
) -> bool:
    """The end of a job, for good or until it is resumed.

    error : why; stored in English, and as what it is translated from
    among : the states that it may be in; None for whichever. False when it is in another one.
    """
    values: dict[str, object] = {"state": state, "ended_at": session.now(), **NO_ERROR}
    if error is not None:
        values |= {"error": str(error), "error_message": error.as_json()}
    if result is not None:
        values["result"] = result
    if steps is not None:
        values["steps"] = steps
    return _change(tx, job_id, **values, among=among)


def _change(tx: Connection, job_id: str, *, among: Collection[str] | None, **values: object) -> bool:
    query = update(jobs).where(jobs.c.id == job_id).values(**values)
    if among is not None:
        query = query.where(jobs.c.state.in_(among))
    return tx.execute(query).rowcount == 1


def _query() -> Select[Any]:
    return select(jobs, accounts.c.name.label("started_by")).join(
        accounts, jobs.c.account_id == accounts.c.id, isouter=True
    )


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        parameters=dict(row.parameters),
        steps=tuple(JobStep.from_json(step) for step in row.steps),
        result=dict(row.result),
        error=row.error,
        error_message=Message.from_json(row.error_message),
        started_by=row.started_by,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        heartbeat_at=row.heartbeat_at,
        cancel_requested_at=row.cancel_requested_at,
        owner=row.owner,
    )
