"""The number of recordings that a judge can still label, cached, as counting takes some milliseconds.

Counting takes kept figures and what changed since (up to 50 ms of a processor), and a figure that only says how far the
end is may be half a minute old: between two counts, what this judge has done since is taken off. Near the end, where
every one is seen, it is counted each time.
"""

from __future__ import annotations

import threading
from datetime import datetime

from cachetools import TLRUCache, cached

from core.config import settings
from core.domain.judgements import DeskSession
from db import claims, own_judgements, queue, session

COUNTED_EVERY_S = 30.0
EXACT_BELOW = 200
MOST_COUNTED = 1000  # judges and their languages
APART_S = 3.7  # judges who began together are not all counted for in the same moment


def count_remaining(tx: session.Connection, desk: DeskSession) -> int:
    """Recordings open to this judge, own claims and repeats that lie on the desk included."""
    counted, at = _counted(settings().database, desk.judge_id, desk.languages)
    if counted < EXACT_BELOW:
        counted, at = queue.count_open(tx, desk), desk.at
    done_since = own_judgements.count(tx, desk.judge_id, since=at)
    return max(0, counted - done_since) + claims.count_repeats(tx, desk.judge_id)


def _counted_until(key: tuple[str, int, tuple[str, ...]], _count: object, now: float) -> float:
    return now + COUNTED_EVERY_S - (APART_S * key[1]) % (COUNTED_EVERY_S / 2)


@cached(TLRUCache(MOST_COUNTED, ttu=_counted_until), key=lambda *key: key, lock=threading.Lock())
def _counted(_database: str, judge_id: int, languages: tuple[str, ...]) -> tuple[int, datetime]:
    """How many were open, and when."""
    at = session.now()
    with session.reading() as tx:  # a judge waits: somebody else counts changes in
        return queue.count_open(tx, DeskSession(judge_id, "", at, languages)), at
