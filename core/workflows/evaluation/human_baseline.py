"""How well people do what a model does: each judge against the consensus of the others, for the model's axes.

All recordings that two judges or more have heard are counted, not the test children's alone: no judge has learned from
any of them, and six times as many make the points that much surer. Recordings on which judges differ are among them;
in a model's curve they are missing until they are settled, so the comparison is a little kind to the model.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from cachetools import LRUCache

from core.config import settings
from core.domain.judgements import Rating
from core.metrics.human_baseline import JudgePoint as JudgePoint  # what screens draw
from core.metrics.human_baseline import MultiplyJudged, judge_points
from db import ratings, session

_POINTS: LRUCache[str, tuple[tuple[str, ...], tuple[JudgePoint, ...]]] = LRUCache(4)
_LOCK = threading.Lock()


def baseline_points() -> list[JudgePoint]:
    """A point for every judge who has a recording in common with another, those with most first."""
    with session.reading() as tx:
        key, version = settings().database, ratings.version(tx)
        with _LOCK:
            known = _POINTS.get(key)
        if known is None or known[0] != version:
            known = (version, _points(ratings.ratings(tx)))
            with _LOCK:
                _POINTS[key] = known
    return list(known[1])


def _points(every: Sequence[Rating]) -> tuple[JudgePoint, ...]:
    recordings = []
    for _, group in groupby(every, key=attrgetter("recording_id")):
        of_recording = list(group)
        if len(of_recording) > 1:
            labels = {rating.judge: not rating.label.is_rejected for rating in of_recording}
            recordings.append(MultiplyJudged(of_recording[0].child, labels))
    return tuple(judge_points(recordings))
