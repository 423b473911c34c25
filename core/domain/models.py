"""Trained models, their probabilities, and which of them decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject
from core.domain.labels import Label, Split
from core.domain.model_cards import ModelCard


@dataclass(frozen=True)
class Model:
    """A published model.

    name : of what was fitted; several models have it.
    version_name : of this one model, as people call it; empty until it is stored.
    seconds : of its features and its training.
    withdrawn_at : when it was taken out of use for good, because it held rows of a child that was erased.
    """

    id: str
    name: str
    snapshot_id: int
    job_id: str | None
    seconds: float
    created_at: datetime
    card: ModelCard
    withdrawn_at: datetime | None = None
    version_name: str = ""

    @property
    def title(self) -> str:
        """The name that screens show."""
        return self.version_name or self.name


@dataclass(frozen=True)
class Probability:
    """The probabilities that a model gives a labelled recording; shares between 0 and 1."""

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


ProbabilityRow = tuple[int, float, float | None, float | None]
"""(recording id, p of Accepted, of Noise, of Speechless); the last two are None where the task cannot tell."""


@dataclass(frozen=True)
class OperatingPoint:
    """The threshold that was chosen for a model, with the AM target it keeps, and how sure it was to keep it."""

    id: int
    model_id: str
    am_target: float
    threshold: float
    chosen_by: str
    chosen_at: datetime
    reason: str
    certainty: Certainty = Certainty.EVEN
    model_name: str = ""

    @property
    def model_title(self) -> str:
        """The model's name that screens show."""
        return self.model_name or self.model_id

    def decides_as(self, model_id: str, am_target: float, threshold: float, certainty: Certainty) -> bool:
        """Whether this is the point of that model, target, threshold and certainty: to deploy it changes nothing."""
        own = (self.model_id, self.am_target, self.threshold, self.certainty)
        return own == (model_id, am_target, threshold, certainty)


@dataclass(frozen=True)
class Deployment:
    """A deployed operating point; the newest deployment decides."""

    id: int
    operating_point: OperatingPoint
    deployed_by: str
    deployed_at: datetime
    reason: str


@dataclass(frozen=True)
class Challenge:
    """A comparison of a model with the one in force; `figures` are those of `gate_comparison.GateComparison`."""

    id: int
    challenger_id: str
    champion_id: str
    am_target: float
    is_offered: bool
    figures: JsonObject
    decided_at: datetime


@dataclass(frozen=True)
class PairedProbability:
    """p of Accepted that two models give a recording, with its child, its label and its weight in the snapshot."""

    child_id: int
    label: Label
    p_first: float
    p_second: float
    weight: float
