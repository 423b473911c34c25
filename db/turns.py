"""Whose turn it is among the threads of one process: first come, first served.

`threading.Lock` lets whoever comes along overtake those who wait; with eight writers at once the unluckiest then waits
three times as long.
"""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """A lock that is handed on to whoever has waited longest."""

    def __init__(self) -> None:
        self._state = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_held = False

    def acquire(self, *, timeout_s: float) -> bool:
        """Wait for the turn; False when it did not come in time."""
        turn = threading.Lock()
        with self._state:
            if not self._is_held:
                self._is_held = True
                return True
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout_s):
            return True
        with self._state:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it came in the very last moment

    def release(self) -> None:
        """End the turn: the next is whoever has waited longest."""
        with self._state:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_held = False
