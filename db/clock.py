"""The time that the tables get: never before a time that was written already, however the machine's clock is set.

A clock that is set back would let claims and sign-ins live longer, and make what came later look older. While a process
lives it then counts on by the seconds that passed; at its start it begins no earlier than the newest row.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from db.schema import audit, jobs, judgements, sign_ins

_NEWEST = (
    select(audit.c.at).order_by(audit.c.id.desc()).limit(1),
    select(judgements.c.decided_at).order_by(judgements.c.id.desc()).limit(1),
    select(func.max(func.coalesce(sign_ins.c.used_at, sign_ins.c.created_at))),
    select(func.max(jobs.c.heartbeat_at)),
)
TOLERANCE = timedelta(seconds=1)  # as clocks are corrected by small steps all the time
BELIEVED_AHEAD = timedelta(days=1)  # rows of a later time come from a clock that was wrong by more

log = logging.getLogger("earshot")


class SteadyClock:
    """A clock that follows the machine's forward, and stands a step back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at, self._counted_s = datetime.min, 0.0
        self._is_ahead = False

    def now(self) -> datetime:
        """The time in UTC, without a zone, to the microsecond."""
        with self._lock:
            wall, counted_s = self._wall(), self._monotonic_s()
            if self._at == datetime.min:
                self._at, self._counted_s = wall, counted_s
                return wall
            expected = self._at + timedelta(seconds=counted_s - self._counted_s)
            is_ahead = wall < expected - TOLERANCE
            if is_ahead and not self._is_ahead:
                log.warning("The clock of this machine was set back by %s; Earshot counts on.", expected - wall)
            self._is_ahead = is_ahead
            if is_ahead:
                return expected
            self._at, self._counted_s = max(wall, self._at), counted_s
            return self._at

    def begin_after(self, newest: datetime) -> None:
        """Begin no earlier than the newest row; one that is more than a day ahead is not believed."""
        wall = self.now()
        if newest <= wall:
            return
        if newest - wall > BELIEVED_AHEAD:
            log.warning("The newest row is of %s, and this machine's clock says %s. Is it right?", newest, wall)
            return
        with self._lock:
            self._at, self._counted_s = newest, self._monotonic_s()

    def _wall(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)

    def _monotonic_s(self) -> float:
        return time.monotonic()


_clock = SteadyClock()


def now() -> datetime:
    """The time in UTC, without a zone, to the microsecond, as the tables keep it."""
    return _clock.now()


def begin_after_newest_row(tx: Connection) -> None:
    """Begin no earlier than what was written last, as when the clock was set back before a start."""
    newest = [tx.execute(query).scalar() for query in _NEWEST]
    _clock.begin_after(max((at for at in newest if at is not None), default=datetime.min))


def forget() -> None:
    """Follow the machine's clock again, as a new process does."""
    global _clock
    _clock = SteadyClock()
