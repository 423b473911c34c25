"""What the HTTP API for programs (`/v1`) answers with."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from core.domain.decisions import DecisionRecord, RejectionReason, Verdict
from core.domain.sources import ThresholdBasis
from core.workflows.deployment.decision_records import InForce
from pages.http.problems import Problem


class Decision(BaseModel):
    """What was decided on one recording."""

    id: str = Field(description="by which GET /v1/decisions/{id} gives it again")
    decision: Verdict
    reason: RejectionReason | None = Field(description="of a rejected one, where the model can tell; else null")
    p_accepted: float = Field(description="probability of Accepted, 0 to 1")
    p_noise: float | None
    p_speechless: float | None
    threshold: float = Field(description="accepted means p_accepted >= threshold")
    model: str
    source: str = Field(description="where the recording comes from, as the request names it; may be empty")
    duration_s: float
    distance: float | None = Field(description="how unlike the model's training recordings it is, 0 to 1; or null")
    decided_at: datetime

    @classmethod
    def of(cls, record: DecisionRecord) -> Decision:
        return cls(
            id=record.id,
            decision=record.verdict,
            reason=record.reason,
            p_accepted=record.p_accepted,
            p_noise=record.p_noise,
            p_speechless=record.p_speechless,
            threshold=record.threshold,
            model=record.model_id,
            source=record.source,
            duration_s=record.duration_s,
            distance=record.distance,
            decided_at=record.decided_at.replace(tzinfo=UTC),
        )


class BatchItem(BaseModel):
    """One of several files: its decision, or why there is none."""

    index: int = Field(description="place in the request, from 0")
    decision: Decision | None
    problem: Problem | None


class Batch(BaseModel):
    """An item for each file, in their order."""

    decisions: list[BatchItem]


class ModelInForce(BaseModel):
    """What decides at this moment."""

    model: str
    since: datetime
    am_target: float = Field(description="share of good recordings that may be refused, 0 to 1")
    certainty: float | None = Field(
        description="with which the target holds with other children: 0.5 (no margin), 0.8, 0.9, 0.95; null where "
        "nothing is sure, as of a source whose threshold was chosen without labels"
    )
    threshold: float = Field(description="accepted means p_accepted >= threshold")
    threshold_basis: ThresholdBasis = Field(description="`common`, or whence the source has a threshold of its own")

    @classmethod
    def of(cls, in_force: InForce) -> ModelInForce:
        deployment, point = in_force.deployment, in_force.deployment.operating_point
        certainty = in_force.threshold.certainty
        return cls(
            model=point.model_id,
            since=deployment.deployed_at.replace(tzinfo=UTC),
            am_target=point.am_target,
            certainty=None if certainty is None else certainty.value,
            threshold=in_force.threshold.threshold,
            threshold_basis=in_force.threshold.basis,
        )


class Imported(BaseModel):
    """A recording that was brought in for judging."""

    id: int
    is_new: bool = Field(description="false: the same bytes were here already")
