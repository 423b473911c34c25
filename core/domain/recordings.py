"""Children, recordings, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.domain.json_types import JsonObject
from core.domain.labels import Split
from core.messages import Message

LONGEST_CONSENT = 200  # characters


@dataclass(frozen=True)
class Child:
    """A child under a pseudonym.

    pool : "train" where a manifest ruled out testing.
    split : None before the first snapshot.
    consent : what shows that the parents agreed, such as the number of a form; empty: none is known.
    """

    id: int
    pseudonym: str
    pool: str | None
    split: Split | None
    consent: str = ""


@dataclass(frozen=True)
class Recording:
    """One recording as staff see it, without anybody's label.

    round, wanted : its newest round, and how many labels that waits for.
    extra : columns of its manifest that mean nothing to Earshot.
    """

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
    extra: JsonObject = field(default_factory=dict)
    wanted: int = 2


@dataclass(frozen=True)
class ImportRun:
    id: int
    source: str
    started_at: datetime
    ended_at: datetime | None
    recordings: int
    known: int
    judgements: int
    refused: tuple[JsonObject, ...]
    notes: tuple[str, ...]
    messages: tuple[Message | None, ...] = ()
