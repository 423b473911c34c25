"""Fetching a hub module as a job, so that a screen can start it, show how far it is, and be closed meanwhile."""

from __future__ import annotations

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.catalogue import MODULE_NAMES
from core.domain.jobs import Job
from core.domain.json_types import text_of
from core.domain.permissions import Permission
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.jobs import job_launch
from core.workflows.jobs.running_job import RunningJob
from core.workflows.maintenance import module_fetch
from core.workflows.training import module_store

KIND = "fetch"
USUAL_S = 120.0
MEGABYTE = 1_000_000


def start(name: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Queue the download of a module. While one is queued or running, that one is returned.

    Raises
    ------
    NotFound
        There is no such module.
    Unavailable
        The cluster cannot be reached; the job says so as well.
    """
    authorisation.require_first(actor, Permission.FETCH_MODULES)
    module_store.configured_address(name)
    plan = [(_step(name), USUAL_S)]
    return job_launch.begin_job(KIND, run, parameters={"module": name}, plan=plan, actor=actor, detail={"module": name})


def resume(job_id: str, *, actor: Actor = COMMAND_LINE) -> Job:
    """Go on with a download that was interrupted, cancelled or failed; what has arrived is not downloaded again."""
    authorisation.require_first(actor, Permission.FETCH_MODULES)
    return job_launch.resume_job(job_id, run, actor=actor)


def run(job_id: str) -> None:
    """What a worker executes."""
    job_launch.run_job(job_id, _fetch)


def _fetch(job: RunningJob, started: Job) -> None:
    name = text_of(started.parameters["module"])
    with job.step(_step(name)) as step:

        def on_bytes(done: int, total: int | None) -> None:
            job.check()
            done_mb = round(done / MEGABYTE, 1)
            step.advance(done_mb, round((total or 0) / MEGABYTE, 1) or done_mb + 1, Message("MB"))

        module = module_fetch.bring_in(name, on_bytes=on_bytes)
        step.note(Message("{size:.1f} MB", {"size": module.size_bytes / MEGABYTE}))
    job.result = module.as_json()


def _step(name: str) -> Message:
    return Message("Download: {module}", {"module": MODULE_NAMES[name]})
