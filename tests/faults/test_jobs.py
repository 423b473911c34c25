"""Workers that are killed or run out of memory: the job says so, and what to do."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from pathlib import Path

import numpy as np
import psutil
import pytest
from distributed.scheduler import KilledWorker
from sqlalchemy import update

from core import config
from core.domain.jobs import Job
from core.workflows.jobs import cluster, job_failures, job_owners, job_status, local_cluster, processes, running_job
from db import jobs, schema, session
from tests.conftest import end_cluster

ROOT = Path(__file__).parents[2]
NO_PROCESS = 4194304 - 1


@pytest.fixture
def job_id(database: str) -> str:
    with session.writing() as tx:
        jobs.add(tx, "one", job_status.RETRAIN, parameters={}, steps=[], account_id=None)
    return "one"


def taken_and_killed(job_id: str) -> None:
    """A worker takes the job, and is gone without a word."""
    job = running_job.take_job(job_id)
    assert job is not None
    dead = job.owner.replace(f"{socket.gethostname()}/{os.getpid()}/", f"{socket.gethostname()}/{NO_PROCESS}/")
    with session.writing() as tx:
        tx.execute(update(schema.jobs).where(schema.jobs.c.id == job_id).values(owner=dead))


def fallen_silent(job_id: str) -> Job:
    before = session.now() - timedelta(seconds=job_status.SILENT_AFTER_S + 1)
    with session.writing() as tx:
        tx.execute(update(schema.jobs).where(schema.jobs.c.id == job_id).values(heartbeat_at=before))
    return job_status.get_job(job_id)


def test_a_job_whose_worker_was_killed_four_times_says_so(job_id: str) -> None:
    for _ in range(4):
        taken_and_killed(job_id)
    job = fallen_silent(job_id)
    assert job.state == "interrupted"
    assert "was killed 4 times" in job.error
    assert "EARSHOT_DASK_WORKERS=1" in job.error


def test_a_job_that_somebody_resumed_begins_to_count_anew(job_id: str) -> None:
    for _ in range(3):
        taken_and_killed(job_id)
    fallen_silent(job_id)
    job_status.queue_again(job_id)
    taken_and_killed(job_id)
    assert fallen_silent(job_id).error == job_status.INTERRUPTED


@pytest.mark.parametrize("owner", [None, "", "host/1/abcd", "host/1/abcd-", "somebody-7", "a-b/1/x"])
def test_an_owner_of_before_has_no_deaths(owner: str | None) -> None:
    assert job_owners.n_dead_before(owner) == 0


class ResourceExhaustedError(Exception):
    """Named as TensorFlow names it."""


def of_numpy() -> MemoryError:
    try:
        np.zeros(2**58, np.uint8)
    except MemoryError as error:
        return error
    raise AssertionError


def wrapped(error: Exception) -> Exception:
    outer = RuntimeError("a task failed")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        of_numpy(),
        wrapped(MemoryError()),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ResourceExhaustedError("OOM when allocating tensor with shape[512]"),
        RuntimeError("std::bad_alloc"),
        BrokenProcessPool("A process in the process pool was terminated abruptly"),
        KilledWorker("task", None, 3),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_worker_out_of_memory_says_what_to_do(error: Exception) -> None:
    words = str(job_failures.describe_error(error))
    assert "emory ran out" in words
    assert "EARSHOT_DASK_WORKERS=1" in words
    assert "nobody foresaw" not in words


def test_a_job_on_a_full_disk_says_so() -> None:
    why = job_failures.describe_error(wrapped(OSError(errno.ENOSPC, "No space left")))
    assert str(why).startswith("The disk is full")


@pytest.mark.parametrize(("is_asked", "is_left"), [("true", False), ("false", True)])
def test_the_local_cluster_is_released_with_the_server_when_asked(
    is_asked: str, is_left: bool, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_DASK_ENDS_WITH_SERVER", is_asked)
    config.settings.cache_clear()
    storage.mkdir()
    local_cluster.address_file().write_text("{}")
    cluster.release()
    assert local_cluster.address_file().exists() == is_left


def nice_of(pid: int) -> int:
    return int(psutil.Process(pid).nice())


@pytest.mark.slow
def test_the_workers_let_judges_go_first_and_end_with_their_test(database: str, storage: Path) -> None:
    worker = cluster.run_on_worker(os.getpid, timeout_s=60)
    assert nice_of(worker) >= max(processes.NICENESS, nice_of(os.getpid()))
    end_cluster(storage)
    deadline = time.monotonic() + 10
    while processes.is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not processes.is_alive(worker)


def test_a_long_command_lets_judges_go_first(storage: Path) -> None:
    code = "import os, runpy, sys; sys.argv = ['core', 'backup']\ntry: runpy.run_module('core', run_name='__main__')\n"
    code += "except SystemExit: pass\nprint(os.nice(0))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert int(done.stdout.split()[-1]) >= processes.NICENESS
