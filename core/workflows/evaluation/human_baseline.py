"""How well people do what a model does: each judge against the consensus of the others, for the model's axes.

All recordings that two judges or more have heard are counted, not the test children's alone: no judge has learned from
any of them, and six times as many make the points that much surer. Recordings on which judges differ are among them;
in a model's curve they are missing until they are settled, so the comparison is a little kind to the model.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from core.config import settings
from core.metrics.human_baseline import JudgePoint, MultiplyJudged, judge_points
from db import ratings, session


def baseline_points() -> list[JudgePoint]:
    """A point for every judge who has a recording in common with another, those with most first."""
    with session.reading() as tx:
        version = ratings.version(tx)
    return list(_points(settings().database, version))


@lru_cache(maxsize=4)
def _points(_database: str, _version: tuple[int, ...]) -> tuple[JudgePoint, ...]:
    with session.reading() as tx:
        said = ratings.ratings(tx)
    recordings = []
    for _, ones in groupby(said, key=attrgetter("recording_id")):
        opinions = list(ones)
        if len(opinions) > 1:
            recordings.append(
                MultiplyJudged(opinions[0].child, {one.judge: not one.label.is_rejected for one in opinions})
            )
    return tuple(judge_points(recordings))
