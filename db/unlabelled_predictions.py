"""Probabilities of recordings without a label, for the order in which judges get them. No label is read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, exists, func, select

from core.domain.models import ProbabilityRow
from core.domain.snapshots import UnlabelledRecording
from db.schema import models, probabilities, recordings, snapshot_items
from db.snapshot_spans import is_item_of

NEWEST_MODELS = 12  # that are searched for one with predictions of unlabelled recordings


@dataclass(frozen=True)
class UnlabelledPredictions:
    """A model with the number of recordings that it predicted beyond its snapshot."""

    model_id: str
    name: str
    trained_at: datetime
    n_recordings: int


def newest_predictions(tx: Connection) -> list[ProbabilityRow]:
    """The probabilities that the newest model gives recordings beyond its snapshot.

    Empty while no model predicted unlabelled recordings.
    """
    newest = newest_model(tx)
    if newest is None:
        return []
    return [(row[0], row[1], row[2], row[3]) for row in tx.execute(_beyond_the_snapshot(newest.model_id))]


def newest_model(tx: Connection) -> UnlabelledPredictions | None:
    """The model that `newest_predictions` are from; None while there is none.

    The newest of those that predicted half as many as any: some predicted a single source, or disagreements alone.
    """
    counted = []
    for model_id, name, trained_at in _newest_models(tx):
        count = select(func.count()).select_from(_beyond_the_snapshot(model_id).subquery())
        counted.append(UnlabelledPredictions(model_id, name, trained_at, tx.execute(count).scalar_one()))
    most = max((each.n_recordings for each in counted), default=0)
    return next((each for each in counted if each.n_recordings and 2 * each.n_recordings >= most), None)


def unlabelled(tx: Connection, model_id: str, *, among: Collection[int] | None = None) -> list[UnlabelledRecording]:
    """Recordings of which a model has no probabilities yet; of all, or of a few hundred."""
    is_known = exists().where(probabilities.c.model_id == model_id, probabilities.c.recording_id == recordings.c.id)
    query = select(recordings.c.id, recordings.c.sha256, recordings.c.extension).where(~is_known)
    if among is not None:
        query = query.where(recordings.c.id.in_(list(among)))
    return [UnlabelledRecording(*row) for row in tx.execute(query.order_by(recordings.c.id))]


def _newest_models(tx: Connection) -> list[tuple[str, str, datetime]]:
    query = select(models.c.id, models.c.version_name, models.c.created_at).order_by(
        models.c.created_at.desc(), models.c.id
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(query.limit(NEWEST_MODELS))]


def _beyond_the_snapshot(model_id: str) -> Select[int, float, float | None, float | None]:
    learned = and_(
        is_item_of(models.c.snapshot_id),
        snapshot_items.c.recording_id == probabilities.c.recording_id,
    )
    p = (probabilities.c.p_accepted, probabilities.c.p_noise, probabilities.c.p_speechless)
    return (
        select(probabilities.c.recording_id, *p)
        .join(models, models.c.id == probabilities.c.model_id)
        .outerjoin(snapshot_items, learned)
        .where(probabilities.c.model_id == model_id, snapshot_items.c.recording_id.is_(None))
    )
