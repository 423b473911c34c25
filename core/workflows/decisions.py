"""The stored probabilities of one model in one split, as the arrays that `core.measuring` takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.labels import Label, Split
from db import models


@dataclass(frozen=True)
class Decisions:
    """One split as one model sees it; all arrays [shape=(n,)], in the order of recordings."""

    children: np.ndarray
    labels: np.ndarray
    p: np.ndarray

    @property
    def is_accepted(self) -> np.ndarray:
        return self.labels == str(Label.ACCEPTED)


def of(tx: Any, model_id: str, split: Split) -> Decisions:
    """`tx` is an open transaction of `db.session`."""
    rows = models.decisions(tx, model_id, split)
    children, labels, p = zip(*rows, strict=True) if rows else ((), (), ())
    return Decisions(np.array(children, dtype=np.int64), np.array(labels, dtype=str), np.array(p, dtype=np.float64))
