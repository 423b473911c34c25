"""The recordings of a source as a model sees them, and which lack a prediction.

Recordings that the model learned from are left out: its p of them is better than of any other.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, func, select

from core.domain.labels import JUDGEMENTS_PER_RECORDING, Split
from core.domain.snapshots import UnlabelledRecording
from core.domain.sources import SourceRecording
from db import recording_states
from db.schema import models, probabilities, recordings, snapshot_items
from db.snapshot_spans import is_item_of


def of_source(tx: Connection, source: str, model_id: str) -> list[SourceRecording]:
    """Those that the model has a p of, by recording."""
    states = recording_states.now(tx)
    n_judged = recording_states.n_judged(states)
    vote = states.c.n_accepted * 1.0 / func.nullif(n_judged, 0)
    query = (
        select(recordings.c.id, recordings.c.child_id, probabilities.c.p_accepted, n_judged, vote)
        .join(probabilities, probabilities.c.recording_id == recordings.c.id)
        .join(states, states.c.recording_id == recordings.c.id)
        .where(recordings.c.source == source, probabilities.c.model_id == model_id, ~_is_learned(model_id))
        .order_by(recordings.c.id)
    )
    return [
        SourceRecording(row[0], row[1], row[2], float(row[4]) if row[3] >= JUDGEMENTS_PER_RECORDING else None)
        for row in tx.execute(query)
    ]


def without_prediction(tx: Connection, source: str, model_id: str) -> list[UnlabelledRecording]:
    is_predicted = (
        select(probabilities.c.model_id)
        .where(probabilities.c.model_id == model_id, probabilities.c.recording_id == recordings.c.id)
        .exists()
    )
    query = select(recordings.c.id, recordings.c.sha256, recordings.c.extension).where(
        recordings.c.source == source, ~is_predicted
    )
    return [UnlabelledRecording(*row) for row in tx.execute(query.order_by(recordings.c.id))]


def _is_learned(model_id: str) -> ColumnElement[bool]:
    return (
        select(snapshot_items.c.recording_id)
        .join(models, and_(is_item_of(models.c.snapshot_id), models.c.id == model_id))
        .where(snapshot_items.c.recording_id == recordings.c.id, snapshot_items.c.split == Split.TRAIN)
        .exists()
    )
