"""Scorers of one model: so many processes at once, each replaced when it is lost or has grown.

Any thread may ask. A recording whose scorer is killed goes to another one, once.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from core.errors import EarshotError, Unavailable
from core.workflows.serving import scorer_figures
from core.workflows.serving.scored_sound import ScoredSound
from core.workflows.serving.scorer_order import ScorerOrder
from core.workflows.serving.scorer_process import ScorerLost, ScorerProcess

LOG = logging.getLogger("earshot")
PATIENCE_S = 60.0
START_AGAIN_S = (0.0, 0.5, 2.0, 5.0)  # after the first start that failed, the second, ...; the last one from then on
LOST_TWICE = "The process that decided on the recording was lost, twice; try again."


class ScorerPool:
    """`start` begins with the first process; `close` ends all of them."""

    def __init__(
        self, order: ScorerOrder, *, processes: int, load: Callable[[ScorerOrder], ScorerProcess] = ScorerProcess
    ) -> None:
        self.order, self._wanted, self._load = order, processes, load
        self._changed = threading.Condition()
        self._free: deque[ScorerProcess] = deque()
        self._alive: set[ScorerProcess] = set()
        self._worn: set[ScorerProcess] = set()  # serve until their successors are ready
        self._n_users = 0
        self._trouble = ""
        self._is_closed = False

    def start(self) -> None:
        """Start the first process and wait for it; the others follow.

        Raises
        ------
        Refused, Unavailable
            The model cannot be loaded, or no process starts.
        """
        self._add(self._load(self.order))
        for _ in range(self._wanted - 1):
            self._in_background(self._start_another)

    @property
    def n_alive(self) -> int:
        return len(self.pids)

    @property
    def pids(self) -> list[int]:
        """Of the processes that are alive."""
        with self._changed:
            return [process.pid for process in self._alive if process.is_alive]

    @property
    def trouble(self) -> str:
        """Why no process can be started at present; empty while all is well."""
        return self._trouble

    def score(self, data: bytes, *, deadline_s: float | None = None) -> ScoredSound:
        """The answer to one recording, by the next process that is free.

        deadline_s : of `time.monotonic`; a recording that still waits then is given up

        Raises
        ------
        UndecodableAudio
            The recording cannot be used.
        TimeoutError
            No process was free before the deadline.
        Unavailable
            Its processes were lost twice, or none is there and none can be started.
        """
        for _ in range(2):
            with contextlib.suppress(ScorerLost):
                return self._score_once(self._take(deadline_s), data)
        raise Unavailable(LOST_TWICE)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """While it is, `retire` waits."""
        with self._changed:
            self._n_users += 1
        try:
            yield
        finally:
            with self._changed:
                self._n_users -= 1
                self._changed.notify_all()

    def mend(self) -> None:
        """Replace what died while nobody asked it."""
        with self._changed:
            dead = [process for process in self._free if not process.is_alive]
            self._free = deque(process for process in self._free if process.is_alive)
        for process in dead:
            self._replace(process, "killed")

    def retire(self) -> None:
        """End the processes once it is not in use any more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._n_users)
        self.close()

    def close(self) -> None:
        """End all processes, busy or not."""
        with self._changed:
            self._is_closed = True
            ending, self._alive = self._alive, set()
            self._free.clear()
            self._changed.notify_all()
        for process in ending:
            process.end()

    def _score_once(self, process: ScorerProcess, data: bytes) -> ScoredSound:
        try:
            answer = process.score(data)
        except EarshotError:
            self._give_back(process) if process.is_alive else self._replace(process, "crashed")
            raise
        except BaseException:
            self._replace(process, "lost")
            raise
        scorer_figures.WORK_S.observe(answer.seconds)
        self._give_back(process)
        return answer.sound

    def _take(self, deadline_s: float | None) -> ScorerProcess:
        begun = time.monotonic()
        until = begun + PATIENCE_S if deadline_s is None else min(begun + PATIENCE_S, deadline_s)
        while True:
            with self._changed:
                is_there = self._changed.wait_for(
                    lambda: self._free or self._is_closed or self._is_hopeless, max(0.0, until - time.monotonic())
                )
                process = self._free.popleft() if self._free else None
            if process is None:
                raise self._unanswered(deadline_s, is_there)
            if process.is_alive:
                scorer_figures.WAIT_S.observe(time.monotonic() - begun)
                return process
            self._replace(process, "killed")

    @property
    def _is_hopeless(self) -> bool:
        return not self._alive and bool(self._trouble)

    def _unanswered(self, deadline_s: float | None, is_there: object) -> Exception:
        if self._is_closed:
            return Unavailable("The server is ending; try again in a moment.")
        if self._is_hopeless:
            return Unavailable(
                "No process that decides on recordings can be started: {trouble}",
                trouble=self._trouble,
            )
        if deadline_s is not None and not is_there:
            return TimeoutError()
        return Unavailable("All processes that decide on recordings are busy; try again.")

    def _give_back(self, process: ScorerProcess) -> None:
        scorer_figures.RESIDENT_MB.set(process.resident_mb)
        if process.has_grown and process not in self._worn:
            self._worn.add(process)
            scorer_figures.RESTARTS.labels("memory").inc()
            self._in_background(self._succeed, process)
        with self._changed:
            if process in self._alive:
                self._free.append(process)
                self._changed.notify()
                return
        process.end()

    def _succeed(self, worn: ScorerProcess) -> None:
        """Start the successor of a process that has grown, and end that one when it is free."""
        self._start_another()
        with self._changed:
            self._alive.discard(worn)  # if it is busy, it is ended when it comes back
            self._worn.discard(worn)
            is_free = worn in self._free
            if is_free:
                self._free.remove(worn)
        if is_free:
            worn.end()

    def _replace(self, process: ScorerProcess, reason: str) -> None:
        scorer_figures.RESTARTS.labels(reason).inc()
        with self._changed:
            self._alive.discard(process)
            is_succeeded = process in self._worn
        process.end()
        if not is_succeeded:
            self._in_background(self._start_another)

    def _start_another(self) -> None:
        """Until it succeeds, or the pool is closed."""
        n_failed = 0
        while not self._is_closed:
            try:
                self._add(self._load(self.order))
            except (EarshotError, OSError) as error:
                LOG.warning("A scorer cannot be started: %s", error)
                n_failed += 1
                with self._changed:
                    if n_failed > 1:  # one may have been killed while it started
                        self._trouble = str(error)
                        self._changed.notify_all()
                    wait_s = START_AGAIN_S[min(n_failed, len(START_AGAIN_S)) - 1]
                    self._changed.wait_for(lambda: self._is_closed, wait_s)
            else:
                return

    def _add(self, process: ScorerProcess) -> None:
        with self._changed:
            if not self._is_closed:
                self._trouble = ""
                self._alive.add(process)
                self._free.append(process)
                self._changed.notify()
                return
        process.end()

    def _in_background(self, work: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, name="scorer", daemon=True).start()
