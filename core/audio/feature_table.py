"""Features of many recordings in one file, a row each, so that they are read at once: for families of one row a sound.

The file lies beside the cache of single recordings, `<storage>/features/<spec hash>/table.npz`, and is a cache itself:
safe to delete, and deleted with any recording whose features are. The key of a row is the SHA-256 of its recording.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import feature_cache, store
from core.audio.features import FeatureFamily

HASH_TYPE = "S64"


@dataclass(frozen=True)
class FeatureTable:
    """Rows of features by recording.

    sha256s : each once, in the order of the rows
    values : [shape=(n_rows, n_values), finite]
    """

    sha256s: tuple[str, ...]
    values: Float32Array

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The row of each recording."""
        return {sha256: place for place, sha256 in enumerate(self.sha256s)}

    def only(self, wanted: Collection[str]) -> FeatureTable:
        """The rows of these recordings alone."""
        places = [place for place, sha256 in enumerate(self.sha256s) if sha256 in wanted]
        if len(places) == len(self.sha256s):
            return self
        return FeatureTable(tuple(self.sha256s[place] for place in places), self.values[places])

    def plus(self, rows: Mapping[str, FloatArray]) -> FeatureTable:
        """With rows of further recordings; what is no row of finite numbers is left out."""
        fitting = {
            sha256: row
            for sha256, row in rows.items()
            if sha256 not in self.places and row.shape == self.values.shape[1:] and np.isfinite(row).all()
        }
        if not fitting:
            return self
        values = np.concatenate([self.values, np.stack(list(fitting.values())).astype(np.float32)])
        return FeatureTable((*self.sha256s, *fitting), values)


def empty_table(family: FeatureFamily) -> FeatureTable:
    """A table without rows."""
    return FeatureTable((), np.zeros((0, family.n_values), np.float32))


def load_table(family: FeatureFamily, storage: str) -> FeatureTable:
    """The stored table; an empty one where there is none, or it is damaged."""
    data = store.read_cache(storage, feature_cache.table_path(family.spec_hash))
    if data is None:
        return empty_table(family)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            hashes, values = stored["sha256s"], stored["values"]
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile):
        return empty_table(family)
    if values.shape != (len(hashes), family.n_values) or hashes.dtype != HASH_TYPE:
        return empty_table(family)
    return FeatureTable(tuple(str(name, "ascii") for name in hashes), values.astype(np.float32, copy=False))


def store_table(table: FeatureTable, family: FeatureFamily, storage: str) -> None:
    """Write the table in place of the one before."""
    file = io.BytesIO()
    np.savez(file, sha256s=np.array(table.sha256s, HASH_TYPE), values=table.values)
    store.write(storage, feature_cache.table_path(family.spec_hash), file.getvalue())


def remove_table(family: FeatureFamily, storage: str) -> None:
    store.remove(storage, feature_cache.table_path(family.spec_hash))
