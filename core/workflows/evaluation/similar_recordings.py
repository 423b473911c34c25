"""The labelled recordings that a recording resembles most, in the product's feature space (steady dynamics).

Compared is with the newest `MOST_COMPARED` recordings whose label stands and whose features were computed, as every
training does. Their rows lie in one table (`feature_table`), which is brought up to date within a time: what is missing
after that is read by the next call, so that a screen never waits long. For staff: it shows labels.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from cachetools import LRUCache

from core.arrays import FloatArray
from core.audio import feature_cache, feature_table, store
from core.audio.decoding_pool import decode_apart
from core.audio.feature_table import FeatureTable
from core.audio.features import FeatureFamily
from core.config import settings
from core.domain.actor import Actor
from core.domain.judgements import JudgedRecording
from core.domain.permissions import Permission
from core.domain.recordings import Recording
from core.errors import NotFound
from core.metrics import nearest_rows
from core.workflows.accounts import authorisation
from core.workflows.training import feature_families
from db import judged_recordings, recording_history, recording_states, recordings, session

FAMILY = "steady"
MOST_COMPARED = 20_000
SHOWN = 6
BUDGET_S = 0.4
READ_AT_ONCE = 256
ABSENT_FOR_S = 600.0  # what has no features is looked for again after that
MOST_ABSENT = 4 * MOST_COMPARED
SAME_SOUND_MOST = 100

_LOCK = threading.Lock()
_TABLES: LRUCache[tuple[str, str], FeatureTable] = LRUCache(4)
_ABSENT: dict[tuple[str, str], float] = {}  # (spec hash, SHA-256): until when it is not looked for again


@dataclass(frozen=True)
class SimilarRecording:
    """A labelled recording and how far it lies, in standard deviations of a single feature."""

    judged: JudgedRecording
    distance: float


@dataclass(frozen=True)
class SimilarRecordings:
    """The nearest ones, the nearest first; `n_compared` of how many, `n_unread`: of those that the next call reads."""

    items: tuple[SimilarRecording, ...]
    n_compared: int
    n_unread: int


def similar_recordings(
    recording_id: int, *, count: int = SHOWN, budget_s: float = BUDGET_S, actor: Actor
) -> SimilarRecordings:
    """The labelled recordings that are most like one, itself and copies of its sound left out.

    budget_s : how long features of others are read that are not in the table yet

    Raises
    ------
    NotFound
        There is no such recording, or its bytes are missing.
    UndecodableAudio
        Its bytes can no longer be read.
    """
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.SEE_LABELS)
        recording = recordings.get(tx, recording_id)
        if recording is None:
            raise NotFound(
                "There is no recording with the number {recording_id}; perhaps it was erased.",
                recording_id=recording_id,
            )
        labelled = recording_states.newest_labelled(tx, limit=MOST_COMPARED)
        left_out = {recording_id, *recording_history.same_sound(tx, recording_id, limit=SAME_SOUND_MOST)}
    family, storage = feature_families.family(FAMILY), settings().storage
    row = _row_of(family, storage, recording)
    ids = {sha256: number for number, sha256 in labelled if number not in left_out}
    table, n_unread = _table(family, storage, list(ids), budget_s=budget_s)
    places, distances = nearest_rows.nearest_rows(row, table.values, count=count)
    near = {ids[table.sha256s[place]]: float(far) for place, far in zip(places, distances, strict=True)}
    with session.reading() as tx:
        judged = judged_recordings.by_ids(tx, near)
    items = tuple(SimilarRecording(judged[number], far) for number, far in near.items() if number in judged)
    return SimilarRecordings(items, len(table.sha256s), n_unread)


def _row_of(family: FeatureFamily, storage: str, recording: Recording) -> FloatArray:
    cached = feature_cache.load_cached(family, storage, recording.sha256)
    if cached is not None:
        return cached
    return family.extract(decode_apart(store.get(storage, recording.sha256, recording.extension)).samples)


def _table(family: FeatureFamily, storage: str, sha256s: Sequence[str], *, budget_s: float) -> tuple[FeatureTable, int]:
    """The rows of some recordings, as far as they can be read in time, and how many of them are still unread."""
    key = (storage, family.spec_hash)
    with _LOCK:
        table = _TABLES.get(key)
    if table is None:
        table = feature_table.load_table(family, storage)
    stored = table = table.only(set(sha256s))
    rows: dict[str, FloatArray] = {}
    now, spec_hash, places = time.monotonic(), family.spec_hash, table.places
    unread = [name for name in sha256s if name not in places and _ABSENT.get((spec_hash, name), 0.0) < now]
    ends_at = now + budget_s
    n_read = 0
    with ThreadPoolExecutor(feature_cache.FILES_AT_ONCE, thread_name_prefix="similar") as threads:
        while n_read < len(unread) and time.monotonic() < ends_at:
            some = unread[n_read : n_read + READ_AT_ONCE]
            loaded = threads.map(lambda name: feature_cache.load_cached(family, storage, name), some)
            for name, row in zip(some, loaded, strict=True):
                if row is None:
                    _note_absent(spec_hash, name, until=now + ABSENT_FOR_S)
                else:
                    rows[name] = row
            n_read += len(some)
    table = table.plus(rows)
    with _LOCK:
        _TABLES[key] = table
    if table is not stored:
        _store(table, family, storage)
    return table, len(unread) - n_read


def _note_absent(spec_hash: str, sha256: str, *, until: float) -> None:
    if len(_ABSENT) > MOST_ABSENT:
        _ABSENT.clear()
    _ABSENT[spec_hash, sha256] = until


def _store(table: FeatureTable, family: FeatureFamily, storage: str) -> None:
    """Write it, unless one of its recordings was erased meanwhile: nothing of that may come back."""
    feature_table.store_table(table, family, storage)
    with session.reading() as tx:
        is_whole = all(
            len(recordings.known_among(tx, some)) == len(some)
            for some in (
                table.sha256s[begin : begin + recordings.IDS_AT_ONCE]
                for begin in range(0, len(table.sha256s), recordings.IDS_AT_ONCE)
            )
        )
    if not is_whole:
        feature_table.remove_table(family, storage)
        with _LOCK:
            _TABLES.clear()
