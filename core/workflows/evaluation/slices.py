"""Slices of the recordings at a threshold: by language, source, length, loudness, hour. Is any treated worse?

The groups come from the manifest and the sound; a recording of which a property is not known is left out of that kind.
Loudness is read from the cached signal dynamics only: nothing is decoded for it. Times of day are those of the
manifest, in its zone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from cachetools import LRUCache

from core.arrays import StringArray
from core.audio import feature_cache, features
from core.config import settings
from core.domain.labels import Label, Split
from core.errors import EarshotError, NotFound
from core.metrics import slices as slice_metrics
from core.metrics.slices import Slice as Slice  # for screens
from core.metrics.slices import SliceShare as SliceShare
from core.workflows.evaluation import confusion, predictions
from core.workflows.evaluation.confusion import CellPage
from db import facets, session
from db.facets import RecordingFacets

DEVICE_WORDS = ("device", "tablet", "phone", "mic", "headset", "browser", "app_version", "os", "platform")
MAX_SLICES = 12  # of a kind; more are no groups but names
QUIET_DB, LOUD_DB = -35.0, -20.0  # of full scale: the level that one frame in twenty exceeds
LEVEL, LOUDEST, BACKGROUND = "level_p95_db", "level_p99_db", "level_p10_db"
DYNAMICS = "dynamics"

Bounds = tuple[tuple[float | None, str], ...]
"""Upper ends, each with the name of what lies below; the last has no end."""
LETTERS: Bounds = ((3, "1 to 3 letters"), (5, "4 or 5 letters"), (8, "6 to 8 letters"), (None, "9 letters or more"))
SECONDS: Bounds = ((2.0, "up to 2 s"), (4.0, "2 to 4 s"), (None, "longer than 4 s"))
LOUDNESS: Bounds = ((QUIET_DB, "quiet"), (LOUD_DB, "middling"), (None, "loud"))
# measured between the loudest part and the background, which is not the SNR that a mixing desk knows
SNR: Bounds = (
    (10.0, "SNR below 10 dB"),
    (20.0, "SNR 10 to 20 dB"),
    (30.0, "SNR 20 to 30 dB"),
    (None, "SNR above 30 dB"),
)
HOURS: Bounds = ((9, "before 9"), (12, "9 to 12"), (15, "12 to 15"), (None, "15 or later"))
LEAST = slice_metrics.LEAST  # recordings of a slice, and outside of it, to compare them
MAX_CACHED_LEVELS = 50_000
_LEVELS: LRUCache[tuple[str, str, str], float] = LRUCache(MAX_CACHED_LEVELS)
_LOCK = threading.Lock()
ORDERED = [name for bounds in (LETTERS, SECONDS, LOUDNESS, SNR, HOURS) for _, name in bounds]


def slices_at_threshold(model_id: str, threshold: float, *, split: Split = Split.TEST) -> list[Slice]:
    """Every slice with its AM and RCC at a threshold; those that are treated worse first."""
    with session.reading() as tx:
        rows = predictions.predictions_of_split(tx, model_id, split)
        kinds = _kinds(tx, model_id, split)
    rejected_kinds = {str(label): np.asarray(rows.labels == str(label)) for label in (Label.NOISE, Label.SPEECHLESS)}
    compared = slice_metrics.slices(
        rows.children, rows.is_accepted, rows.p < threshold, kinds, rejected_kinds=rejected_kinds
    )
    names = list(kinds)
    return sorted(
        compared, key=lambda group: (not group.is_worse, names.index(group.kind), _rank(group.name), group.name)
    )


def wrong_recordings(
    model_id: str,
    threshold: float,
    kind: str,
    name: str,
    *,
    split: Split = Split.TEST,
    offset: int = 0,
    limit: int = 20,
) -> CellPage:
    """The recordings of a slice that a threshold decides against their labels, worst first.

    Raises
    ------
    NotFound
        There is no such slice.
    """
    with session.reading() as tx:
        rows = predictions.predictions_of_split(tx, model_id, split)
        is_inside = _kinds(tx, model_id, split).get(kind, np.zeros(len(rows.p), dtype=str)) == name
        if not is_inside.any():
            raise NotFound(
                "There are no {split} recordings whose {kind} is {name!r}.",
                split=split,
                kind=kind,
                name=name,
            )
        is_wrong = is_inside & ((rows.p < threshold) == rows.is_accepted)
        items = confusion.page_of_recordings(tx, model_id, rows, is_wrong, offset=offset, limit=limit)
    return CellPage(int(is_wrong.sum()), items)


def slice_kinds(recordings: Sequence[RecordingFacets]) -> dict[str, StringArray]:
    """The slice of each recording [shape=(n,)], "" where not known, of every kind of which two slices or more occur."""
    slice_of: dict[str, Callable[[RecordingFacets], str]] = {
        "language": lambda recording: recording.language,
        "source": lambda recording: recording.source,
        "word length": lambda recording: _slice_name(len(recording.word) or None, LETTERS),
        "duration": lambda recording: _slice_name(recording.duration_s, SECONDS),
        "loudness": lambda recording: _slice_name(_level_db(recording.sha256), LOUDNESS),
        "SNR as measured": lambda recording: _slice_name(_snr_db(recording.sha256), SNR),
        "time of day": lambda recording: _slice_name(_hour(recording), HOURS),
    }
    slice_of |= {column: _value_of(column) for column in _device_columns(recordings)}
    kinds = {
        kind: np.array([name_of(recording) for recording in recordings], dtype=str)
        for kind, name_of in slice_of.items()
    }
    return {kind: names for kind, names in kinds.items() if 2 <= len(set(names) - {""}) <= MAX_SLICES}


def _slice_name(value: float | None, bounds: Bounds) -> str:
    if value is None:
        return ""
    return next(name for end, name in bounds if end is None or value <= end)


def _rank(name: str) -> int:
    return ORDERED.index(name) if name in ORDERED else -1


def _hour(recording: RecordingFacets) -> float | None:
    """Hours since midnight; None where only a day is known. The full hour counts as later: 12:00 is the afternoon."""
    at = recording.collected_at
    if at is None or (at.hour, at.minute, at.second) == (0, 0, 0):
        return None
    return at.hour + at.minute / 60 + 1e-6


def _device_columns(recordings: Sequence[RecordingFacets]) -> list[str]:
    columns = sorted({column for recording in recordings for column in recording.extra})
    return [column for column in columns if any(word in column.lower().split("_") for word in DEVICE_WORDS)]


def _value_of(column: str) -> Callable[[RecordingFacets], str]:
    return lambda recording: str(recording.extra.get(column) or "").strip()


def _level_db(sha256: str) -> float | None:
    """The level of the louder parts of a recording; None, and looked for again, where its dynamics are not cached."""
    return _looked_up(LEVEL, sha256, _read_level_db)


def _snr_db(sha256: str) -> float | None:
    """How far the loudest part lies above the background, likewise."""
    return _looked_up(LOUDEST, sha256, _read_snr_db)


def _looked_up(name: str, sha256: str, read: Callable[[str, str], float | None]) -> float | None:
    key = (settings().storage, sha256, name)
    with _LOCK:
        level_db = _LEVELS.get(key)
    if level_db is None:
        level_db = read(settings().storage, sha256)
    if level_db is not None:
        with _LOCK:
            _LEVELS[key] = level_db
    return level_db


def _read_level_db(storage: str, sha256: str) -> float | None:
    values = _read_dynamics(storage, sha256)
    return values.get(LEVEL)


def _read_snr_db(storage: str, sha256: str) -> float | None:
    values = _read_dynamics(storage, sha256)
    return values[LOUDEST] - values[BACKGROUND] if values else None


def _read_dynamics(storage: str, sha256: str) -> dict[str, float]:
    """By name; {} where they are not cached."""
    from core.audio.dynamics import NAMES

    family = features.FAMILIES[DYNAMICS]
    if not feature_cache.is_cached(family, storage, sha256):
        return {}
    try:
        values = feature_cache.load_or_extract(family, storage, sha256, _refuse_to_read)
    except EarshotError:
        return {}
    return dict(zip(NAMES, values.tolist(), strict=True))


def _kinds(tx: session.Connection, model_id: str, split: Split) -> Mapping[str, StringArray]:
    """The slices, in the order of the model's recordings. What is stored of these is read anew when recordings change;
    their loudness becomes known as features are extracted."""

    def read() -> list[RecordingFacets]:
        by_id = {recording.recording_id: recording for recording in facets.of_split(tx, model_id, split)}
        recording_ids = predictions.predictions_of_split(tx, model_id, split).recordings
        return [by_id[int(recording_id)] for recording_id in recording_ids]

    return slice_kinds(predictions.cached(tx, model_id, ("facets", split, facets.version(tx)), read))


def _refuse_to_read() -> bytes:
    raise NotFound("Only what is cached is looked at.")
