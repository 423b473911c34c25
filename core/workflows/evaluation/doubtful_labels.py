"""Labels to hear again: recordings of which the consensus and a model say the opposite.

One of the two is mistaken, and it is cheaper to hear the recording again than to guess which.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.judgements import JudgedRecording
from core.workflows.evaluation import model_evaluation
from db import judged_recordings, models, session

SURE_OF_REJECTED, SURE_OF_ACCEPTED = 0.2, 0.8  # p of Accepted at which a model counts as sure


@dataclass(frozen=True)
class ModelProbabilities:
    """What a model gives for one recording; None where its task does not tell the classes apart."""

    p_accepted: float
    p_noise: float | None
    p_speechless: float | None


@dataclass(frozen=True)
class DoubtfulLabel:
    """A recording of which people and a model say the opposite."""

    judged: JudgedRecording
    probabilities: ModelProbabilities


def doubtful(model_id: str | None = None, *, limit: int = 50) -> list[DoubtfulLabel]:
    """Where the label that stands and a model, or the champion, differ most strongly; nothing without a model."""
    model = model_evaluation.model(model_id) if model_id else model_evaluation.champion()
    if model is None:
        return []
    with session.reading() as tx:
        ids = models.against_labels(tx, model.id, low=SURE_OF_REJECTED, high=SURE_OF_ACCEPTED, limit=limit)
        found = judged_recordings.by_ids(tx, ids)
        shares = models.shares_of(tx, model.id, ids)
    return [DoubtfulLabel(found[recording_id], ModelProbabilities(*shares[recording_id])) for recording_id in ids]
