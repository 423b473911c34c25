"""Jobs: background work, as the database keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


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
