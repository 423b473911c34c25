"""The stored probabilities of a model in a split, as the arrays that `core.metrics` takes.

A model never changes after it was trained, so what is computed of it is cached in this process. It is computed anew
once probabilities have changed, as when a child is erased.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar, cast

import numpy as np
from cachetools import LRUCache

from core.arrays import BoolArray, Float64Array, IntArray, StringArray
from core.config import settings
from core.domain.labels import Label, Split
from db import models, session

MOST_CACHED = 48

ComputedT = TypeVar("ComputedT")
_CACHE: LRUCache[Hashable, tuple[tuple[str, ...], object]] = LRUCache(MOST_CACHED)
_LOCK = threading.Lock()


@dataclass(frozen=True)
class SplitPredictions:
    """The recordings of a split with their labels and a model's p of Accepted; arrays [shape=(n,)], by recording id.

    children, recordings : ids
    labels : as `str(Label)`
    """

    children: IntArray
    labels: StringArray
    p: Float64Array
    recordings: IntArray = field(default_factory=lambda: np.array([], dtype=np.int64))

    @property
    def is_accepted(self) -> BoolArray:
        """Whether people label each recording Accepted."""
        return np.asarray(self.labels == str(Label.ACCEPTED), dtype=np.bool_)

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


def _read(tx: session.Connection, model_id: str, split: Split) -> SplitPredictions:
    rows = models.decisions(tx, model_id, split)
    recordings, children, labels, p = zip(*rows, strict=True) if rows else ((), (), (), ())
    predictions = SplitPredictions(
        np.array(children, dtype=np.int64),
        np.array(labels, dtype=str),
        np.array(p, dtype=np.float64),
        np.array(recordings, dtype=np.int64),
    )
    for array in (predictions.children, predictions.labels, predictions.p, predictions.recordings):
        array.setflags(write=False)
    return predictions
