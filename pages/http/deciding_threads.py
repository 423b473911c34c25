"""Threads that wait for decisions: of their own, so that a rush for decisions keeps nobody else waiting.

There are more of them than requests may wait for a scorer; so one that is too many is refused, and does not queue here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from core.config import settings

BEYOND = 16  # threads that refuse, read and write meanwhile

ResultT = TypeVar("ResultT")


async def run(work: Callable[[], ResultT]) -> ResultT:
    """What it gives; given up, and left to its thread, when whoever waits is cancelled."""
    limiter = _limiter(settings().scorers + settings().scorer_queue + BEYOND)
    return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=limiter)


@lru_cache(maxsize=4)
def _limiter(n_threads: int) -> CapacityLimiter:
    return CapacityLimiter(n_threads)
