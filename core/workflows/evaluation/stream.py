"""AM on the stream as it is: recordings on which judges disagree are in the denominator, half by each judgement.

The figures of a model are measured on recordings that judges agree on; this one stands beside them. It moves as judges
go on, so it is read anew every five minutes, and never while a handle is dragged.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from cachetools import TTLCache, cached

from core.arrays import Float64Array
from core.config import settings
from core.domain.labels import Split
from core.metrics import whole_stream
from core.workflows.evaluation.threshold_sweep import ThresholdSweep
from db import session, stream

READ_AGAIN_S = 300.0


@dataclass(frozen=True)
class StreamVotes:
    """Judged recordings of a split: the share of their judges that say Accepted, and p; both [shape=(n,)]."""

    votes: Float64Array
    p: Float64Array

    @property
    def n_disagreed(self) -> int:
        return int(((self.votes > 0) & (self.votes < 1)).sum())

    def am_at(self, threshold: float) -> float:
        """AM of the stream; NaN without a disagreement that the model has a p of, as nothing is known of it then."""
        return whole_stream.am_at(self.votes, self.p, threshold) if self.n_disagreed else float("nan")


def votes_of_split(model_id: str, split: Split) -> StreamVotes:
    """The judged recordings of the children of a split that a model has a p of."""
    return _read(settings().database, model_id, split)


def am_of_points(model_id: str, split: Split, sweep: ThresholdSweep) -> list[float]:
    """AM of the stream at each point of a sweep."""
    votes = votes_of_split(model_id, split)
    return [votes.am_at(point.threshold) for point in sweep.points]


@cached(TTLCache(32, ttl=READ_AGAIN_S), lock=threading.Lock())
def _read(_database: str, model_id: str, split: Split) -> StreamVotes:
    with session.reading() as tx:
        rows = stream.votes_of_split(tx, model_id, split)
    return StreamVotes(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]))
