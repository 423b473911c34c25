"""What all judges together did today, beside the target of the day: counts, of nobody alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from cachetools import TTLCache, cached

from core.config import settings
from core.workflows.annotation import protocols
from db import session, team_progress

COUNTED_EVERY_S = 20.0
MOST_DAYS = 64  # judges in other time zones have other days


@dataclass(frozen=True)
class TeamProgress:
    """`done_today`: labels of all judges since the judge's midnight, some seconds old; `target`: of a day, 0: none."""

    done_today: int
    target: int


def of_today(day_began_at: datetime) -> TeamProgress:
    """The team's day, as a judge sees it."""
    return TeamProgress(_counted(settings().database, day_began_at), protocols.team()[1].daily_target)


@cached(TTLCache(MOST_DAYS, ttl=COUNTED_EVERY_S), lock=threading.Lock())
def _counted(_database: str, since: datetime) -> int:
    with session.reading() as tx:
        return team_progress.count_labels(tx, since=since)
