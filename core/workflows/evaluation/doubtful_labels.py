"""Labels to check: recordings of which a model is sure of the opposite of the label that stands.

One of the two is mistaken, and it is cheaper to listen to the recording again than to guess which.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.judgements import JudgedRecording
from core.workflows.evaluation import model_evaluation
from db import judged_recordings, models, session

SURE_OF_REJECTED, SURE_OF_ACCEPTED = 0.2, 0.8  # p of Accepted at which a model counts as sure


@dataclass(frozen=True)
class ModelProbabilities:
    """The probabilities that a model gives a recording; None where its task does not separate the classes."""

    p_accepted: float
    p_noise: float | None
    p_speechless: float | None


@dataclass(frozen=True)
class DoubtfulLabel:
    """A recording whose label a model contradicts."""

    judged: JudgedRecording
    probabilities: ModelProbabilities


def doubtful(model_id: str | None = None, *, limit: int = 50) -> list[DoubtfulLabel]:
    """Where a model, by default the champion, contradicts the labels most strongly; [] without a model."""
    model = model_evaluation.model(model_id) if model_id else model_evaluation.champion()
    if model is None:
        return []
    with session.reading() as tx:
        ids = models.against_labels(tx, model.id, low=SURE_OF_REJECTED, high=SURE_OF_ACCEPTED, limit=limit)
        judged = judged_recordings.by_ids(tx, ids)
        shares = models.shares_of(tx, model.id, ids)
    return [DoubtfulLabel(judged[recording_id], ModelProbabilities(*shares[recording_id])) for recording_id in ids]
