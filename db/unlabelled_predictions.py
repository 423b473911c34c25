"""What a model says of recordings that nobody has labelled for it: how sure it is. No label is read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select

from core.domain.snapshots import UnlabelledRecording
from db.schema import models, probabilities, recordings, snapshot_items

NEWEST_MODELS = 12  # that are looked at for one which knows unlabelled recordings


def newest_opinion(tx: Connection) -> list[tuple[int, float, float | None, float | None]]:
    """(recording id, p of Accepted, of Noise, of Speechless) of what the newest model says beyond its snapshot.

    Empty while no model was asked about unlabelled recordings.
    """
    for model_id, *_ in _newest_models(tx):
        found = [(row[0], row[1], row[2], row[3]) for row in tx.execute(_beyond_the_snapshot(model_id))]
        if found:
            return found
    return []


def newest_asked(tx: Connection) -> tuple[str, str, datetime, int] | None:
    """(number, name, when it was trained, of how many recordings it says something) of the model that
    `newest_opinion` is from."""
    for model_id, name, trained_at in _newest_models(tx):
        asked = tx.execute(select(func.count()).select_from(_beyond_the_snapshot(model_id).subquery())).scalar_one()
        if asked:
            return model_id, name, trained_at, asked
    return None


def unlabelled(tx: Connection, model_id: str, *, among: Collection[int] | None = None) -> list[UnlabelledRecording]:
    """Recordings of which a model has said nothing yet; of all, or of a few hundred."""
    is_known = exists().where(probabilities.c.model_id == model_id, probabilities.c.recording_id == recordings.c.id)
    query = select(recordings.c.id, recordings.c.sha256, recordings.c.extension).where(~is_known)
    if among is not None:
        query = query.where(recordings.c.id.in_(list(among)))
    return [UnlabelledRecording(*row) for row in tx.execute(query.order_by(recordings.c.id))]


def _newest_models(tx: Connection) -> list[tuple[str, str, datetime]]:
    query = select(models.c.id, models.c.name, models.c.created_at).order_by(models.c.created_at.desc(), models.c.id)
    return [(row[0], row[1], row[2]) for row in tx.execute(query.limit(NEWEST_MODELS))]


def _beyond_the_snapshot(model_id: str) -> Select[Any]:
    learned = and_(
        snapshot_items.c.snapshot_id == models.c.snapshot_id,
        snapshot_items.c.recording_id == probabilities.c.recording_id,
    )
    p = (probabilities.c.p_accepted, probabilities.c.p_noise, probabilities.c.p_speechless)
    return (
        select(probabilities.c.recording_id, *p)
        .join(models, models.c.id == probabilities.c.model_id)
        .outerjoin(snapshot_items, learned)
        .where(probabilities.c.model_id == model_id, snapshot_items.c.recording_id.is_(None))
    )
