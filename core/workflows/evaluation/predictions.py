"""The stored probabilities of a model in a split, as the arrays that `core.metrics` takes.

A model never changes after it was trained, so what is computed of it is cached in this process. It is computed anew
once probabilities have changed, as when a child is erased.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

import numpy as np
from cachetools import LRUCache

from core.arrays import BoolArray, Float64Array, IntArray, StringArray
from core.config import settings
from core.domain.labels import Label, Split
from db import facets, models, session, snapshots

MOST_CACHED = 48

ComputedT = TypeVar("ComputedT")
ArrayT = TypeVar("ArrayT", bound=np.ndarray)
_CACHE: LRUCache[Hashable, tuple[tuple[str, ...], object]] = LRUCache(MOST_CACHED)
_LOCK = threading.Lock()


@dataclass(frozen=True)
class SplitPredictions:
    """The recordings of a split with their labels and a model's p of Accepted; arrays [shape=(n,)], by recording id.

    children, recordings : ids
    labels : as `str(Label)`
    weights : what each counts: 1, other than that where it was drawn in class; without them all count 1
    """

    children: IntArray
    labels: StringArray
    p: Float64Array
    recordings: IntArray = field(default_factory=lambda: np.array([], dtype=np.int64))
    weights: Float64Array | None = None

    @property
    def is_accepted(self) -> BoolArray:
        """Whether people label each recording Accepted."""
        return np.asarray(self.labels == str(Label.ACCEPTED), dtype=np.bool_)

    def among(self, places: IntArray) -> SplitPredictions:
        """Those of some recordings."""
        weights = None if self.weights is None else self.weights[places]
        return SplitPredictions(
            self.children[places], self.labels[places], self.p[places], self.recordings[places], weights
        )

    def label_of(self, index: int) -> Label:
        """The label of the recording at a place in the arrays."""
        return Label(str(self.labels[index]))


def predictions_of_split(tx: session.Connection, model_id: str, split: Split) -> SplitPredictions:
    """The predictions of a model for one split of its own snapshot, cached: the arrays must not be changed."""
    return cached(tx, model_id, ("predictions", split), lambda: _read(tx, model_id, split))


def cached(tx: session.Connection, model_id: str, name: Hashable, compute: Callable[[], ComputedT]) -> ComputedT:
    """A result computed from a model's predictions, cached: it must not be changed.

    Parameters
    ----------
    name : of the value, with everything it depends on besides the model
    """
    key, version = (settings().database, model_id, name), models.version_of(tx, model_id)
    with _LOCK:
        entry = _CACHE.get(key)
    if entry is not None and entry[0] == version:
        return cast(ComputedT, entry[1])  # under this name only values of this type are cached
    value = compute()  # in the transaction that read the version: the two belong together
    with _LOCK:
        _CACHE[key] = (version, value)
    return value


def languages_of_split(tx: session.Connection, model_id: str, split: Split) -> StringArray:
    """The language of each recording of `predictions_of_split`, in the same order [shape=(n,), str]."""
    items = _items_of_split(tx, models.snapshot_of(tx, model_id), split)
    return items.languages[_places_in(items, predictions_of_split(tx, model_id, split).recordings)]


@dataclass(frozen=True)
class _SplitItems:
    """The recordings of a split of a snapshot; arrays [shape=(n,)], by recording id."""

    recordings: IntArray
    children: IntArray
    labels: StringArray
    languages: StringArray
    weights: Float64Array | None


def _read(tx: session.Connection, model_id: str, split: Split) -> SplitPredictions:
    items = _items_of_split(tx, models.snapshot_of(tx, model_id), split)
    recordings, p = _columns(models.p_accepted_of_split(tx, model_id, split), 2)
    of_model = np.array(recordings, dtype=np.int64)
    places = _places_in(items, of_model)
    return SplitPredictions(
        _frozen(items.children[places]),
        _frozen(items.labels[places]),
        _frozen(np.array(p, dtype=np.float64)),
        _frozen(of_model),
        None if items.weights is None else _frozen(items.weights[places]),
    )


def _items_of_split(tx: session.Connection, snapshot_id: int | None, split: Split) -> _SplitItems:
    """Read once for all models of a snapshot."""

    def read() -> _SplitItems:
        rows = [] if snapshot_id is None else snapshots.items_of_split(tx, snapshot_id, split)
        recordings, children, labels, languages, weights = _columns(rows, 5)
        return _SplitItems(
            np.array(recordings, dtype=np.int64),
            np.array(children, dtype=np.int64),
            np.array(labels, dtype=str),
            np.array(languages, dtype=str),
            np.array(weights, dtype=np.float64) if any(weight != 1.0 for weight in weights) else None,
        )

    return cached(tx, "", ("items", snapshot_id, split, facets.version(tx)), read)


def _places_in(items: _SplitItems, recordings: IntArray) -> IntArray:
    """Where these recordings stand among the items, which have all of them."""
    return np.searchsorted(items.recordings, recordings)


def _columns(rows: Sequence[tuple[object, ...]], n_columns: int) -> Sequence[Sequence[object]]:
    return list(zip(*rows, strict=True)) if rows else [()] * n_columns


def _frozen(array: ArrayT) -> ArrayT:
    array.setflags(write=False)
    return array
