"""Decision records: what was decided on a recording that a program sent. No audio, no child, no file name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_SOURCE = 120  # as long as a recording's


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RejectionReason(StrEnum):
    NOISE = "noise"
    SPEECHLESS = "speechless"


@dataclass(frozen=True)
class DecisionRecord:
    """One decision.

    id : 32 hexadecimal digits, random
    key_id : of the key that asked; None: a person, or the command line
    p_noise, p_speechless, reason : None where the model cannot tell the two apart
    threshold : accepted means p_accepted >= threshold
    distance : how unlike the model's training recordings it is, 0 to 1; None where that is not measured
    inclusion : with which probability its recording was drawn for judges, drawn or not; None where none could be
    """

    id: str
    key_id: int | None
    decided_at: datetime
    verdict: Verdict
    reason: RejectionReason | None
    p_accepted: float
    p_noise: float | None
    p_speechless: float | None
    threshold: float
    model_id: str
    source: str
    duration_s: float
    distance: float | None
    inclusion: float | None = None

    @property
    def is_refused(self) -> bool:
        return self.verdict is Verdict.REJECTED


def is_decision_id(text: str) -> bool:
    """Whether it may be an id of a record: what somebody sends can be anything, also what no database takes."""
    return text.isascii() and text.isalnum()
