"""Jobs, the labels that a model learns from, what models say, and which of them is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.labels import Label, Split


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
class Unlabelled:
    """A recording that a model has not been asked about."""

    recording_id: int
    sha256: str
    extension: str


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
class Challenge:
    """A model held against the one in force; `figures` are those of `challenging.Comparison`."""

    id: int
    challenger_id: str
    champion_id: str
    am_target: float
    is_offered: bool
    figures: dict[str, Any]
    decided_at: datetime


@dataclass(frozen=True)
class Both:
    """A recording as two models say of it: whose it is, what people say, p of Accepted of the one and of the other."""

    child_id: int
    label: Label
    p_one: float
    p_other: float
