"""How much of each sound the server has sent to each judge: an upper bound of what the judge can have heard.

Noted in this process with every answer, without waiting for the database, and stored every second together: a label is
sent many times a second, and a write for each sound would slow them all.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from core.config import settings
from core.errors import Unavailable
from core.workflows.annotation.desk_preferences import FASTEST
from db import desk_recordings, session
from db.desk_recordings import SoundDelivery

STORE_EVERY_S = 1.0
MOST_REMEMBERED = 20_000
MOST_SPANS = 256
CLOCKS_DIFFER_S = 0.25
HEADER_SHARE = 0.02  # of a file: what may be missing of its bytes when all of its sound was sent

Key = tuple[str, int, int]  # database, account, recording


@dataclass
class _Sent:
    """The parts of one file that were sent: spans of bytes that do not touch each other, in order."""

    first_at: datetime
    size: int
    spans: list[tuple[int, int]]

    @property
    def share(self) -> float:
        return sum(stop - start for start, stop in self.spans) / self.size if self.size else 1.0

    def add(self, part: range) -> None:
        if len(self.spans) >= MOST_SPANS:
            return  # no player fetches a file in so many pieces; the bound then stays lower
        merged: list[tuple[int, int]] = []
        for start, stop in sorted([*self.spans, (part.start, part.stop)]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
            else:
                merged.append((start, stop))
        self.spans = merged


_sent: LRUCache[Key, _Sent] = LRUCache(MOST_REMEMBERED)
_waiting: set[Key] = set()
_lock = threading.Lock()


def note(account_id: int, recording_id: int, part: range, size: int) -> None:
    """These bytes of a file of that size were sent to this account now."""
    key = (settings().database, account_id, recording_id)
    with _lock:
        known = _sent.get(key)
        if known is None:
            known = _sent[key] = _Sent(session.now(), size, [])
        known.add(part)
        _waiting.add(key)


def store() -> int:
    """Store what was sent since the last time; how many recordings there were.

    Raises
    ------
    Unavailable
        The database does not answer; what is not stored is stored the next time.
    """
    database = settings().database
    with _lock:
        keys = [key for key in _waiting if key[0] == database]
        batch = {key[1:]: SoundDelivery(_sent[key].first_at, _sent[key].share) for key in keys if key in _sent}
        _waiting.difference_update(keys)
    if not batch:
        return 0
    try:
        with session.writing() as tx:
            desk_recordings.store_deliveries(tx, batch)
    except Unavailable:
        with _lock:
            _waiting.update(keys)
        raise
    return len(batch)


def believed_s(
    judge_id: int, recording_id: int, claimed_s: float | None, duration_s: float, stored: SoundDelivery | None
) -> float | None:
    """The seconds that a judge claims to have heard, cut to what this judge can have heard; None stays None.

    stored : what was sent of the recording to this judge, as far as it is stored.
    """
    if not claimed_s:
        return claimed_s
    return min(claimed_s, _heard_at_most_s(_delivery(judge_id, recording_id, stored), duration_s))


def _heard_at_most_s(delivery: SoundDelivery | None, duration_s: float) -> float:
    """Seconds of a recording that a judge can have heard by now.

    No more than what its bytes hold that were sent, and no more than the time since the first of them was sent allows
    at the fastest speed of the desk.
    """
    if delivery is None:
        return 0.0
    share = 1.0 if delivery.share >= 1.0 - HEADER_SHARE else delivery.share
    since_s = max(0.0, (session.now() - delivery.first_sent_at).total_seconds()) + CLOCKS_DIFFER_S
    return min(share * duration_s + CLOCKS_DIFFER_S, since_s * FASTEST)


def _delivery(judge_id: int, recording_id: int, stored: SoundDelivery | None) -> SoundDelivery | None:
    with _lock:
        known = _sent.get((settings().database, judge_id, recording_id))
        now = None if known is None else SoundDelivery(known.first_at, known.share)
    if now is None or stored is None:
        return now or stored
    return SoundDelivery(min(now.first_sent_at, stored.first_sent_at), max(now.share, stored.share))
