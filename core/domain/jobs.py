"""Jobs: background work, as the database stores it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.json_types import JsonObject, number_of, text_of


class JobState(StrEnum):
    """The state of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class StepState(StrEnum):
    """The state of a step of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class JobStep:
    """A line of a job's progress.

    done, total : in whatever unit the step counts
    weight : seconds that the step is expected to take, in proportion to the other steps
    seconds_before : of earlier runs of the job, before it was resumed
    is_reused : what the step makes was there already
    details : what the kind of job adds, such as the trials of a search
    """

    name: str
    state: StepState = StepState.WAITING
    done: float = 0
    total: float = 1
    seconds: float = 0.0
    note: str = ""
    weight: float = 1.0
    is_reused: bool = False
    seconds_before: float = 0.0
    details: JsonObject = field(default_factory=dict)

    @property
    def share_done(self) -> float:
        """Between 0 and 1."""
        if self.state is StepState.DONE:
            return 1.0
        return min(1.0, self.done / self.total) if self.total else 0.0

    @staticmethod
    def from_json(stored: JsonObject) -> JobStep:
        """A step as the database stores it; what an older version left out has its usual value."""
        return JobStep(
            name=text_of(stored["name"]),
            state=StepState(text_of(stored["state"])),
            done=number_of(stored.get("done"), 0),
            total=number_of(stored.get("total"), 1),
            seconds=number_of(stored.get("seconds"), 0.0),
            note=text_of(stored.get("note")),
            weight=number_of(stored.get("weight"), 1.0),
            is_reused=bool(stored.get("reused")),
            seconds_before=number_of(stored.get("seconds_before"), 0.0),
            details={name: value for name, value in stored.items() if name not in STEP_KEYS},
        )

    def as_json(self) -> JsonObject:
        """The step as the database stores it."""
        stored: JsonObject = {
            "name": self.name,
            "state": self.state.value,
            "done": self.done,
            "total": self.total,
            "seconds": self.seconds,
            "note": self.note,
            "weight": self.weight,
        }
        if self.is_reused:
            stored["reused"] = True
        if self.seconds_before:
            stored["seconds_before"] = self.seconds_before
        return stored | self.details


STEP_KEYS = frozenset({"name", "state", "done", "total", "seconds", "note", "weight", "reused", "seconds_before"})


@dataclass(frozen=True)
class Job:
    """A piece of background work.

    parameters, result : JSON of its kind; the workflow of the kind parses it
    steps : in the order in which they run
    owner : the process that runs it
    """

    id: str
    kind: str
    state: JobState
    parameters: JsonObject
    steps: tuple[JobStep, ...]
    result: JsonObject
    error: str
    started_by: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    heartbeat_at: datetime | None
    cancel_requested_at: datetime | None
    owner: str | None = None

    @property
    def duration_s(self) -> float | None:
        """From its start to its end; None before either."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()
