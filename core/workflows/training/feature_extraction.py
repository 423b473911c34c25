"""Features of many recordings, spread over the workers of the cluster when there is one, in this process otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from core.audio import features as sound
from core.audio import store
from core.config import settings
from core.domain.snapshots import SnapshotItem, UnlabelledRecording
from core.learning import tensorflow_runtime
from core.learning.array_spool import ArraySpool, LazyArrays
from core.workflows.jobs import cluster
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.training import feature_families, lost_files

AT_ONCE = 16  # recordings a task: a second or two of work, so that a cancel is soon heard

Item = tuple[str, str]  # SHA-256 and extension


def extract_all(name: str, items: Sequence[SnapshotItem | UnlabelledRecording], job: RunningJob, step: Step) -> None:
    """Bring the features of every recording into the cache; what is there is left alone."""
    family = feature_families.family(name)
    uncached = [item for item in items if not sound.is_cached(family, settings().storage, item.sha256)]
    lost_files.require_all(uncached)
    missing = [(item.sha256, item.extension) for item in uncached]
    there = len(items) - len(missing)
    step.advance(there, len(items), f"{there} of {len(items)} were there already" if there else "")
    if not missing:
        step.reused("All of them were there already")
        return
    chunks = [missing[start : start + AT_ONCE] for start in range(0, len(missing), AT_ONCE)]
    client = cluster.current_worker_client()
    if client is None:
        for chunk in chunks:
            job.check()
            there += extract_chunk(name, chunk)
            step.advance(there, len(items))
    else:
        _spread(client, name, chunks, job, step, there=there, total=len(items))


class CachedFeatures(LazyArrays):
    """The features of some recordings, read when they are asked for: memory does not grow with their number.

    What was read once stands in one temporary file from then on: thousands of small files, perhaps on another machine,
    are slow to read again for every network.
    """

    def __init__(self, family: Any, items: Sequence[Item]) -> None:
        self._family, self._items = family, items
        self._read, self._place = ArraySpool(), dict[int, int]()

    def __len__(self) -> int:
        return len(self._items)

    def at(self, index: int) -> np.ndarray:
        if index in self._place:
            return self._read[self._place[index]]
        features = _one(self._family, self._items[index])
        self._place[index] = self._read.add(features)
        return features


def cached_features(name: str, items: Sequence[SnapshotItem | UnlabelledRecording]) -> Sequence[np.ndarray]:
    """The features of every recording, in the order of the items; each comes from the cache when it is asked for."""
    return CachedFeatures(feature_families.family(name), [(item.sha256, item.extension) for item in items])


def extract_chunk(name: str, chunk: Sequence[Item]) -> int:
    """One task of a worker; how many recordings it did."""
    family = feature_families.family(name)
    if family.module is not None:
        # before the module does: a network that this process trains later must not differ for it
        tensorflow_runtime.prepare()
    sound.extract_missing(family, settings().storage, {item[0]: partial(_bytes, item) for item in chunk})
    return len(chunk)


def _one(family: Any, item: Item) -> np.ndarray:
    return sound.load_or_extract(family, settings().storage, item[0], partial(_bytes, item))


def _bytes(item: Item) -> bytes:
    return store.get(settings().storage, *item)


def _spread(
    client: Any, name: str, chunks: list[list[Item]], job: RunningJob, step: Step, *, there: int, total: int
) -> None:
    from distributed import as_completed

    futures = client.map(extract_chunk, [name] * len(chunks), chunks, pure=False)
    try:
        for future in as_completed(futures):
            there += future.result()
            step.advance(there, total)
            job.check()
    finally:
        client.cancel(futures)
