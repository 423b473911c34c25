"""Jobs: background work, as the database stores it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.domain.json_types import JsonObject, number_of, text_of
from core.messages import Message


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

    name : in English, by which it is found again; `title` is what it is translated from, where it has values
    done, total : in whatever unit the step counts
    note : in English; `note_message` is what it is translated from, None of an earlier version
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
    title: Message | None = None
    note_message: Message | None = None
    details: JsonObject = field(default_factory=dict)

    @staticmethod
    def planned(name: str | Message, *, weight: float) -> JobStep:
        """A step that waits. A name with values is also its title."""
        return JobStep(str(name), weight=weight, title=name if isinstance(name, Message) else None)

    def noted(self, note: Message | None) -> JobStep:
        """The same with another note, or without one."""
        return replace(self, note="" if note is None else str(note), note_message=note)

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
            title=Message.from_json(stored.get("title")),
            note_message=Message.from_json(stored.get("note_message")),
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
        for key, message in (("title", self.title), ("note_message", self.note_message)):
            if message is not None:
                stored[key] = message.as_json()
        if self.is_reused:
            stored["reused"] = True
        if self.seconds_before:
            stored["seconds_before"] = self.seconds_before
        return stored | self.details


STEP_KEYS = frozenset(
    {"name", "state", "done", "total", "seconds", "note", "weight", "reused", "seconds_before", "title", "note_message"}
)


@dataclass(frozen=True)
class Job:
    """A piece of background work.

    parameters, result : JSON of its kind; the workflow of the kind parses it
    steps : in the order in which they run
    error : why it ended so, in English; `error_message` is what it is translated from, None of an earlier version
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
    error_message: Message | None = None

    @property
    def duration_s(self) -> float | None:
        """From its start to its end; None before either."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()
