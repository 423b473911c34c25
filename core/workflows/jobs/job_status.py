"""The status of background jobs: what runs, its progress, the time left, and how it ended.

States: queued, running, succeeded, failed, cancelled, interrupted. The record is correct when a process dies: a
running job shows a sign of life every two seconds, and one that stays silent for `SILENT_AFTER_S` is interrupted. It
can be resumed; finished parts are not computed again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from core.domain import permissions
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job, JobState
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound
from core.messages import Message
from core.translation import mark
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_failures, job_owners
from db import audit, jobs, session

SILENT_AFTER_S = 20.0
QUEUED_AFTER_S = 90.0  # a cluster may be starting, or its workers busy with something else
POLL_S = 0.4
ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED)
RETRAIN, PAPER, SEARCH = "retrain", "paper", "search"  # one job of a kind at a time
INTERRUPTED = mark("The process that ran this job ended or was stopped. Resume it: finished parts are kept.")
NEVER_TAKEN = mark(
    "No worker took this job within {seconds:.0f} s. Are there workers, and are they busy? Resume it, or look at the "
    "log of the cluster."
)
KILLED_AGAIN = mark(
    "The process that ran this job was killed {n_dead} times, so nobody tries again by itself. Most likely memory ran "
    "out; the log of the system says so. {more_memory}"
)


def get_job(job_id: str) -> Job:
    """A job by its id, or NotFound."""
    mark_interrupted()
    with session.reading() as tx:
        job = jobs.get(tx, job_id)
    if job is None:
        raise NotFound(
            "There is no job {job_id!r}.",
            job_id=job_id,
        )
    return job


def current_job(kind: str = RETRAIN) -> Job | None:
    """The job of this kind that is queued or running; otherwise the newest one, in any state."""
    mark_interrupted()
    with session.reading() as tx:
        live = jobs.live(tx, kind)
        newest = jobs.newest(tx, kind, limit=1)
    return live or (newest[0] if newest else None)


def job_history(kind: str = RETRAIN, *, limit: int = 20) -> list[Job]:
    """Newest first."""
    mark_interrupted()
    with session.reading() as tx:
        return jobs.newest(tx, kind, limit=limit)


def newest_of_each_kind() -> list[Job]:
    """Of each kind the job that is queued or running, and the newest one; the newest first."""
    mark_interrupted()
    with session.reading() as tx:
        return jobs.newest_of_each_kind(tx)


def all_jobs(*, limit: int, offset: int = 0) -> tuple[int, list[Job]]:
    """How many jobs of any kind there ever were, and some of them, newest first."""
    mark_interrupted()
    with session.reading() as tx:
        return jobs.count(tx), jobs.newest_of_all(tx, limit=limit, offset=offset)


def is_live(job: Job) -> bool:
    """Whether it is queued or running."""
    return job.state in jobs.LIVE


def cancel(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Ask a job to stop. A queued or interrupted one is cancelled at once, a running one at its next step.

    Raises
    ------
    NotFound, or Conflict when the job has already ended.
    """
    authorisation.require_first(actor, Permission.STEER_JOBS)
    mark_interrupted()
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.STEER_JOBS)
        job = held(tx, job_id)
        if not jobs.request_cancel(tx, job_id):
            raise Conflict(
                "Job {job_id} is {state}; there is nothing to cancel.",
                job_id=job_id,
                state=job.state,
            )
        why = Message("Cancelled by {name}.", {"name": actor.name})
        jobs.end(tx, job_id, JobState.CANCELLED, error=why, among=("queued", "interrupted"))
        audit.record(tx, actor.account_id, actor.name, f"cancel {job.kind}", job_id)
    return get_job(job_id)


def mark_interrupted() -> list[str]:
    """Record as interrupted every job whose process fell silent; their ids. Costs a small query when all is well."""
    now = session.now()
    running_before, queued_before = now - timedelta(seconds=SILENT_AFTER_S), now - timedelta(seconds=QUEUED_AFTER_S)
    with session.reading() as tx:
        if not jobs.silent(tx, running_before=running_before, queued_before=queued_before):
            return []
    with session.writing() as tx:
        silent = jobs.silent(tx, running_before=running_before, queued_before=queued_before, are_held=True)
        for job_id in silent:
            job = jobs.get(tx, job_id)
            if job is not None and job.cancel_requested_at is not None:
                jobs.end(tx, job_id, JobState.CANCELLED, error=Message("Cancelled."))
            else:
                jobs.end(tx, job_id, JobState.INTERRUPTED, error=_why_interrupted(job))
    return silent


def _why_interrupted(job: Job | None) -> Message:
    """A process that was killed again and again most likely wants more memory than there is."""
    if job is not None and not job.owner:
        return Message(NEVER_TAKEN, {"seconds": QUEUED_AFTER_S})
    n_dead = 1 + job_owners.n_dead_before(job.owner) if job is not None and job.owner else 1
    if n_dead < 2:
        return Message(INTERRUPTED)
    return Message(KILLED_AGAIN, {"n_dead": n_dead, "more_memory": job_failures.MORE_MEMORY})


def queue_again(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Put an interrupted, failed or cancelled job back into the queue, to be handed to a worker by the caller."""
    authorisation.require_first(actor, Permission.STEER_JOBS)
    mark_interrupted()
    with session.writing() as tx:
        job = held(tx, job_id)
        authorisation.require(tx, actor, permissions.of_job(job.kind))
        if not jobs.queue_again(tx, job_id):
            raise Conflict(
                "Job {job_id} is {state}; only one that stopped before its end can be resumed.",
                job_id=job_id,
                state=job.state,
            )
        audit.record(tx, actor.account_id, actor.name, f"resume {job.kind}", job_id)
        return held(tx, job_id)


def mark_failed(job_id: str, why: Message, *, queued_at: datetime | None = None) -> bool:
    """Record that a queued job could not be handed to a worker, with the reason.

    queued_at : only when it stands in the queue since then. False when it does not, or a worker has it already.
    """
    with session.writing() as tx:
        job = held(tx, job_id)
        if queued_at is not None and job.heartbeat_at != queued_at:
            return False
        return jobs.end(tx, job_id, JobState.FAILED, error=why, among=("queued",))


def held(tx: session.Connection, job_id: str) -> Job:
    """A job, locked against changes by others until this writing transaction ends, or NotFound."""
    job = jobs.hold(tx, job_id)
    if job is None:
        raise NotFound(
            "There is no job {job_id!r}.",
            job_id=job_id,
        )
    return job


def wait_for_job(job_id: str, on_progress: Callable[[Job], None] | None = None) -> Job:
    """Return when the job has ended, with a call of `on_progress` about twice a second until then."""
    while True:
        job = get_job(job_id)
        if on_progress:
            on_progress(job)
        if job.state in ENDED:
            return job
        time.sleep(POLL_S)


def progress_share(job: Job) -> float:
    """How much of the work is done, between 0 and 1, each step weighed by what it usually takes."""
    total = sum(step.weight for step in job.steps)
    done = sum(step.weight * step.share_done for step in job.steps)
    return 1.0 if job.state is JobState.SUCCEEDED else done / total if total else 0.0


def seconds_left(job: Job) -> float | None:
    """How long a live job still takes, from the pace of what it has finished; None while it is too early.

    Parts that were there already took no time, so they are left out of the pace.
    """
    measured = [step for step in job.steps if step.seconds > 0 and not step.is_reused]
    weight_done = sum(step.weight * step.share_done for step in measured)
    if not is_live(job) or weight_done <= 0:
        return None
    weight_left = sum(step.weight * (1.0 - step.share_done) for step in job.steps)
    return float(weight_left * sum(step.seconds for step in measured) / weight_done)
