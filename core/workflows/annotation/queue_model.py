"""The model behind the order of uncertainty: the newest that has predicted recordings without a label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db import session, unlabelled_predictions


@dataclass(frozen=True)
class QueueModel:
    """The newest model that predicted recordings beyond those it learned from.

    n_predicted : how many those are.
    n_newer : recordings that came in later: there is no prediction of them, and they come shuffled.
    """

    model: str
    trained_at: datetime
    n_predicted: int
    n_newer: int


def newest_queue_model() -> QueueModel | None:
    """None while no model predicted any: the order then is each judge's own shuffle."""
    with session.reading() as tx:
        newest = unlabelled_predictions.newest_model(tx)
        if newest is None:
            return None
        n_since = len(unlabelled_predictions.unlabelled(tx, newest.model_id))
    return QueueModel(newest.name, newest.trained_at, newest.n_recordings, n_since)
