"""Tries of secrets that people type, counted before they are looked at: a hundred at once are a hundred failures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.errors import NotAllowed
from core.translation import mark, translate
from core.workflows.accounts.passwords import PATIENCE, RetryDelay
from db import accounts, session, sign_ins

SHOWN_IN_MINUTES_S = 120


@dataclass(frozen=True)
class TryCounter:
    """Under which key failures are counted, and how patient it is."""

    key: str
    patience: RetryDelay
    is_cleared: bool  # by what was right


def begin(tx: session.Connection, counters: Sequence[TryCounter], speaks: str) -> None:
    """Count a try as failed, until `succeed`.

    Raises
    ------
    NotAllowed
        There were too many; the message says how long to wait. This try is not counted.
    """
    accounts.lock_accounts(tx)
    counted = [(counter, *sign_ins.failures(tx, counter.key)) for counter in counters]
    waits_s = [
        counter.patience.wait_s(failures) - (session.now() - last_failed_at).total_seconds()
        for counter, failures, last_failed_at in counted
        if last_failed_at is not None
    ]
    _demand_patience(max(waits_s, default=0.0), speaks)
    for counter, failures, _ in counted:
        sign_ins.set_failures(tx, counter.key, failures + 1)
    sign_ins.forget(tx, before=session.now() - timedelta(days=PATIENCE.forgotten_after_days))


def succeed(tx: session.Connection, counters: Sequence[TryCounter]) -> None:
    """The try that began last was right."""
    for counter in counters:
        failures, _ = sign_ins.failures(tx, counter.key)
        sign_ins.set_failures(tx, counter.key, 0 if counter.is_cleared else max(0, failures - 1))


def _demand_patience(wait_s: float, speaks: str) -> None:
    if wait_s <= 0:
        return
    seconds = math.ceil(wait_s)
    if seconds < SHOWN_IN_MINUTES_S:
        words = mark("Too many wrong passwords in a row for this name. Wait {seconds} seconds, then try again.")
        raise NotAllowed(translate(speaks, words, seconds=seconds))
    words = mark("Too many wrong passwords in a row for this name. Wait {minutes} minutes, then try again.")
    raise NotAllowed(translate(speaks, words, minutes=math.ceil(seconds / 60)))
