"""Until when a request wants its answer: what works for it gives up then."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline_s: ContextVar[float | None] = ContextVar("deadline_s", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """What runs inside, and in threads that it waits for, has so long; None: as long as it takes."""
    token = _deadline_s.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline_s.reset(token)


def current_s() -> float | None:
    """The deadline as a time of `time.monotonic`; None where there is none."""
    return _deadline_s.get()
