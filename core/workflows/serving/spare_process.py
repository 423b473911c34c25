"""A process that waits for its model, so that a scorer is there in a fraction of the time when one is needed."""

from __future__ import annotations

import threading

from core.errors import Unavailable
from core.piped_process import PipedProcess
from core.workflows.serving import scorer_process
from core.workflows.serving.scorer_order import ScorerOrder
from core.workflows.serving.scorer_process import ScorerProcess


class SpareProcess:
    """One at a time; each that is taken is followed by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: PipedProcess | None = None
        self._is_closed = False

    def load(self, order: ScorerOrder) -> ScorerProcess:
        """A scorer with its model loaded, by the process that waits where there is one; raises as `ScorerProcess`."""
        with self._lock:
            taken, self._waiting = self._waiting, None
        try:
            return self._loaded(order, taken)
        finally:
            self._prepare()

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            ending, self._waiting = self._waiting, None
        if ending is not None:
            ending.end()

    def _loaded(self, order: ScorerOrder, taken: PipedProcess | None) -> ScorerProcess:
        if taken is not None and taken.is_alive:
            try:
                return ScorerProcess(order, taken)
            except Unavailable:  # killed just now
                return ScorerProcess(order)
        if taken is not None:
            taken.end()
        return ScorerProcess(order)

    def _prepare(self) -> None:
        with self._lock:
            if self._waiting is None and not self._is_closed:
                self._waiting = scorer_process.start_without_model()
