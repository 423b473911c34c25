"""The cache of features: `<storage>/features/<spec hash>/<ab>/<sha256>.npy`.

Its key is the hash of the audio and the hash of every number and module that changes a result, so nothing in it can be
stale; it is safe to delete.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import numpy as np

from core.arrays import FloatArray
from core.audio import (
    browser_copies,
    decoding,
    storage_files,
    store,
)
from core.audio.features import FeatureFamily

FILES_AT_ONCE = 16  # read and written together: each waits for its disk to sync, or for a storage elsewhere


def load_or_extract(family: FeatureFamily, storage: str, sha256: str, get_bytes: Callable[[], bytes]) -> FloatArray:
    """Features of a recording, from the cache or computed and put there. A damaged cache file is replaced.

    Raises
    ------
    UndecodableAudio, NotFound, Unavailable
        Not in the cache, and the bytes are no sound, or are gone, or the module cannot be loaded.
    """
    cached = load_cached(family, storage, sha256)
    if cached is not None:
        return cached
    features = family.extract(decoding.decode(get_bytes()).samples)
    _store(features, family, storage, sha256)
    return features


def extract_missing(family: FeatureFamily, storage: str, get_bytes: Mapping[str, Callable[[], bytes]]) -> None:
    """Features of several recordings into the cache, by SHA-256; they share the calls of a module.

    All their waveforms are in memory at once: a minute of sound is 4 MB. Raises as `load_or_extract` does.
    """
    with ThreadPoolExecutor(FILES_AT_ONCE, thread_name_prefix="features") as threads:
        cached = threads.map(lambda sha256: load_cached(family, storage, sha256), get_bytes)
        missing = [sha256 for sha256, features in zip(get_bytes, cached, strict=True) if features is None]
        files = threads.map(lambda sha256: get_bytes[sha256](), missing)
        waveforms = [decoding.decode(data).samples for data in files]
        pairs = zip(missing, family.extract_many(waveforms), strict=True)
        list(threads.map(lambda pair: _store(pair[1], family, storage, pair[0]), pairs))


def is_cached(family: FeatureFamily, storage: str, sha256: str) -> bool:
    """Whether there is a cache file; whether it is sound shows when it is loaded."""
    return store.exists(storage, _path(family.spec_hash, sha256))


def cached_among(family: FeatureFamily, storage: str, sha256s: Sequence[str]) -> set[str]:
    """Of which recordings there is a cache file; of a storage elsewhere in a few requests, however many they are."""
    if "://" not in storage:
        return {sha256 for sha256 in sha256s if is_cached(family, storage, sha256)}
    paths = storage_files.paths_below(storage, f"features/{family.spec_hash}")
    return {PurePosixPath(path).stem for path in paths} & set(sha256s)


def load_cached(family: FeatureFamily, storage: str, sha256: str) -> FloatArray | None:
    """Features of a recording from the cache; None where they are not there, damaged, or not what the family gives."""
    data = store.read_cache(storage, _path(family.spec_hash, sha256))
    if data is None:
        return None
    try:
        features = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError):
        return None
    is_shaped = features.ndim == 1 + family.is_sequence and features.size > 0
    return features if is_shaped and features.shape[-1] == family.n_values else None


def delete_cached(storage: str, sha256: str) -> None:
    """Remove what was computed of a recording: the features of every family and version, the tables that may have a
    row of it, and copies for browsers."""
    browser_copies.forget(storage, sha256)
    for spec_hash in store.folders(storage, "features"):
        store.remove(storage, _path(spec_hash, sha256))
        store.remove(storage, table_path(spec_hash))


def table_path(spec_hash: str) -> str:
    """Where the table of many recordings' features lies: `feature_table` writes it."""
    return f"features/{spec_hash}/table.npz"


def _path(spec_hash: str, sha256: str) -> str:
    return f"features/{spec_hash}/{sha256[:2]}/{sha256}.npy"


def _store(features: FloatArray, family: FeatureFamily, storage: str, sha256: str) -> None:
    file = io.BytesIO()
    np.save(file, features, allow_pickle=False)
    store.write(storage, _path(family.spec_hash, sha256), file.getvalue())
