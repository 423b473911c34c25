"""A recording beside what the recordings sound like that a model learned from. Reads no database: scorers use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Float64Array, FloatArray
from core.audio import sound_profile
from core.domain import sound_differences
from core.domain.json_types import JsonObject, json_of, list_of, number_of, object_of, whole_or_none
from core.metrics import likeness
from core.metrics.likeness import SoundReference

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


def compare(samples: FloatArray, reference: SoundReference | None) -> SoundLikeness:
    """A waveform (mono, 16 kHz) beside the training recordings."""
    row = sound_profile.as_row(sound_profile.describe(samples))
    if reference is None:
        return SoundLikeness(row, None, None)
    beyond = np.where(row < reference.low, row - reference.low, np.maximum(0.0, row - reference.high))
    outside = dict(zip(sound_profile.MEASURES, (beyond / reference.deviation).tolist(), strict=True))
    return SoundLikeness(row, likeness.unlike_share(row, reference), sound_differences.is_suppressed_recording(outside))


def reference_as_json(reference: SoundReference) -> JsonObject:
    """As a card stores it."""
    stored = {name: np.round(getattr(reference, name), DIGITS).tolist() for name in FIELDS}
    return object_of(json_of({"measures": list(sound_profile.MEASURES), "recordings": reference.n} | stored))


def reference_from_json(stored: JsonObject) -> SoundReference | None:
    """None of a card of before, or of other measures than this version takes."""
    if tuple(list_of(stored.get("measures"))) != sound_profile.MEASURES:
        return None
    arrays = {name: _array(list_of(stored.get(name))) for name in FIELDS}
    return SoundReference(**arrays, n=whole_or_none(stored.get("recordings")) or 0)


def _array(values: Sequence[object]) -> Float64Array:
    rows = [[number_of(element, 0.0) for element in value] if isinstance(value, list) else value for value in values]
    return np.array(rows, dtype=np.float64)
