"""A short queue for all that hashes a password: few at once, some waiting, and the others are told to come back.

A hash takes 64 MiB and all cores for a moment. A hundred strangers who sign in at once must not slow down the judges.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from core.errors import Unavailable

AT_ONCE = 1
MOST_WAITING = 12

_P = ParamSpec("_P")
_T = TypeVar("_T")

_limiter: CapacityLimiter | None = None
_present = 0


async def run(work: Callable[_P, _T], *arguments: _P.args, **options: _P.kwargs) -> _T:
    """Do it in a thread when its turn comes.

    Raises
    ------
    Unavailable
        So many wait already that nobody should wait behind them.
    """
    global _limiter, _present
    if _present >= AT_ONCE + MOST_WAITING:
        raise Unavailable("Too many people sign in at this moment. Try again in a few seconds.")
    if _limiter is None:
        _limiter = CapacityLimiter(AT_ONCE)
    _present += 1
    try:
        return await to_thread.run_sync(partial(work, *arguments, **options), limiter=_limiter)
    finally:
        _present -= 1
