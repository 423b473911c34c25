"""Snapshots: the frozen lists of labelled recordings that trainings use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.labels import Label, Split


@dataclass(frozen=True)
class UnlabelledRecording:
    """A recording that a model has not been asked about."""

    recording_id: int
    sha256: str
    extension: str


@dataclass(frozen=True, slots=True)
class LabelledRecording:
    """A recording whose label stands, before its child has a split; `pool` and `split` are the child's."""

    recording_id: int
    sha256: str
    extension: str
    child: str
    pool: str | None
    split: Split | None
    language: str
    label: Label
    waveform_sha256: str | None = None  # "" for silence, None where it was not computed


@dataclass(frozen=True, slots=True)
class SnapshotItem:
    """One recording as learning sees it: the consensus of its judges, and the split of its child."""

    recording_id: int
    sha256: str
    extension: str
    child: str
    language: str
    label: Label
    split: Split
    waveform_sha256: str | None = None  # as in LabelledRecording
    weight: float = 1.0  # other than 1 for recordings that were drawn in class: see `live_sampling.design_weights`


@dataclass(frozen=True)
class Snapshot:
    id: int
    hash: str
    created_at: datetime
    items: tuple[SnapshotItem, ...]
