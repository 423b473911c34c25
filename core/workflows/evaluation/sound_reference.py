"""What the recordings that a model learned from sound like: measured when it is published, and kept on its card."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.arrays import Float64Array
from core.audio import sound_profile, store
from core.audio.decoding_pool import decode_apart
from core.config import settings
from core.domain.json_types import JsonObject, object_of
from core.domain.labels import Split
from core.domain.snapshots import Snapshot
from core.errors import NotFound, UndecodableAudio
from core.metrics import likeness
from core.metrics.likeness import SoundReference
from core.workflows.evaluation import sound_likeness
from db import models, session

CARD_KEY = "sound"
MOST = 400  # recordings: some seconds of work, and the means hold still by then
SEED = 2019


def measure_snapshot(snapshot: Snapshot, p_accepted: Float64Array) -> JsonObject:
    """For the card of a model: the training recordings, `MOST` of them drawn with a seed; {} where there are too few.

    Recordings that cannot be read are left out.
    """
    places = [place for place, item in enumerate(snapshot.items) if item.split is Split.TRAIN]
    chosen = np.sort(np.random.default_rng(SEED).permutation(places)[:MOST]).tolist()
    items = [snapshot.items[place] for place in chosen]
    rows = [_row_or_none(settings().storage, item.sha256, item.extension) for item in items]
    used = [k for k, row in enumerate(rows) if row is not None]
    if not used:
        return {}
    children, p = np.array([items[k].child for k in used]), p_accepted[[chosen[k] for k in used]]
    learned = likeness.learn_reference(np.array([rows[k] for k in used]), p, children, seed=SEED)
    return {} if learned is None else sound_likeness.reference_as_json(learned)


def reference_of_model(model_id: str) -> SoundReference | None:
    """What stands on the card of a model; None of a card of before, or of other measures than this version takes."""
    return _reference(model_id, settings().database)


def stored_reference(model_id: str) -> JsonObject:
    """The same as its card has it; {} of a card without."""
    with session.reading() as tx:
        model = models.get(tx, model_id)
    return object_of(model.card.document.get(CARD_KEY)) if model else {}


def _row_or_none(storage: str, sha256: str, extension: str) -> tuple[float, ...] | None:
    try:
        return _row(storage, sha256, extension)
    except (NotFound, UndecodableAudio):
        return None


@lru_cache(maxsize=2 * MOST)
def _row(storage: str, sha256: str, extension: str) -> tuple[float, ...]:
    """Several models of one training are measured on the same recordings."""
    samples = decode_apart(store.get(storage, sha256, extension)).samples
    return tuple(sound_profile.as_row(sound_profile.describe(samples)).tolist())


@lru_cache(maxsize=8)
def _reference(model_id: str, _database: str) -> SoundReference | None:
    """A card never changes."""
    return sound_likeness.reference_from_json(stored_reference(model_id))
