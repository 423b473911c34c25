"""How often a key may ask: a bucket of tokens a key, in this process. It refills evenly and holds a minute's worth."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from core.domain.api_keys import ApiKey
from core.errors import RateExceeded

MOST_REMEMBERED = 10_000
MINUTE_S = 60.0


@dataclass(frozen=True)
class _Bucket:
    tokens: float
    at_s: float


_buckets: LRUCache[tuple[int, datetime], _Bucket] = LRUCache(MOST_REMEMBERED)
_lock = threading.Lock()


def take(key: ApiKey, *, clock_s: Callable[[], float] = time.monotonic) -> None:
    """Count one request of a key.

    Raises
    ------
    RateExceeded
        It asks more often than it may; the error says after how many seconds to ask again.
    """
    capacity, now_s = float(key.limits.per_minute), clock_s()
    whose = (key.id, key.created_at)  # after a restore a number may be another key's
    with _lock:
        before = _buckets.get(whose, _Bucket(capacity, now_s))
        tokens = min(capacity, before.tokens + (now_s - before.at_s) * capacity / MINUTE_S)
        if tokens < 1:
            raise RateExceeded(
                f"This key may ask {key.limits.per_minute} times a minute; ask again later.",
                retry_after_s=(1 - tokens) * MINUTE_S / capacity,
            )
        _buckets[whose] = _Bucket(tokens - 1, now_s)
