"""Live: what is known of decisions in class that judges hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.decisions import Verdict
from core.domain.labels import JudgingState, Label


@dataclass(frozen=True)
class LiveConsent:
    """That a source agreed to sampling. `reference` shows it: the number of a contract, or words; empty: taken back."""

    source: str
    reference: str
    set_at: datetime
    set_by: str

    @property
    def is_given(self) -> bool:
        return bool(self.reference)


@dataclass(frozen=True)
class LiveSample:
    """A drawn decision whose recording is stored.

    probability : of being drawn; floor : the least probability of any decision of the source at that time
    names_child : whether the program named the child; else each of its recordings counts as a child of its own
    """

    decision_id: str
    decided_at: datetime
    source: str
    model_id: str
    verdict: Verdict
    p_accepted: float
    threshold: float
    probability: float
    floor: float
    names_child: bool

    @property
    def is_refused(self) -> bool:
        return self.verdict is Verdict.REJECTED


@dataclass(frozen=True)
class SampledRecording:
    """A sample with its recording as judges have judged it so far. label : None while none stands."""

    sample: LiveSample
    recording_id: int
    child_id: int
    language: str
    state: JudgingState
    label: Label | None


@dataclass(frozen=True)
class SourceCount:
    """How many recordings of a source were accepted and refused."""

    source: str
    accepted: int
    refused: int

    @property
    def n(self) -> int:
        return self.accepted + self.refused


@dataclass(frozen=True)
class LiveAlarm:
    """That AM in class was shown to be above the target, the first time since a deployment.

    source : None of all sources together
    capital : of the bettors against "AM is at most the target", who began with 1
    am, n : as it was estimated then, from so many recordings judged Accepted
    """

    deployment_id: int
    source: str | None
    raised_at: datetime
    capital: float
    am: float
    n: int
