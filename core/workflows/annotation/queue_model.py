"""What the order "most useful first" stands on: which model was asked about recordings without a label, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db import session, unlabelled_predictions


@dataclass(frozen=True)
class QueueModel:
    """The newest model that was asked.

    asked : recordings beyond those it learned from.
    since : recordings that came in later: it knows nothing of them, and they come shuffled.
    """

    model: str
    trained_at: datetime
    asked: int
    since: int


def newest_queue_model() -> QueueModel | None:
    """None while no model was asked: the order then is each judge's own shuffle."""
    with session.reading() as tx:
        newest = unlabelled_predictions.newest_asked(tx)
        if newest is None:
            return None
        model_id, name, trained_at, n_predicted = newest
        return QueueModel(name, trained_at, n_predicted, len(unlabelled_predictions.unlabelled(tx, model_id)))
