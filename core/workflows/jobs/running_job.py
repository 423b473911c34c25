"""A job in a worker: ownership, heartbeat, progress by step, and cancellation.

A thread writes the sign of life every two seconds and changed steps at most twice a second, so that progress costs
the work next to nothing. The same thread learns that a person cancelled, or that another process took the job over;
the work asks `check()` between its pieces.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import TracebackType

from core.config import without_secrets
from core.domain.jobs import Job, JobState, JobStep, StepState
from core.domain.json_types import JsonObject, JsonValue
from core.errors import EarshotError
from core.messages import Message
from core.workflows.jobs import job_failures, job_owners
from db import jobs, session

LIFE_EVERY_S = 2.0
WRITE_EVERY_S = 0.5
LEASE_S = 8.0  # an owner on another machine that is silent for so long has lost the job

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The work ends here: a person cancelled it, or another process owns the job now."""


class Step:
    """A step of a running job: it changes as the work goes on. `done` and `total` count whatever the step counts."""

    def __init__(self, step: JobStep, lock: threading.Lock) -> None:
        self._step, self._lock = step, lock
        self._started_at = time.monotonic()

    @property
    def now(self) -> JobStep:
        """How far it is."""
        with self._lock:
            return self._step

    @property
    def current(self) -> JobStep:
        """The same with the seconds up to this moment, of one that runs."""
        step = self.now
        return replace(step, seconds=round(self.seconds, 3)) if step.state is StepState.RUNNING else step

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._started_at

    def begin(self) -> None:
        """From its beginning, whatever became of it in an earlier run."""
        self._started_at = time.monotonic()
        self._write(replace(self.now, state=StepState.RUNNING, is_reused=False, done=0).noted(None))

    def end(self, *, is_failed: bool = False) -> None:
        """It is done, or it has failed."""
        step = self.now
        if is_failed:
            self._write(replace(step, state=StepState.FAILED))
        else:
            self._write(replace(step, state=StepState.DONE, done=step.total))

    def advance(self, done: float, total: float, note: Message | None = None) -> None:
        """How far it is, in the unit that it counts."""
        self._write(replace(self.now, done=done, total=total).noted(note))

    def reused(self, note: Message) -> None:
        """Mark the step's result as already present; the note gives the reason."""
        self._write(replace(self.now, is_reused=True).noted(note))

    def note(self, note: Message | None) -> None:
        """What is worth knowing of it; None for nothing."""
        self._write(self.now.noted(note))

    def set(self, *, done: float | None = None, total: float | None = None, **details: JsonValue) -> None:
        """Change these; `details` are those of the kind of job, and stand beside the ones that are there."""
        step = self.now
        self._write(
            replace(
                step,
                done=step.done if done is None else done,
                total=step.total if total is None else total,
                details=step.details | details,
            )
        )

    def _write(self, step: JobStep) -> None:
        with self._lock:
            self._step = replace(step, seconds=round(self.seconds, 3))


class RunningJob:
    """A job in the process that owns it, as `take_job` gives it; the work is done in its `with` block.

    Leaving the block ends the job: succeeded with `result`, cancelled, or failed with a sentence. Neither `Stopped`
    nor a failure leaves the block; what a person cannot act on goes to the log with its traceback.
    """

    def __init__(self, job_id: str, owner: str, steps: Sequence[JobStep]) -> None:
        self.id, self.owner = job_id, owner
        self.result: JsonObject = {}
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._steps = [Step(step, self._lock) for step in steps]
        self._is_cancelled = self._is_lost = False
        self._thread = threading.Thread(target=self._keep_alive, name=f"life of job {job_id}", daemon=True)

    @contextmanager
    def step(self, name: str | Message) -> Iterator[Step]:
        """Work under one name; the step is done when the block ends, failed when it raises."""
        self.check()
        step = next(step for step in self._steps if step.now.name == str(name))
        step.begin()
        try:
            yield step
        except BaseException:
            step.end(is_failed=True)
            raise
        step.end()

    def seconds_before(self, name: str) -> float:
        """How long a step took in the runs of the job before this one."""
        return next(step.now.seconds_before for step in self._steps if step.now.name == name)

    def check(self) -> None:
        """Raise `Stopped` when the work should end. Cheap: call it often."""
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
            self._end(JobState.SUCCEEDED, result=self.result)
        elif isinstance(error, Stopped):
            self._end(JobState.CANCELLED, error=Message("Cancelled. What was finished is kept for the next time."))
        elif isinstance(error, Exception):
            log.error("Job %s failed\n%s", self.id, without_secrets("".join(traceback.format_exception(error))))
            self._end(JobState.FAILED, error=job_failures.describe_error(error))
        return isinstance(error, Exception)

    def _end(self, state: JobState, *, error: Message | None = None, result: JsonObject | None = None) -> None:
        with session.writing() as tx:
            if jobs.show_life(tx, self.id, self.owner, self._current_steps()):
                jobs.end(tx, self.id, state, error=error, result=result)

    def _stored_steps(self) -> list[JsonObject]:
        return [step.now.as_json() for step in self._steps]

    def _current_steps(self) -> list[JsonObject]:
        return [step.current.as_json() for step in self._steps]

    def _keep_alive(self) -> None:
        written: list[JsonObject] = []
        last = 0.0
        while not self._ended.wait(WRITE_EVERY_S):
            steps = self._stored_steps()
            if steps == written and time.monotonic() - last < LIFE_EVERY_S:
                continue
            try:
                self._show_life(self._current_steps())
            except EarshotError as error:  # the database is out of reach for a moment; the work goes on
                log.warning("Job %s cannot show a sign of life: %s", self.id, error)
                continue
            written, last = steps, time.monotonic()

    def _show_life(self, steps: list[JsonObject]) -> None:
        with session.writing() as tx:
            self._is_lost = not jobs.show_life(tx, self.id, self.owner, steps)
            job = jobs.get(tx, self.id)
        self._is_cancelled = job is not None and job.cancel_requested_at is not None


def take_job(job_id: str) -> RunningJob | None:
    """Own a job that is queued, or whose owner is gone. None when it has ended or a living process owns it.

    An owner on this machine is checked by its process; on another machine it has `LEASE_S` to show a sign of life.
    """
    deadline = time.monotonic() + LEASE_S + LIFE_EVERY_S
    while True:
        with session.writing() as tx:
            job = jobs.hold(tx, job_id)
            if job is None or job.state not in jobs.CANCELLABLE:
                return None
            if job.state is not JobState.RUNNING or _is_gone(job):
                owner = job_owners.new_owner(job.owner, died=job.state is JobState.RUNNING)
                is_mine = jobs.take(tx, job_id, owner)  # not while another one of its kind is live
                return RunningJob(job_id, owner, [_fresh(step) for step in job.steps]) if is_mine else None
        if time.monotonic() > deadline:
            return None
        time.sleep(WRITE_EVERY_S)


def _is_gone(job: Job) -> bool:
    silent_since = session.now() - timedelta(seconds=LEASE_S)
    return job.heartbeat_at is None or job.heartbeat_at < silent_since or not job_owners.may_live(job.owner)


def _fresh(step: JobStep) -> JobStep:
    before = step.seconds_before + step.seconds
    return replace(step, state=StepState.WAITING, done=0, seconds=0.0, seconds_before=before).noted(None)
