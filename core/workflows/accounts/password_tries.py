"""Tries of a password: who asks from where, and which failures are counted."""

from __future__ import annotations

from dataclasses import dataclass

from core.workflows.accounts import passwords
from core.workflows.accounts.passwords import (
    PATIENCE,
    PATIENCE_WITH_ADDRESS,
    PATIENCE_WITH_NAME,
)
from core.workflows.accounts.tries import TryCounter


@dataclass(frozen=True)
class Source:
    """From where a sign-in is tried.

    address : of whoever asks; empty: not known, such as on the command line.
    device : of a browser in which this person signed in before; empty for every other.
    """

    address: str = ""
    device: str = ""


UNKNOWN_SOURCE = Source()


def counters_of(name: str, source: Source) -> list[TryCounter]:
    """Where failures of this name from this source are counted.

    On a remembered device only there, so that nobody else can make its owner wait. Otherwise by name and address
    together, by address alone and by name alone: a stranger slows down the own address, and nobody else's.
    """
    if source.device:
        return [TryCounter(passwords.hash_name(f"{name}|device {source.device}"), PATIENCE, is_cleared=True)]
    if not source.address:
        return [TryCounter(passwords.hash_name(name), PATIENCE, is_cleared=True)]
    return [
        TryCounter(passwords.hash_name(f"{name}|address {source.address}"), PATIENCE, is_cleared=True),
        TryCounter(passwords.hash_name(f"|address {source.address}"), PATIENCE_WITH_ADDRESS, is_cleared=False),
        TryCounter(passwords.hash_name(f"{name}|anywhere"), PATIENCE_WITH_NAME, is_cleared=False),
    ]
