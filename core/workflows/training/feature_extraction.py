"""Features of many recordings, spread over the workers of the cluster when there is one, in this process otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from core.arrays import FloatArray
from core.audio import feature_cache, store
from core.audio.features import FeatureFamily
from core.config import settings
from core.domain.snapshots import SnapshotItem, UnlabelledRecording
from core.learning import tensorflow_runtime
from core.learning.array_spool import ArraySpool, LazyArrays
from core.messages import Message
from core.workflows.jobs import cluster, dask_client
from core.workflows.jobs.dask_client import DaskClient
from core.workflows.jobs.running_job import RunningJob, Step
from core.workflows.training import feature_families, lost_files

CHUNK_RECORDINGS = 16  # a task: a second or two of work, so that a cancel takes effect soon

FETCHED_AT_ONCE, FETCHING_THREADS = 256, 16

Item = tuple[str, str]  # SHA-256 and extension


def extract_all(name: str, items: Sequence[SnapshotItem | UnlabelledRecording], job: RunningJob, step: Step) -> None:
    """Bring the features of every recording into the cache; what is there is left alone."""
    family = feature_families.family(name)
    cached = feature_cache.cached_among(family, settings().storage, [item.sha256 for item in items])
    uncached = [item for item in items if item.sha256 not in cached]
    lost_files.require_all(uncached)
    missing = [(item.sha256, item.extension) for item in uncached]
    n_cached = len(items) - len(missing)
    cached_already = Message("{n} of {total} were there already", {"n": n_cached, "total": len(items)})
    step.advance(n_cached, len(items), cached_already if n_cached else None)
    if not missing:
        step.reused(Message("All of them were there already"))
        return
    chunks = [missing[start : start + CHUNK_RECORDINGS] for start in range(0, len(missing), CHUNK_RECORDINGS)]
    client = cluster.current_worker_client()
    if client is None:
        for chunk in chunks:
            job.check()
            n_cached += extract_chunk(name, chunk)
            step.advance(n_cached, len(items))
    else:
        _spread(client, name, chunks, job, step, n_cached=n_cached, total=len(items))


def extract_families(
    names: Sequence[str], items: Sequence[SnapshotItem | UnlabelledRecording], job: RunningJob, step: Step
) -> None:
    """The same of several families, one after the other; the step counts as reused only where nothing was missing."""
    missing = [name for name in names if not _is_complete(name, items)]
    for name in missing or names[:1]:
        extract_all(name, items, job, step)


class CachedFeatures(LazyArrays):
    """The features of some recordings, read when they are used: memory does not grow with their number.

    What was read once lies in one temporary file from then on: thousands of small files, perhaps on another machine,
    are slow to read again for every classifier.
    """

    def __init__(self, family: FeatureFamily, items: Sequence[Item]) -> None:
        self._family, self._items = family, items
        self._spool, self._places = ArraySpool(), dict[int, int]()

    def __len__(self) -> int:
        return len(self._items)

    def at(self, index: int) -> FloatArray:
        if index not in self._places:
            self._fetch(index)
        return self._spool[self._places[index]]

    def _fetch(self, index: int) -> None:
        """The features at an index; of a storage elsewhere those that follow as well, many at once."""
        if "://" not in settings().storage:
            self._places[index] = self._spool.add(_load(self._family, self._items[index]))
            return
        ends = min(index + FETCHED_AT_ONCE, len(self))
        wanted = [other for other in range(index, ends) if other not in self._places]
        with ThreadPoolExecutor(FETCHING_THREADS) as threads:
            arrays = threads.map(lambda other: _load(self._family, self._items[other]), wanted)
            for other, array in zip(wanted, arrays, strict=True):
                self._places[other] = self._spool.add(array)


def cached_features(name: str, items: Sequence[SnapshotItem | UnlabelledRecording]) -> Sequence[FloatArray]:
    """The features of every recording, in the order of the items; each is read from the cache when it is used."""
    return CachedFeatures(feature_families.family(name), [(item.sha256, item.extension) for item in items])


def extract_chunk(name: str, chunk: Sequence[Item]) -> int:
    """One task of a worker; the number of its recordings."""
    family = feature_families.family(name)
    if family.module is not None:
        # before the module does: otherwise a network that this process trains later would differ
        tensorflow_runtime.prepare()
    feature_cache.extract_missing(family, settings().storage, {item[0]: partial(_bytes, item) for item in chunk})
    return len(chunk)


def _is_complete(name: str, items: Sequence[SnapshotItem | UnlabelledRecording]) -> bool:
    family = feature_families.family(name)
    wanted = {item.sha256 for item in items}
    return feature_cache.cached_among(family, settings().storage, list(wanted)) == wanted


def _load(family: FeatureFamily, item: Item) -> FloatArray:
    return feature_cache.load_or_extract(family, settings().storage, item[0], partial(_bytes, item))


def _bytes(item: Item) -> bytes:
    return store.get(settings().storage, *item)


def _spread(
    client: DaskClient, name: str, chunks: list[list[Item]], job: RunningJob, step: Step, *, n_cached: int, total: int
) -> None:
    futures = client.map(extract_chunk, [name] * len(chunks), chunks, pure=False)
    try:
        for future in dask_client.completed(futures):
            n_cached += future.result()
            step.advance(n_cached, total)
            job.check()
    finally:
        client.cancel(futures)
