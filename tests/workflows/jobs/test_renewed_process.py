"""What leaks runs in a process that is renewed; its epochs, its result and its errors come back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import psutil
import pytest

from core.errors import Refused, Unavailable
from core.workflows.jobs import renewed_process
from core.workflows.jobs.renewed_process import OnEpoch, RenewedProcess


@pytest.fixture
def process() -> Iterator[RenewedProcess]:
    process = RenewedProcess()
    yield process
    process.close()


def own_pid(*, on_epoch: OnEpoch) -> int:
    return os.getpid()


def epochs(n: int, *, on_epoch: OnEpoch) -> str:
    for done in range(1, n + 1):
        on_epoch(done, n)
        time.sleep(0.01)
    return "trained"


def refuse(*, on_epoch: OnEpoch) -> None:
    raise Refused("no recording of Noise")


def divide(*, on_epoch: OnEpoch) -> float:
    return 1 / 0


def die(*, on_epoch: OnEpoch) -> None:
    os._exit(9)


def test_it_is_another_process_after_so_many_pieces_of_work(
    process: RenewedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewed_process, "RENEW_AFTER", 3)
    pids = [process.run(own_pid) for _ in range(7)]

    assert len(set(pids)) == 3
    assert pids[:3] == [pids[0]] * 3
    assert os.getpid() not in pids
    assert not psutil.pid_exists(pids[0])


def test_epochs_are_told_while_it_works_and_the_result_comes_back(process: RenewedProcess) -> None:
    seen: list[tuple[int, int]] = []

    assert process.run(epochs, 3, on_epoch=lambda done, at_most: seen.append((done, at_most))) == "trained"
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_cancel_ends_the_process_at_once(process: RenewedProcess) -> None:
    class Cancelled(Exception):
        pass

    def cancel(done: int, at_most: int) -> None:
        raise Cancelled

    first = process.run(own_pid)
    with pytest.raises(Cancelled):
        process.run(epochs, 10_000, on_epoch=cancel)
    assert not psutil.pid_exists(first)
    assert process.run(own_pid) != first


def test_errors_for_people_come_out_as_they_are(process: RenewedProcess) -> None:
    first = process.run(own_pid)

    with pytest.raises(Refused, match="no recording of Noise"):
        process.run(refuse)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: division by zero"):
        process.run(divide)
    assert process.run(own_pid) == first


def test_a_process_that_was_killed_is_named_and_replaced(process: RenewedProcess) -> None:
    with pytest.raises(Unavailable, match="memory ran out"):
        process.run(die)
    assert process.run(own_pid)


def test_a_process_that_died_between_two_pieces_of_work_is_replaced(process: RenewedProcess) -> None:
    first = process.run(own_pid)
    psutil.Process(first).kill()
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=5)

    assert process.run(own_pid) != first
