"""Is any group of children or recordings treated worse by a threshold? By language, source, length, loudness, hour.

The groups are made from what the manifest and the sound say; what is not known of a recording leaves it out of that
kind. Loudness is read from the cached signal dynamics, as long as they are there: nothing is decoded for it. Times of
day are those that the manifest gives, as they stand there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from cachetools import LRUCache

from core.audio import features as sound
from core.config import settings
from core.domain.labels import Split
from core.errors import EarshotError, NotFound
from core.metrics import slices as measuring
from core.metrics.slices import LEAST as LEAST  # what screens show
from core.metrics.slices import Slice as Slice
from core.metrics.slices import SliceShare as SliceShare
from core.workflows.evaluation import confusion, predictions
from core.workflows.evaluation.confusion import CellPage
from db import facets, session
from db.facets import RecordingFacets

DEVICE_WORDS = ("device", "tablet", "phone", "mic", "headset", "browser", "app_version", "os", "platform")
MOST_PARTS = 12  # of a kind; more are no groups but names
QUIET_DB, LOUD_DB = -35.0, -20.0  # of full scale: the level that one frame in twenty exceeds
LEVEL = "level_p95_db"
DYNAMICS = "dynamics"

# upper ends, and the name of what lies below; the last has no end
LETTERS = ((3, "1 to 3 letters"), (5, "4 or 5 letters"), (8, "6 to 8 letters"), (None, "9 letters or more"))
SECONDS = ((2.0, "up to 2 s"), (4.0, "2 to 4 s"), (None, "longer than 4 s"))
LOUDNESS = ((QUIET_DB, "quiet"), (LOUD_DB, "middling"), (None, "loud"))
HOURS = ((9, "before 9"), (12, "9 to 12"), (15, "12 to 15"), (None, "15 or later"))
LEVELS_KEPT = 50_000
_LEVELS: LRUCache[tuple[str, str], float] = LRUCache(LEVELS_KEPT)
_LOCK = threading.Lock()
ORDERED = [name for bounds in (LETTERS, SECONDS, LOUDNESS, HOURS) for _, name in bounds]


def slices_at_threshold(model_id: str, threshold: float, *, split: Split | str = Split.TEST) -> list[Slice]:
    """Every slice with its AM and RCC at a threshold; those that are treated worse first."""
    with session.reading() as tx:
        there = predictions.predictions_of_split(tx, model_id, Split(split))
        kinds = _kinds(tx, model_id, Split(split))
    found = measuring.slices(there.children, there.is_accepted, there.p < threshold, kinds)
    names = list(kinds)
    return sorted(found, key=lambda one: (not one.is_worse, names.index(one.kind), _place(one.name), one.name))


def wrong_recordings(
    model_id: str,
    threshold: float,
    kind: str,
    name: str,
    *,
    split: Split | str = Split.TEST,
    offset: int = 0,
    limit: int = 20,
) -> CellPage:
    """The recordings of one slice that a threshold decides against the people, worst first.

    Raises
    ------
    NotFound
        There is no such slice.
    """
    with session.reading() as tx:
        there = predictions.predictions_of_split(tx, model_id, Split(split))
        inside = _kinds(tx, model_id, Split(split)).get(kind, np.zeros(len(there.p), dtype=str)) == name
        if not inside.any():
            raise NotFound(f"There are no {split} recordings whose {kind} is {name!r}.")
        wrong = inside & ((there.p < threshold) == there.is_accepted)
        items = confusion.page_of_recordings(tx, model_id, there, wrong, offset=offset, limit=limit)
    return CellPage(int(wrong.sum()), items)


def slice_kinds(known: list[RecordingFacets]) -> dict[str, np.ndarray]:
    """The part that each recording belongs to, of every kind of which at least two parts occur; "" where not known."""
    made: dict[str, Callable[[RecordingFacets], str]] = {
        "language": lambda one: one.language,
        "source": lambda one: one.source,
        "word length": lambda one: _part(len(one.word) or None, LETTERS),
        "duration": lambda one: _part(one.duration_s, SECONDS),
        "loudness": lambda one: _part(_level_db(one.sha256), LOUDNESS),
        "time of day": lambda one: _part(_hour(one), HOURS),
    }
    made |= {column: _column(column) for column in _device_columns(known)}
    kinds = {kind: np.array([part_of(one) for one in known], dtype=str) for kind, part_of in made.items()}
    return {kind: parts for kind, parts in kinds.items() if 2 <= len(set(parts) - {""}) <= MOST_PARTS}


def _part(value: float | None, bounds: tuple[tuple[float | None, str], ...]) -> str:
    if value is None:
        return ""
    return next(name for end, name in bounds if end is None or value <= end)


def _place(name: str) -> int:
    return ORDERED.index(name) if name in ORDERED else -1


def _hour(one: RecordingFacets) -> float | None:
    """Hours since midnight, just below the full hour so that 12:00 is the afternoon; None where only a day is known."""
    at = one.collected_at
    if at is None or (at.hour, at.minute, at.second) == (0, 0, 0):
        return None
    return at.hour + at.minute / 60 + 1e-6


def _device_columns(known: list[RecordingFacets]) -> list[str]:
    columns = sorted({column for one in known for column in one.extra})
    return [column for column in columns if any(word in column.lower().split("_") for word in DEVICE_WORDS)]


def _column(column: str) -> Callable[[RecordingFacets], str]:
    return lambda one: str(one.extra.get(column) or "").strip()


def _level_db(sha256: str) -> float | None:
    """The level of the louder parts of a recording; None, and looked for again, where its dynamics are not cached."""
    key = (settings().storage, sha256)
    with _LOCK:
        known = _LEVELS.get(key)
    if known is None:
        known = _read_level_db(*key)
    if known is not None:
        with _LOCK:
            _LEVELS[key] = known
    return known


def _read_level_db(storage: str, sha256: str) -> float | None:
    from core.audio.dynamics import NAMES

    family = sound.FAMILIES[DYNAMICS]
    if not sound.is_cached(family, storage, sha256):
        return None
    try:
        values = sound.load_or_extract(family, storage, sha256, _nothing)
    except EarshotError:
        return None
    return float(values[list(NAMES).index(LEVEL)])


def _kinds(tx: Any, model_id: str, split: Split) -> dict[str, np.ndarray]:
    """The parts, in the order of the model's recordings. What is known of these is read anew when recordings change;
    their loudness becomes known as features are extracted."""

    def read() -> list[RecordingFacets]:
        known = {one.recording_id: one for one in facets.of_split(tx, model_id, split)}
        return [known[int(one)] for one in predictions.predictions_of_split(tx, model_id, split).recordings]

    return slice_kinds(predictions.cached(tx, model_id, ("facets", split, facets.version(tx)), read))


def _nothing() -> bytes:
    raise NotFound("Only what is cached is looked at.")
