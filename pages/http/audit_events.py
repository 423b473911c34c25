"""Events at the web rim for the audit log, so that a flood of them is a few entries and not a flood.

Within a minute the first events of a kind by the same person from the same address are recorded at once and in full.
Those beyond are counted, and when the minute is over a further entry says how many there were: none is lost, and
nobody fills the database by asking again and again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from anyio import to_thread
from starlette.requests import HTTPConnection

from core.config import settings
from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.api_keys import ApiKey
from core.domain.audit import AuditAction
from core.errors import Unavailable
from core.workflows.accounts import audit_log
from pages.http.origin import client_address

WINDOW_S = 60.0
IN_FULL: Mapping[AuditAction, int] = {
    AuditAction.FETCH_RECORDING: 1,  # of the same recording: a browser fetches it in many parts
    AuditAction.REFUSE: 20,
    AuditAction.SIGN_IN_FAILED: 20,
}
PER_SUBJECT = frozenset({AuditAction.FETCH_RECORDING})  # the others are counted together, whatever they are about


@dataclass(frozen=True)
class EventKind:
    """What is counted together."""

    database: str
    actor: Actor | None
    action: AuditAction
    subject: str
    address: str


@dataclass
class EventCount:
    began_at_s: float = field(default_factory=time.monotonic)
    recorded: int = 0
    more: int = 0

    @property
    def is_over(self) -> bool:
        return time.monotonic() - self.began_at_s >= WINDOW_S


_counts: dict[EventKind, EventCount] = {}
_lock = threading.Lock()


async def record(
    connection: HTTPConnection,
    action: AuditAction,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    *,
    account: Account | None = None,
    is_needed: bool = False,
) -> None:
    """Record what a request did, or count it where the same came many times before.

    Parameters
    ----------
    account : None for somebody who is not signed in.
    is_needed : nothing may happen that is not recorded.

    Raises
    ------
    Unavailable
        Only with `is_needed`: the database does not answer.
    """
    actor = _actor(connection, account)
    work = to_thread.run_sync(record_event, actor, action, subject, detail or {}, client_address(connection))
    if is_needed:
        await work
        return
    with suppress(Unavailable):
        await work


def _actor(connection: HTTPConnection, account: Account | None) -> Actor | None:
    """Who asks: the program whose key the guard found, or the person who is signed in; None for a stranger."""
    key = connection.scope.get("state", {}).get("key")
    if isinstance(key, ApiKey):
        return Actor.of_key(key)
    return None if account is None else Actor.of(account)


def record_event(
    actor: Actor | None, action: AuditAction, subject: str, detail: Mapping[str, object], address: str
) -> None:
    """The same for whoever has no request at hand."""
    kind = EventKind(settings().database, actor, action, subject if action in PER_SUBJECT else "", address)
    with _lock:
        ended = _counts.pop(kind) if kind in _counts and _counts[kind].is_over else None
        count = _counts.setdefault(kind, EventCount())
        is_recorded = count.recorded < IN_FULL.get(action, 1_000_000)
        count.recorded += is_recorded
        count.more += not is_recorded
    if ended is not None:
        _record_count(kind, ended)
    if is_recorded:
        audit_log.record_event(actor, action, subject, detail, address=address)


def store_counts(*, is_last: bool = False) -> None:
    """Record how many events were only counted, for each minute that is over; with `is_last` for all.

    Raises
    ------
    Unavailable
        The database does not answer; what is not recorded is recorded the next time.
    """
    with _lock:
        ended = {kind: count for kind, count in _counts.items() if count.is_over or is_last}
    for kind, count in ended.items():
        if kind.database == settings().database:
            _record_count(kind, count)
        with _lock:
            _counts.pop(kind, None)


def _record_count(kind: EventKind, count: EventCount) -> None:
    if count.more:
        audit_log.record_event(kind.actor, kind.action, kind.subject, {"more": count.more}, address=kind.address)
