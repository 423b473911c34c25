"""The recordings of a source as a model sees them, which of them were drawn for judges, and which lack a prediction.

Recordings that the model learned from are left out: its p of them is better than of any other.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from core.domain.labels import JUDGEMENTS_PER_RECORDING, Split
from core.domain.snapshots import UnlabelledRecording
from core.domain.sources import SourceRecording
from db import judgements, session
from db.schema import models, probabilities, recordings, snapshot_items, source_draws

NEWEST_DRAWN = 1000  # that are laid on desks first


def of_source(tx: Connection, source: str, model_id: str) -> list[SourceRecording]:
    """Those that the model has a p of, by recording."""
    standing = judgements.standing()
    vote = standing.c.n_accepted * 1.0 / func.nullif(standing.c.n_judged, 0)
    query = (
        select(recordings.c.id, recordings.c.child_id, probabilities.c.p_accepted, standing.c.n_judged, vote)
        .join(probabilities, probabilities.c.recording_id == recordings.c.id)
        .join(standing, standing.c.recording_id == recordings.c.id)
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


def draw(tx: Connection, source: str, recording_ids: Collection[int], *, account_id: int | None) -> None:
    """Have judges meet these first; those that were drawn before stay drawn."""
    known = set(drawn(tx, source))
    rows = [
        {"source": source, "recording_id": number, "account_id": account_id, "drawn_at": session.now()}
        for number in sorted(set(recording_ids) - known)
    ]
    if rows:
        tx.execute(insert(source_draws), rows)


def drawn(tx: Connection, source: str) -> list[int]:
    """The recordings that were drawn of a source."""
    query = select(source_draws.c.recording_id).where(source_draws.c.source == source)
    return list(tx.execute(query.order_by(source_draws.c.recording_id)).scalars())


def all_drawn(tx: Connection) -> list[int]:
    """The recordings that were drawn of any source last, `NEWEST_DRAWN` of them at most."""
    query = select(source_draws.c.recording_id).order_by(source_draws.c.id.desc()).limit(NEWEST_DRAWN)
    return list(tx.execute(query).scalars())


def _is_learned(model_id: str) -> ColumnElement[bool]:
    return (
        select(snapshot_items.c.recording_id)
        .join(models, and_(models.c.snapshot_id == snapshot_items.c.snapshot_id, models.c.id == model_id))
        .where(snapshot_items.c.recording_id == recordings.c.id, snapshot_items.c.split == Split.TRAIN)
        .exists()
    )
