"""Facets of the recordings that a model was evaluated on, by which they are grouped: language, source, word, time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from core.domain.json_types import JsonObject
from core.domain.labels import Split
from db import revisions
from db.schema import models, recordings, snapshot_items
from db.snapshot_spans import is_item_of


@dataclass(frozen=True)
class RecordingFacets:
    """The facets of a recording; "" and None where something is not known, `extra` holds a manifest's own columns."""

    recording_id: int
    sha256: str
    language: str
    source: str
    word: str
    duration_s: float
    collected_at: datetime | None
    extra: JsonObject


def version(tx: Connection) -> tuple[str, ...]:
    """Another one whenever recordings that were here may have changed; one that comes in changes none of them."""
    return (revisions.of_changes(tx, recordings),)


def of_split(tx: Connection, model_id: str, split: Split) -> list[RecordingFacets]:
    """The recordings of one split of the snapshot that a model learned from, in the order of recordings."""
    columns = (
        recordings.c.id,
        recordings.c.sha256,
        recordings.c.language,
        recordings.c.source,
        recordings.c.word,
        recordings.c.duration_s,
        recordings.c.collected_at,
        recordings.c.extra,
    )
    query = (
        select(*columns)
        .select_from(recordings)
        .join(snapshot_items, snapshot_items.c.recording_id == recordings.c.id)
        .join(models, is_item_of(models.c.snapshot_id))
        .where(models.c.id == model_id, snapshot_items.c.split == split)
        .order_by(recordings.c.id)
    )
    return [RecordingFacets(*row[:7], dict(row[7] or {})) for row in tx.execute(query)]
