"""A worker's hold on one job: sole ownership, a sign of life, progress by step, and the wish to stop.

A thread writes the sign of life every two seconds and changed steps at most twice a second, so that progress costs
the work next to nothing. The same thread learns that a person cancelled, or that another process took the job over;
the work asks `check()` between its pieces.
"""

from __future__ import annotations

import copy
import logging
import os
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Any

from core.config import without_secrets
from core.domain.jobs import Job, JobStep, StepState
from core.errors import EarshotError
from core.workflows.jobs import processes
from db import jobs, session

LIFE_EVERY_S = 2.0
WRITE_EVERY_S = 0.5
LEASE_S = 8.0  # an owner on another machine that is silent for so long has lost the job

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The work ends here: a person cancelled it, or another process owns the job now."""


class Step:
    """One line of a job's progress. `done` and `total` count whatever the step counts."""

    def __init__(self, record: dict[str, Any], lock: threading.Lock) -> None:
        self._record, self._lock = record, lock
        self._started = time.monotonic()

    def advance(self, done: float, total: float, note: str = "") -> None:
        self.set(done=done, total=total, note=note)

    def reused(self, note: str) -> None:
        """What this step makes is there already."""
        self.set(reused=True, note=note)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def set(self, **values: Any) -> None:
        with self._lock:
            self._record.update(values, seconds=round(self.seconds, 3))


class RunningJob:
    """Entered by the process that runs a job; None comes out of `take` when somebody else does.

    Leaving the block says how it went: succeeded with `result`, cancelled, or failed with a sentence. Only `Stopped`
    and failures end quietly; what a person cannot act on goes to the log with its traceback.
    """

    def __init__(self, job_id: str, owner: str, steps: list[dict[str, Any]]) -> None:
        self.id, self.owner = job_id, owner
        self.result: dict[str, Any] = {}
        self._steps = steps
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._is_cancelled = self._is_lost = False
        self._thread = threading.Thread(target=self._keep_alive, name=f"life of job {job_id}", daemon=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Work under one name; the step is done when the block ends, failed when it raises."""
        self.check()
        record = next(record for record in self._steps if record["name"] == name)
        record.pop("reused", None)
        step = Step(record, self._lock)
        step.set(state="running", done=0, note="")
        try:
            yield step
        except BaseException:
            step.set(state="failed")
            raise
        step.set(state="done", done=record["total"])

    def check(self) -> None:
        """Raise `Stopped` when the work should end. Cheap: ask as often as you like."""
        if self._is_cancelled or self._is_lost:
            raise Stopped

    def __enter__(self) -> RunningJob:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._ended.set()
        self._thread.join()
        if self._is_lost:
            return kind is not None and issubclass(kind, Exception)
        if error is None:
            self._end("succeeded", result=self.result)
        elif isinstance(error, Stopped):
            self._end("cancelled", error="Cancelled. What was finished is kept for the next time.")
        elif isinstance(error, Exception):
            log.error("Job %s failed\n%s", self.id, without_secrets("".join(traceback.format_exception(error))))
            self._end("failed", error=describe_error(error))
        return isinstance(error, Exception)

    def _end(self, state: str, *, error: str = "", result: dict[str, Any] | None = None) -> None:
        with session.writing() as tx:
            if jobs.show_life(tx, self.id, self.owner, self._copied()):
                jobs.end(tx, self.id, state, error=error, result=result)

    def _copied(self) -> list[dict[str, Any]]:
        with self._lock:
            return copy.deepcopy(self._steps)

    def _keep_alive(self) -> None:
        written: list[dict[str, Any]] = []
        last = 0.0
        while not self._ended.wait(WRITE_EVERY_S):
            steps = self._copied()
            if steps == written and time.monotonic() - last < LIFE_EVERY_S:
                continue
            try:
                self._show_life(steps)
            except EarshotError as error:  # the database is out of reach for a moment; the work goes on
                log.warning("Job %s cannot show a sign of life: %s", self.id, error)
                continue
            written, last = steps, time.monotonic()

    def _show_life(self, steps: list[dict[str, Any]]) -> None:
        with session.writing() as tx:
            self._is_lost = not jobs.show_life(tx, self.id, self.owner, steps)
            job = jobs.get(tx, self.id)
        self._is_cancelled = job is not None and job.cancel_requested_at is not None


def take_job(job_id: str) -> RunningJob | None:
    """Own a job that is queued, or whose owner is gone. None when it has ended or a living process owns it.

    An owner on this machine is looked for by its process; one on another machine is given `LEASE_S` to show itself.
    """
    deadline = time.monotonic() + LEASE_S + LIFE_EVERY_S
    while True:
        with session.writing() as tx:
            job = jobs.hold(tx, job_id)
            if job is None or job.state not in jobs.CANCELLABLE:
                return None
            if job.state != "running" or _is_gone(job):
                owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
                is_mine = jobs.take(tx, job_id, owner)  # not while another one of its kind is live
                return RunningJob(job_id, owner, [_fresh(step) for step in job.steps]) if is_mine else None
        if time.monotonic() > deadline:
            return None
        time.sleep(WRITE_EVERY_S)


def describe_error(error: Exception) -> str:
    """A sentence for the person who started the job."""
    if isinstance(error, EarshotError):
        return str(error)
    if isinstance(error, MemoryError):
        return "This machine ran out of memory."
    if type(error).__name__ == "KilledWorker":  # by name: Dask is imported where there is a cluster only
        return "A worker was killed again and again at the same work, most likely because memory ran out."
    what = without_secrets(str(error)).strip().splitlines()
    return f"Something broke that nobody foresaw ({type(error).__name__}: {what[0] if what else 'no details'})."


def _is_gone(job: Job) -> bool:
    silent_since = session.now() - timedelta(seconds=LEASE_S)
    return job.heartbeat_at is None or job.heartbeat_at < silent_since or not _lives(job.owner)


def _lives(owner: str | None) -> bool:
    """Whether the owning process may still be there: False only when it surely is not."""
    host, pid, _ = (owner or "//").split("/")
    if host != socket.gethostname() or not pid.isdigit():
        return bool(host)
    return processes.is_alive(int(pid))


def _fresh(step: JobStep) -> dict[str, Any]:
    return {**replace(step, state=StepState.WAITING, done=0, seconds=0.0, note="").as_json()}
