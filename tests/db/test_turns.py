"""Turns to write: in the order of waiting, never two at once, and given up in time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, RootTransaction, event

from db import children, engines, session
from db.turns import FairLock


def wait_until_waiting(lock: FairLock, n: int) -> None:
    while len(lock._waiting) < n:
        time.sleep(0.001)


def test_turns_come_in_the_order_of_waiting() -> None:
    lock, order = FairLock(), []

    def take(number: int) -> None:
        assert lock.acquire(timeout_s=30)
        order.append(number)
        lock.release()

    assert lock.acquire(timeout_s=0)
    threads = [threading.Thread(target=take, args=(number,)) for number in range(6)]
    for number, thread in enumerate(threads):
        thread.start()
        wait_until_waiting(lock, number + 1)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(6))


def test_nobody_overtakes_somebody_who_waits() -> None:
    lock, order = FairLock(), []

    def take_twice(name: str) -> None:
        for _ in range(2):
            assert lock.acquire(timeout_s=30)
            order.append(name)
            wait_until_waiting(lock, 1 if len(order) < 4 else 0)
            lock.release()

    assert lock.acquire(timeout_s=0)
    threads = [threading.Thread(target=take_twice, args=(name,)) for name in "ab"]
    for number, thread in enumerate(threads):
        thread.start()
        wait_until_waiting(lock, number + 1)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "a", "b"]


def test_who_waits_in_vain_leaves_the_row() -> None:
    lock = FairLock()
    assert lock.acquire(timeout_s=0)
    assert not lock.acquire(timeout_s=0.01)
    lock.release()
    assert lock.acquire(timeout_s=0)


def test_never_two_at_once() -> None:
    lock, inside, most = FairLock(), 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        for _ in range(50):
            if not lock.acquire(timeout_s=0.002):
                continue
            inside += 1
            most = max(most, inside)
            time.sleep(0.0001)
            inside -= 1
            lock.release()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert most == 1
    assert lock.acquire(timeout_s=0)


@pytest.mark.usefixtures("database")
def test_the_next_writer_begins_while_the_one_before_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit ends the transaction for SQLite, whenever its thread comes to run again."""
    begun, has_begun = engines.begun, threading.Event()
    both = [threading.Thread(target=add_child, args=(name,)) for name in ("first", "second")]

    def begin(*arguments: Any) -> RootTransaction:
        if threading.current_thread() is both[1]:
            has_begun.set()
        return begun(*arguments)

    def commit(_: Connection) -> None:
        if threading.current_thread() is both[0]:
            both[1].start()
            assert has_begun.wait(5)

    monkeypatch.setattr(engines, "begun", begin)
    event.listen(engines.engine(), "commit", commit)
    both[0].start()
    for thread in both:
        thread.join(10)
    with session.reading() as tx:
        assert {child.pseudonym for child in children.all_children(tx)} == {"first", "second"}


def add_child(name: str) -> None:
    with session.writing() as tx:
        children.find_or_add(tx, name)
