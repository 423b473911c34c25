"""The scorers of this process: a bounded queue before a pool, which another pool takes over without a gap.

Another model is loaded first, in processes of its own; then it takes over, and those of before end when they have
answered. A request is answered by one model from its first recording to its last.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from core.errors import DeadlinePassed, QueueFull, Unavailable, UndecodableAudio
from core.workflows.serving import scorer_figures
from core.workflows.serving.scored_sound import ScoredSound
from core.workflows.serving.scorer_order import ScorerOrder
from core.workflows.serving.scorer_pool import ScorerPool
from core.workflows.serving.spare_process import SpareProcess

LOG = logging.getLogger("earshot")
LEAST_RETRY_S = 1.0
USUAL_REQUEST_S = 0.1  # before any was answered
SMOOTHING = 0.05


class WarmScorers:
    """processes : of each model; queue : requests that may wait beside those that are answered"""

    def __init__(self, *, processes: int, queue: int) -> None:
        self._processes, self._most = processes, processes + queue
        self._lock = threading.Lock()
        self._switching = threading.Lock()
        self._spare = SpareProcess()
        self._pool: ScorerPool | None = None
        self._n_admitted = 0
        self._request_s = USUAL_REQUEST_S
        self._is_closed = False

    @property
    def model_id(self) -> str | None:
        """Which model is loaded; None before the first one."""
        pool = self._pool
        return None if pool is None else pool.order.model_id

    @property
    def pool(self) -> ScorerPool | None:
        return self._pool

    def switch_to(self, order: ScorerOrder) -> None:
        """Load a model and let it take over; what was loaded before stays, where that fails.

        Raises
        ------
        Refused, Unavailable
            The model cannot be loaded; the message says why.
        """
        with self._switching:
            new = ScorerPool(order, processes=self._processes, load=self._spare.load)
            new.start()
            with self._lock:
                is_late = self._is_closed
                old, self._pool = (None, None) if is_late else (self._pool, new)
            if is_late:
                new.close()
                return
            scorer_figures.SWAPS.inc()
            LOG.info("Scorers are loaded with %s.", order.model_id)
            if old is not None:
                threading.Thread(target=old.retire, name="scorer", daemon=True).start()

    def unload(self) -> None:
        """End what is loaded, when it has answered: nothing decides."""
        with self._switching, self._lock:
            old, self._pool = self._pool, None
        if old is not None:
            threading.Thread(target=old.retire, name="scorer", daemon=True).start()

    def mend(self) -> None:
        """Replace processes that died while nobody asked them."""
        pool = self._pool
        if pool is not None:
            pool.mend()
            scorer_figures.PROCESSES.set(pool.n_alive)

    @contextlib.contextmanager
    def admitted(self) -> Iterator[None]:
        """A place in the queue.

        Raises
        ------
        QueueFull
            As many requests as may are waiting already.
        """
        with self._lock:
            if self._n_admitted >= self._most:
                scorer_figures.REFUSALS.labels("queue full").inc()
                wait_s = max(LEAST_RETRY_S, self._n_admitted * self._request_s / self._processes)
                raise QueueFull("More is asked than can be answered just now; ask again later.", retry_after_s=wait_s)
            self._n_admitted += 1
            scorer_figures.WAITING.set(self._n_admitted)
        begun = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._n_admitted -= 1
                scorer_figures.WAITING.set(self._n_admitted)
                self._request_s += SMOOTHING * (time.monotonic() - begun - self._request_s)

    @contextlib.contextmanager
    def pool_in_use(self) -> Iterator[ScorerPool]:
        """The pool in force, which stays until the block is left.

        Raises
        ------
        Unavailable
            No model is loaded.
        """
        with contextlib.ExitStack() as stack:
            with self._lock:
                pool = self._pool
                if pool is None:
                    raise Unavailable("No model is loaded that could decide; try again in a moment.")
                stack.enter_context(pool.in_use())
            yield pool

    def score(
        self, pool: ScorerPool, recordings: Sequence[bytes], deadline_s: float | None
    ) -> list[ScoredSound | UndecodableAudio]:
        """The answers of a pool, in the order of the recordings; why not, for those that cannot be used.

        A request with many recordings takes as many processes as there are, never more, so that others get between.

        Raises
        ------
        DeadlinePassed, Unavailable
            For all of them: see `ScorerPool.score`.
        """
        score = partial(_answer, pool, deadline_s)
        try:
            if len(recordings) == 1:
                return [score(recordings[0])]
            with ThreadPoolExecutor(min(len(recordings), self._processes) or 1, "scoring") as threads:
                return list(threads.map(score, recordings))
        except TimeoutError:
            scorer_figures.REFUSALS.labels("deadline").inc()
            raise DeadlinePassed("The deadline passed before a process was free to decide.") from None

    def close(self) -> None:
        """End every process; what is being loaded ends, too."""
        with self._lock:
            self._is_closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()
        self._spare.close()


def _answer(pool: ScorerPool, deadline_s: float | None, data: bytes) -> ScoredSound | UndecodableAudio:
    try:
        return pool.score(data, deadline_s=deadline_s)
    except UndecodableAudio as error:
        return error
