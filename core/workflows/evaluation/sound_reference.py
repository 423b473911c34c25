"""What the recordings that a model learned from sound like: measured when it is published, and kept on its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.audio import sound_profile, store
from core.audio.decoding_pool import decode_apart
from core.config import settings
from core.domain import sound_differences
from core.domain.json_types import JsonObject, json_of, list_of, number_of, object_of, whole_or_none
from core.domain.labels import Split
from core.domain.snapshots import Snapshot
from core.errors import NotFound, UndecodableAudio
from core.metrics import likeness
from core.metrics.likeness import SoundReference
from db import models, session

CARD_KEY = "sound"
MOST = 400  # recordings: some seconds of work, and the means hold still by then
SEED = 2019
FIELDS = ("mean", "deviation", "reading_mean", "spread", "precision", "distances", "low", "high")
DIGITS = 6


@dataclass(frozen=True)
class SoundLikeness:
    """A recording beside the training recordings.

    profile : its measures, in the order of `sound_profile.MEASURES`
    unlike : of the training recordings, the share that lies nearer; None where the model does not know them
    is_processed : whether it looks as if a noise suppressor had worked on it; None likewise
    """

    profile: Float64Array
    unlike: float | None
    is_processed: bool | None


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
    return {} if learned is None else _as_json(learned)


def compare(samples: FloatArray, reference: SoundReference | None) -> SoundLikeness:
    """A waveform (mono, 16 kHz) beside the training recordings."""
    row = sound_profile.as_row(sound_profile.describe(samples))
    if reference is None:
        return SoundLikeness(row, None, None)
    beyond = np.where(row < reference.low, row - reference.low, np.maximum(0.0, row - reference.high))
    outside = dict(zip(sound_profile.MEASURES, (beyond / reference.deviation).tolist(), strict=True))
    return SoundLikeness(row, likeness.unlike_share(row, reference), sound_differences.is_suppressed_recording(outside))


def reference_of_model(model_id: str) -> SoundReference | None:
    """What stands on the card of a model; None of a card of before, or of other measures than this version takes."""
    return _reference(model_id, settings().database)


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
    with session.reading() as tx:
        model = models.get(tx, model_id)
    return _from_json(object_of(model.card.document.get(CARD_KEY))) if model else None


def _as_json(reference: SoundReference) -> JsonObject:
    stored = {name: np.round(getattr(reference, name), DIGITS).tolist() for name in FIELDS}
    return object_of(json_of({"measures": list(sound_profile.MEASURES), "recordings": reference.n} | stored))


def _from_json(stored: JsonObject) -> SoundReference | None:
    if tuple(list_of(stored.get("measures"))) != sound_profile.MEASURES:
        return None
    arrays = {name: _array(list_of(stored.get(name))) for name in FIELDS}
    return SoundReference(**arrays, n=whole_or_none(stored.get("recordings")) or 0)


def _array(values: Sequence[object]) -> Float64Array:
    rows = [[number_of(element, 0.0) for element in value] if isinstance(value, list) else value for value in values]
    return np.array(rows, dtype=np.float64)
