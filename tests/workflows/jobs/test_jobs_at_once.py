"""A job's state when several change it at the same moment, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.errors import Conflict, EarshotError, Unavailable
from core.workflows.jobs import cluster, job_launch, job_status, running_job
from core.workflows.jobs.running_job import RunningJob
from db import jobs as jobs_table
from db import session
from db.schema import jobs as table

pytestmark = pytest.mark.usefixtures("any_database")
AT_ONCE = 6
ROUNDS = 5


@pytest.fixture(autouse=True)
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of what was handed to the cluster; nothing runs."""
    keys: list[str] = []
    monkeypatch.setattr(cluster, "submit", lambda *_, key: keys.append(key))
    return keys


def add(job_id: str = "one", *, state: str = "queued") -> None:
    with session.writing() as tx:
        jobs_table.add(tx, job_id, job_status.RETRAIN, parameters={}, steps=[], account_id=None)
        tx.execute(update(table).where(table.c.id == job_id).values(state=state))


def before_the_next_change(monkeypatch: pytest.MonkeyPatch, other: Callable[[], Any]) -> None:
    """Let somebody else act after whatever was read so far, just before the next writing transaction begins."""
    writing = session.writing

    @contextmanager
    def delayed() -> Iterator[Any]:
        monkeypatch.setattr(session, "writing", writing)
        other()
        with writing() as tx:
            yield tx

    monkeypatch.setattr(session, "writing", delayed)


def all_at_once(what: Callable[[], Any]) -> list[Any]:
    """The results of several threads that begin together, refusals as they are."""
    gate = threading.Barrier(AT_ONCE)

    def wait_and_do() -> Any:
        gate.wait()
        try:
            return what()
        except EarshotError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(wait_and_do) for _ in range(AT_ONCE)]]


def take() -> RunningJob:
    job = running_job.take_job("one")
    assert job is not None
    return job


def run(job_id: str) -> None:
    raise AssertionError(job_id)


def test_a_second_go_on_leaves_the_worker_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    add(state="interrupted")
    owners = []

    def go_on_and_begin() -> None:
        job_launch.resume_job("one", run)
        owners.append(take().owner)

    before_the_next_change(monkeypatch, go_on_and_begin)
    with pytest.raises(Conflict, match="is running"):
        job_launch.resume_job("one", run)
    assert (job_status.get_job("one").state, job_status.get_job("one").owner) == ("running", owners[0])


def test_a_job_that_has_just_succeeded_is_not_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    add()

    def succeed() -> None:
        with take():
            pass

    before_the_next_change(monkeypatch, succeed)
    with pytest.raises(Conflict, match="is succeeded; there is nothing to cancel"):
        job_status.cancel("one")
    ended = job_status.get_job("one")
    assert (ended.state, ended.error, ended.cancel_requested_at) == ("succeeded", "", None)


def test_a_job_that_was_taken_meanwhile_is_asked_to_stop_and_not_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    before_the_next_change(monkeypatch, take)
    job = job_status.cancel("one")
    assert (job.state, job.cancel_requested_at is not None) == ("running", True)


def test_a_job_that_shows_life_meanwhile_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    job = take()
    with session.writing() as tx:
        tx.execute(update(table).values(heartbeat_at=session.now() - timedelta(seconds=60)))
    before_the_next_change(monkeypatch, lambda: job._show_life([]))
    assert job_status.mark_interrupted() == []
    assert job_status.get_job("one").state == "running"


def test_a_cluster_that_refuses_late_does_not_fail_a_job_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    add(state="interrupted")

    def taken_but_late(*_: object, key: str) -> None:
        take()
        raise Unavailable(f"{key} did not answer")

    monkeypatch.setattr(cluster, "submit", taken_but_late)
    assert job_launch.resume_job("one", run).state == "running"


def test_a_job_that_goes_on_is_handed_over_even_while_its_old_run_is_not_gone(handed_over: list[str]) -> None:
    add(state="interrupted")
    job_launch.resume_job("one", run)
    job_status.cancel("one")
    job_launch.resume_job("one", run)
    assert len(set(handed_over)) == 2


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_several_go_ons_one_counts(_: int, handed_over: list[str]) -> None:
    add(state="interrupted")
    results = all_at_once(lambda: job_launch.resume_job("one", run))
    assert sum(isinstance(result, Conflict) for result in results) == AT_ONCE - 1
    assert (job_status.get_job("one").state, len(handed_over)) == ("queued", 1)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_several_workers_one_gets_the_job(_: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LEASE_S", "LIFE_EVERY_S", "WRITE_EVERY_S"):
        monkeypatch.setattr(running_job, name, 0.05)
    monkeypatch.setattr(running_job, "_is_gone", lambda _: False)
    add()
    owners = [job.owner for job in all_at_once(lambda: running_job.take_job("one")) if job is not None]
    assert owners == [job_status.get_job("one").owner]


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_several_starts_all_get_the_same_job(_: int, handed_over: list[str]) -> None:
    started = all_at_once(lambda: job_launch.begin_job(job_status.RETRAIN, run, parameters={}, plan=[("first", 1.0)]))
    assert len({job.id for job in started}) == 1
    assert len(handed_over) == 1


@pytest.mark.parametrize("_", range(ROUNDS))
def test_what_ended_stays_ended_whoever_cancels(_: int) -> None:
    add()
    job = take()
    ends = threading.Thread(target=lambda: job.__exit__(None, None, None))
    job._thread.start()
    ends.start()
    results = all_at_once(lambda: job_status.cancel("one"))
    ends.join()
    assert job_status.get_job("one").state == "succeeded"
    assert all(isinstance(result, Conflict) or result.state in ("running", "succeeded") for result in results)
