"""The human baseline: each judge against the consensus of the others, on the axes of a model's curve.

All recordings that two judges or more have labelled are counted, not the test children's alone: no judge has learned
from any of them, and six times as many make the points that much surer. Recordings on which judges differ are among
them; in a model's curve they are missing until staff decide, so the comparison is a little kind to the model.
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
            entry = _POINTS.get(key)
        if entry is None or entry[0] != version:
            entry = (version, _points(ratings.ratings(tx)))
            with _LOCK:
                _POINTS[key] = entry
    return list(entry[1])


def _points(all_ratings: Sequence[Rating]) -> tuple[JudgePoint, ...]:
    """`all_ratings` are in the order of their recordings."""
    recordings = []
    for _, group in groupby(all_ratings, key=attrgetter("recording_id")):
        of_recording = list(group)
        if len(of_recording) > 1:
            accepted_by = {rating.judge: not rating.label.is_rejected for rating in of_recording}
            recordings.append(MultiplyJudged(of_recording[0].child, accepted_by))
    return tuple(judge_points(recordings))
