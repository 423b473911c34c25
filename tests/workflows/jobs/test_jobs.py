from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.domain.jobs import Job
from core.errors import Conflict, NotFound
from core.messages import Message
from core.workflows.jobs import job_status, running_job
from core.workflows.jobs.running_job import Stopped
from db import audit, session
from db import jobs as jobs_table
from db.schema import jobs as table

pytestmark = pytest.mark.usefixtures("database")


def add(job_id: str = "one", **weights: float) -> None:
    steps = [
        {"name": name, "state": "waiting", "done": 0, "total": 1, "seconds": 0.0, "note": "", "weight": weight}
        for name, weight in (weights or {"first": 1.0, "second": 1.0}).items()
    ]
    with session.writing() as tx:
        jobs_table.add(tx, job_id, job_status.RETRAIN, parameters={}, steps=steps, account_id=None)


def change(job_id: str = "one", **values: Any) -> Job:
    with session.writing() as tx:
        tx.execute(update(table).where(table.c.id == job_id).values(**values))
    return job_status.get_job(job_id)


def ago(seconds: float) -> Any:
    return session.now() - timedelta(seconds=seconds)


def taken(job_id: str = "one") -> running_job.RunningJob:
    job = running_job.take_job(job_id)
    assert job is not None
    return job


def test_a_job_that_fell_silent_is_interrupted_and_one_that_lives_is_not() -> None:
    add()
    taken()
    assert change(heartbeat_at=ago(15)).state == "running"
    silent = change(heartbeat_at=ago(21))
    assert silent.state == "interrupted"
    assert "Resume it" in silent.error


def test_a_job_that_fell_silent_after_somebody_cancelled_it_is_cancelled() -> None:
    add()
    taken()
    job_status.cancel("one")
    assert change(heartbeat_at=ago(21)).state == "cancelled"


def test_one_job_of_a_kind_at_a_time() -> None:
    add()
    with pytest.raises(Conflict, match="already queued or running"):
        add("two")
    job_status.mark_failed("one", Message("no reason"))
    add("two")
    assert job_status.current_job().id == "two"


def test_a_job_has_one_owner_while_that_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("LEASE_S", 1.0), ("LIFE_EVERY_S", 0.2), ("WRITE_EVERY_S", 0.1)):
        monkeypatch.setattr(running_job, name, seconds)
    add()
    with taken():
        assert running_job.take_job("one") is None


def test_a_job_whose_process_is_gone_is_taken_at_once() -> None:
    add()
    taken()
    change(owner=f"{socket.gethostname()}/4194304/dead")
    start = time.monotonic()
    assert taken().owner != "dead"
    assert time.monotonic() - start < 2.0


def test_an_owner_elsewhere_loses_the_job_when_it_falls_silent() -> None:
    add()
    taken()
    change(owner="elsewhere/1/x", heartbeat_at=ago(running_job.LEASE_S + 1))
    assert str(os.getpid()) in taken().owner


def test_an_owner_that_lost_its_job_stops_and_leaves_the_record_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_job, "WRITE_EVERY_S", 0.05)
    add()
    job = taken()
    with job, job.step("first"):
        change(owner="elsewhere/1/x")
        time.sleep(0.1)
        job.step("first").__enter__().advance(1, 2)
        time.sleep(0.3)
        job.check()
        pytest.fail("the job went on")
    assert (job_status.get_job("one").owner, job_status.get_job("one").state) == ("elsewhere/1/x", "running")


def test_steps_show_how_far_they_are_and_how_they_ended() -> None:
    add()
    job = taken()
    with job:
        with job.step("first") as step:
            step.advance(3, 7, Message("{done} of {n}", {"done": 3, "n": 7}))
        with job.step("second"):
            raise NotFound("The second thing is not there.")
    ended = job_status.get_job("one")
    assert [(one.state, one.done, one.note) for one in ended.steps] == [
        ("done", 7, "3 of 7"),
        ("failed", 0, ""),
    ]
    assert (ended.state, ended.error) == ("failed", "The second thing is not there.")


def test_what_a_job_has_to_say_is_stored_in_english_and_as_what_it_is_translated_from() -> None:
    add()
    with taken() as job, job.step("first") as step:
        step.note(Message("{n} recordings", {"n": 7}))
        raise NotFound("There is no job {job_id!r}.", job_id="x")
    ended = job_status.get_job("one")
    assert (ended.steps[0].note, ended.steps[0].note_message) == ("7 recordings", Message("{n} recordings", {"n": 7}))
    assert ended.error == "There is no job 'x'."
    assert ended.error_message == Message("There is no job {job_id!r}.", {"job_id": "x"})
    job_status.queue_again("one")
    again = job_status.get_job("one")
    assert (again.error, again.error_message) == ("", None)


def test_a_running_job_learns_that_it_was_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_job, "WRITE_EVERY_S", 0.05)
    monkeypatch.setattr(running_job, "LIFE_EVERY_S", 0.1)
    add()
    job = taken()
    with job, job.step("first"):
        job_status.cancel("one")
        time.sleep(0.5)
        with pytest.raises(Stopped):
            job.check()
        job.check()
    assert job_status.get_job("one").state == "cancelled"


def test_cancelling_is_audited_and_an_ended_job_cannot_be_cancelled() -> None:
    add()
    assert job_status.cancel("one").state == "cancelled"
    with pytest.raises(Conflict, match="is cancelled; there is nothing to cancel"):
        job_status.cancel("one")
    with session.reading() as tx:
        assert audit.actions(tx) == ["cancel retrain"]


def test_an_owner_that_was_taken_for_dead_makes_its_job_run_again() -> None:
    add()
    job = taken()
    assert change(heartbeat_at=ago(30)).state == "interrupted"
    job._show_life([])
    assert job_status.get_job("one").state == "running"


def test_time_left_comes_from_the_pace_so_far() -> None:
    add(first=10.0, second=30.0)
    taken()
    half = [{"name": "first", "state": "done", "done": 1, "total": 1, "seconds": 20.0, "weight": 10.0}]
    waiting = [{"name": "second", "state": "running", "done": 1, "total": 2, "seconds": 30.0, "weight": 30.0}]
    job = change(steps=half + waiting)
    assert job_status.seconds_left(job) == pytest.approx(30.0)
    assert job_status.progress_share(job) == pytest.approx(25 / 40)


def test_time_left_is_not_guessed_from_parts_that_were_there_already() -> None:
    add(first=10.0, second=30.0)
    taken()
    reused = {"name": "first", "state": "done", "done": 1, "total": 1, "seconds": 0.01, "weight": 10.0, "reused": True}
    waiting = {"name": "second", "state": "waiting", "done": 0, "total": 1, "seconds": 0.0, "weight": 30.0}
    assert job_status.seconds_left(change(steps=[reused, waiting])) is None


def test_a_job_nobody_knows_is_named() -> None:
    with pytest.raises(NotFound, match="'zero'"):
        job_status.get_job("zero")
    assert job_status.current_job() is None
