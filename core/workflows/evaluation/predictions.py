"""The stored probabilities of one model in one split, as the arrays that `core.metrics` takes.

A model never changes after it was trained, so what is computed of it is kept in this process: `kept`. It is computed
anew once probabilities have changed, as when a child is erased.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from cachetools import LRUCache

from core.config import settings
from core.domain.labels import Label, Split
from db import models

MOST_KEPT = 48

KeptT = TypeVar("KeptT")
_KEPT: LRUCache[Hashable, tuple[tuple[str, ...], Any]] = LRUCache(MOST_KEPT)
_LOCK = threading.Lock()


@dataclass(frozen=True)
class SplitPredictions:
    """One split as one model sees it; all arrays [shape=(n,)], in the order of recordings."""

    children: np.ndarray
    labels: np.ndarray
    p: np.ndarray
    recordings: np.ndarray = field(default_factory=lambda: np.array([], dtype=np.int64))

    @property
    def is_accepted(self) -> np.ndarray:
        return self.labels == str(Label.ACCEPTED)


def predictions_of_split(tx: Any, model_id: str, split: Split) -> SplitPredictions:
    """`tx` is an open transaction of `db.session`."""
    return cached(tx, model_id, ("decisions", split), lambda: _read(tx, model_id, split))


def cached(tx: Any, model_id: str, what: Hashable, compute: Callable[[], KeptT]) -> KeptT:
    """What was computed of a model, computed once; nobody may change it.

    Parameters
    ----------
    what : names it, with everything it depends on besides the model
    """
    key, version = (settings().database, model_id, what), models.version_of(tx, model_id)
    with _LOCK:
        known = _KEPT.get(key)
    if known is not None and known[0] == version:
        return known[1]
    value = compute()  # in the transaction that read the version: the two belong together
    with _LOCK:
        _KEPT[key] = (version, value)
    return value


def _read(tx: Any, model_id: str, split: Split) -> SplitPredictions:
    rows = models.decisions(tx, model_id, split)
    recordings, children, labels, p = zip(*rows, strict=True) if rows else ((), (), (), ())
    found = SplitPredictions(
        np.array(children, dtype=np.int64),
        np.array(labels, dtype=str),
        np.array(p, dtype=np.float64),
        np.array(recordings, dtype=np.int64),
    )
    for one in (found.children, found.labels, found.p, found.recordings):
        one.setflags(write=False)
    return found
