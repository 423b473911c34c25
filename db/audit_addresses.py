"""The network address that an entry of the audit log names: where the request comes from that is being answered."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

MAX_LENGTH = 45

# where the request comes from that this thread answers; set by `audit_log.acting_from`
request_address: ContextVar[str] = ContextVar("request_address", default="")
_sources: list[Callable[[], str]] = []


def take_address_from(source: Callable[[], str]) -> None:
    """Ask `source` as well, from here on, where no request of this thread is known; it gives "" where there is none."""
    if source not in _sources:
        _sources.append(source)


def current() -> str:
    """The address of the request that is being answered; "" where there is none."""
    return request_address.get() or next((address for source in _sources if (address := source())), "")


def shortened(address: str) -> str:
    """An address as its column takes it."""
    return address[:MAX_LENGTH]
