"""Trained models, their probabilities, and which of them decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.labels import Label, Split


@dataclass(frozen=True)
class Model:
    """`withdrawn_at`: when it was taken out of use for good, because it held rows of a child that was erased."""

    id: str
    name: str
    snapshot_id: int
    job_id: str | None
    seconds: float
    created_at: datetime
    card: dict[str, Any]
    withdrawn_at: datetime | None = None


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
class PairedProbability:
    """A recording as two models say of it: whose it is, what people say, p of Accepted of the one and of the other."""

    child_id: int
    label: Label
    p_one: float
    p_other: float
