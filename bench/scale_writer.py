"""A writer in a process of its own, as the web server is beside a worker: how long each of its writes has to wait."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.synchronize import Event

from sqlalchemy import text

from core.errors import Unavailable
from db import session

PAUSE_S, START_LIMIT_S = 0.005, 60.0


@contextmanager
def waits() -> Iterator[list[float]]:
    """Seconds of each write while the block ran; filled in when it has ended."""
    context = multiprocessing.get_context("spawn")
    has_begun, is_over, times = context.Event(), context.Event(), context.SimpleQueue()
    writer = context.Process(target=_write, args=(has_begun, is_over, times), daemon=True)
    writer.start()
    if not has_begun.wait(START_LIMIT_S):
        raise RuntimeError("The writer did not begin.")
    waited: list[float] = []
    try:
        yield waited
    finally:
        is_over.set()
        waited.extend(times.get())
        writer.join()


def _write(has_begun: Event, is_over: Event, times: multiprocessing.SimpleQueue[list[float]]) -> None:
    seconds: list[float] = []
    while not is_over.wait(PAUSE_S):
        start = time.perf_counter()
        with suppress(Unavailable), session.writing() as tx:  # who waits in vain has waited all the same
            tx.execute(text("UPDATE accounts SET is_active = is_active WHERE id = 1"))
        if has_begun.is_set():
            seconds.append(time.perf_counter() - start)
        has_begun.set()
    times.put(seconds)
