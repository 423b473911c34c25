"""Launching jobs of any kind: queued once, handed to a worker, and handed over again when resumed.

One job of a kind at a time: a second start returns the first.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from core.domain import permissions
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import Job, JobStep, StepState
from core.domain.json_types import JsonObject
from core.errors import Conflict, EarshotError, NotFound
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.jobs import cluster, dask_client, job_status, running_job
from core.workflows.jobs.running_job import RunningJob
from db import audit, session
from db import jobs as jobs_table

EARLIER = 3  # jobs from whose seconds a step's duration is estimated

Run = Callable[[str], None]
Plan = Sequence[tuple[str | Message, float]]  # the steps: a name, and the seconds that it usually takes


def begin_job(
    kind: str,
    run: Run,
    *,
    parameters: JsonObject,
    plan: Plan,
    actor: Actor = COMMAND_LINE,
    detail: JsonObject | None = None,
) -> Job:
    """Queue a job and hand it to a worker. While one of its kind is queued or running, that one is returned.

    Parameters
    ----------
    run : what the worker calls with the job's id; a function of a module, which the worker imports by its name
    detail : what the audit log records of it

    Raises
    ------
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    authorisation.require_first(actor, permissions.of_job(kind))
    job_status.mark_interrupted()
    job_id = secrets.token_hex(6)
    try:
        with session.writing() as tx:
            authorisation.require(tx, actor, permissions.of_job(kind))
            live = jobs_table.live(tx, kind)
            if live is not None:
                return live
            steps = plan_steps(plan, jobs_table.newest(tx, kind, state="succeeded", limit=EARLIER))
            jobs_table.add(tx, job_id, kind, parameters=parameters, steps=steps, account_id=actor.account_id)
            audit.record(tx, actor.account_id, actor.name, kind, job_id, detail or {})
            job = job_status.held(tx, job_id)
    except Conflict:  # PostgreSQL lets two look at the same moment; the second to write joins the first as well
        return _begun_by_another(kind)
    return _hand_over(job, run, key=f"{kind}-{job_id}")


def resume_job(job_id: str, run: Run, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a job that was interrupted, cancelled or failed; finished parts are not computed again."""
    job = job_status.queue_again(job_id, actor=actor)
    # a key of its own: the cluster would take it for the run that the job had before, which may not be gone yet
    return _hand_over(job, run, key=f"{job.kind}-{job_id}-{secrets.token_hex(3)}")


def release_worker_slot() -> None:
    """Let the worker take other, short tasks while this long one runs: scoring never waits for a training."""
    dask_client.leave_worker_pool()


def run_job(job_id: str, work: Callable[[RunningJob, Job], None]) -> None:
    """Run a job in a worker; nothing is done when another process owns it, or it has ended."""
    release_worker_slot()
    session.keep_time()  # of a worker that was started after the clock of its machine was set back
    job = running_job.take_job(job_id)
    if job is not None:
        with job:
            work(job, job_status.get_job(job_id))


def plan_steps(plan: Plan, earlier: Sequence[Job]) -> list[JsonObject]:
    """The steps of a new job, each weighed by what it took the last time, or usually takes."""
    seconds = {
        step.name: step.seconds
        for job in reversed(earlier)
        for step in job.steps
        if step.state is StepState.DONE and not step.is_reused
    }
    return [JobStep.planned(name, weight=max(0.1, seconds.get(str(name), usual_s))).as_json() for name, usual_s in plan]


def _hand_over(job: Job, run: Run, *, key: str) -> Job:
    """Give a queued job to the cluster; one that a worker has taken runs on even where the cluster reports a fault."""
    try:
        cluster.submit(run, job.id, key=key)
    except EarshotError as error:
        if job_status.mark_failed(job.id, error.message, queued_at=job.heartbeat_at):
            raise
    return job_status.get_job(job.id)


def _begun_by_another(kind: str) -> Job:
    job = job_status.current_job(kind)
    if job is None:
        raise NotFound(
            "The {kind} job that somebody else began is gone; start it again.",
            kind=kind,
        )
    return job
