"""Requests that come twice, at once, or after a crash; and keys that ask too often."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.domain.api_keys import KeyLimits
from core.errors import Conflict, RateExceeded, Refused
from core.workflows.accounts import repeated_requests, request_rates
from core.workflows.accounts.repeated_requests import answer_once, fingerprint
from db import session
from db.schema import repeated_requests as table
from tests.programs import key

pytestmark = pytest.mark.usefixtures("database")
SAME = fingerprint("k", b"sound")


def test_of_many_at_once_one_is_computed_and_the_others_wait_or_get_its_answer() -> None:
    holder, _ = key()
    computed, gate = [], threading.Barrier(8)

    def compute() -> dict[str, object]:
        computed.append(1)
        return {"n": len(computed)}

    def ask(_: int) -> object:
        gate.wait(10)
        try:
            return answer_once(holder, "k", SAME, compute)[0]["n"]  # type: ignore[arg-type]
        except Conflict:
            return 1

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {1}
    assert len(computed) == 1


def test_what_a_server_that_ended_left_unanswered_is_computed_again_after_a_while() -> None:
    holder, _ = key()
    answer_once(holder, "k", SAME, lambda: {"n": 1})
    with session.writing() as tx:
        tx.execute(update(table).values(answer=None))
    with pytest.raises(Conflict):
        answer_once(holder, "k", SAME, lambda: {"n": 2})
    with session.writing() as tx:
        tx.execute(update(table).values(began_at=session.now() - repeated_requests.GIVEN_UP * 2))
    assert answer_once(holder, "k", SAME, lambda: {"n": 2}) == ({"n": 2}, False)


def test_an_answer_is_forgotten_after_a_day_and_nothing_names_the_request() -> None:
    holder, _ = key()
    answer_once(holder, "a child's name", fingerprint("a child's name", b"sound"), lambda: {"n": 1})
    with session.writing() as tx:
        assert "child" not in str(tx.execute(table.select()).all())
        tx.execute(update(table).values(began_at=session.now() - timedelta(hours=25)))
    again = answer_once(holder, "a child's name", fingerprint("a child's name", b"other"), lambda: {"n": 2})
    assert again == ({"n": 2}, False)


def test_fingerprints_of_the_same_sound_under_other_names_tell_nothing() -> None:
    assert fingerprint("a", b"sound") != fingerprint("b", b"sound")
    assert fingerprint("a", b"ab", b"c") != fingerprint("a", b"a", b"bc")
    with pytest.raises(Refused):
        answer_once(key()[0], "", SAME, lambda: {})


def test_a_minutes_worth_at_once_then_evenly() -> None:
    holder, _ = key(limits=KeyLimits(per_minute=60))
    now_s = [1000.0]

    def is_taken() -> bool:
        try:
            request_rates.take(holder, clock_s=lambda: now_s[0])
        except RateExceeded:
            return False
        return True

    assert sum(is_taken() for _ in range(100)) == 60
    now_s[0] += 10
    assert sum(is_taken() for _ in range(100)) == 10
    now_s[0] += 10_000
    assert sum(is_taken() for _ in range(100)) == 60
