"""What the database hands out: frozen dataclasses, one a noun. No row and no connection ever leaves `db`.

Times are UTC without a zone. Names carry units. `None` means: not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.labels import Label, Role, Split, Standing


@dataclass(frozen=True)
class Account:
    id: int
    name: str
    role: Role
    is_active: bool
    can_sign_in: bool
    created_at: datetime
    speaks: str = "en"
    may_judge: tuple[str, ...] = ()  # languages of recordings; empty: all of them
    qualified_at: datetime | None = None


@dataclass(frozen=True)
class Credentials:
    """What is needed to check a password; never leaves the accounts workflow."""

    account: Account
    password_hash: str | None


@dataclass(frozen=True)
class Child:
    id: int
    pseudonym: str
    pool: str | None
    split: Split | None


@dataclass(frozen=True)
class Recording:
    """One recording as staff see it, without anybody's label."""

    id: int
    sha256: str
    extension: str
    filename: str
    child: str
    language: str
    word: str
    source: str
    split: Split | None
    collected_at: datetime | None
    duration_s: float
    sample_rate_hz: int
    size_bytes: int
    round: int
    imported_at: datetime
    extra: dict[str, Any] = field(default_factory=dict)
    wanted: int = 2


@dataclass(frozen=True)
class JudgedRecording:
    """A recording with what its judges said. For staff only: never returned to a judge."""

    recording: Recording
    standing: Standing
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
class Unlabelled:
    """A recording that a model has not been asked about."""

    recording_id: int
    sha256: str
    extension: str


@dataclass(frozen=True)
class QualificationItem:
    """A recording whose answer is settled, for new judges to begin with. For staff only."""

    recording: Recording
    label: Label
    added_at: datetime


@dataclass(frozen=True)
class ImportRun:
    id: int
    source: str
    started_at: datetime
    ended_at: datetime | None
    recordings: int
    known: int
    judgements: int
    refused: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """`steps`: [{"name", "state": waiting|running|done|failed, "done", "total", "seconds", "note"}], in order."""

    id: str
    kind: str
    state: str
    parameters: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    result: dict[str, Any]
    error: str
    started_by: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    heartbeat_at: datetime | None
    cancel_requested_at: datetime | None
    owner: str | None = None


@dataclass(frozen=True)
class Labelled:
    """A recording whose label stands, before its child has a split; `pool` and `split` are the child's."""

    recording_id: int
    sha256: str
    extension: str
    child: str
    pool: str | None
    split: Split | None
    language: str
    label: Label


@dataclass(frozen=True)
class SnapshotItem:
    """One recording as learning sees it: the consensus of its judges, and the split of its child."""

    recording_id: int
    sha256: str
    extension: str
    child: str
    language: str
    label: Label
    split: Split


@dataclass(frozen=True)
class Snapshot:
    id: int
    hash: str
    created_at: datetime
    items: tuple[SnapshotItem, ...]


@dataclass(frozen=True)
class Model:
    id: str
    name: str
    snapshot_id: int
    job_id: str | None
    seconds: float
    created_at: datetime
    card: dict[str, Any]


@dataclass(frozen=True)
class Probability:
    """One recording as one model sees it; shares between 0 and 1."""

    recording_id: int
    sha256: str
    filename: str
    child: str
    language: str
    split: Split
    label: Label
    p_accepted: float
    p_noise: float | None
    p_speechless: float | None


@dataclass(frozen=True)
class OperatingPoint:
    id: int
    model_id: str
    am_target: float
    threshold: float
    chosen_by: str
    chosen_at: datetime
    reason: str


@dataclass(frozen=True)
class Deployment:
    id: int
    operating_point: OperatingPoint
    deployed_by: str
    deployed_at: datetime
    reason: str


@dataclass(frozen=True)
class AuditEntry:
    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
