"""What judges said, what lies on their desks, what staff decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.labels import JudgingState, Label
from core.domain.recordings import Recording


@dataclass(frozen=True)
class JudgedRecording:
    """A recording with what its judges said. For staff only: never returned to a judge."""

    recording: Recording
    standing: JudgingState
    consensus: Label | None
    judgements: tuple[Judgement, ...]
    adjudication: Adjudication | None


@dataclass(frozen=True)
class Judgement:
    id: int
    recording_id: int
    judge_id: int
    judge: str
    round: int
    label: Label
    decided_at: datetime
    origin: str
    seconds_heard: float | None = None
    replays: int | None = None
    decision_s: float | None = None
    flag: bool = False
    comment: str = ""
    sitting: str | None = None


@dataclass(frozen=True)
class Rating:
    """A judgement as agreement needs it."""

    recording_id: int
    child: str
    language: str
    source: str
    judge: str
    label: Label
    decided_at: datetime


@dataclass(frozen=True)
class Repeat:
    """The same judge twice on the same recording."""

    recording_id: int
    child: str
    judge: str
    first: Label
    second: Label


@dataclass(frozen=True)
class Adjudication:
    id: int
    recording_id: int
    round: int
    label: Label
    reason: str
    staff: str
    decided_at: datetime


@dataclass(frozen=True)
class Assignment:
    """One recording on a judge's desk: all that a judge may know of it."""

    recording_id: int
    round: int
    language: str
    word: str
    duration_s: float


@dataclass(frozen=True)
class OwnJudgement:
    """A judge's own label, for this judge's eyes."""

    id: int
    recording_id: int
    round: int
    label: Label
    is_in_force: bool
    decided_at: datetime
    brought_by: str | None = None


@dataclass(frozen=True)
class QualificationItem:
    """A recording whose answer is settled, for new judges to begin with. For staff only."""

    recording: Recording
    label: Label
    added_at: datetime
