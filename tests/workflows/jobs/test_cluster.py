"""With a real cluster of two processes: what happens when something is killed."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core import config
from core.errors import Unavailable
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import cluster, job_status, local_cluster
from core.workflows.retraining import retraining
from tests.workflows import labelled_sounds

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]


@pytest.fixture(autouse=True)
def two_processes(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EARSHOT_DASK_WORKERS", "2")
    config.settings.cache_clear()
    yield
    with contextlib.suppress(OSError, ValueError):
        os.kill(_pid(), signal.SIGTERM)


def _pid() -> int:
    return int(json.loads(local_cluster.address_file().read_text())["pid"])


def _own_pid() -> int:
    return os.getpid()


def _worker_of(job_id: str) -> int:
    """The process that runs a job, as soon as one does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        owner = job_status.get_job(job_id).owner
        if owner:
            return int(owner.split("/")[1])
        time.sleep(0.1)
    raise AssertionError("no worker took the job")


def test_a_cluster_is_started_once_found_again_and_answers() -> None:
    assert cluster.run_on_worker(pow, 2, 5, timeout_s=30) == 32
    first = _pid()
    workers = {cluster.run_on_worker(_own_pid, timeout_s=30) for _ in range(3)}
    assert _pid() == first
    assert os.getpid() not in workers


def test_the_files_of_a_cluster_are_for_their_owner_alone() -> None:
    cluster.run_on_worker(pow, 2, 5, timeout_s=30)
    folder = local_cluster.address_file().parent
    files = [
        local_cluster.address_file(),
        local_cluster.log_file(),
        *(folder / "cluster").rglob("*"),
        folder / "cluster",
    ]
    wide = [file for file in files if not file.is_symlink() and file.stat().st_mode & 0o077]
    assert not wide


def test_a_cluster_serves_no_pages() -> None:
    cluster.run_on_worker(pow, 2, 5, timeout_s=30)
    process = psutil.Process(_pid())
    ports = {
        connection.laddr.port
        for member in (process, *process.children(recursive=True))
        for connection in member.net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert ports
    for port in ports:
        for path in ("/", "/status", "/info/main/workers.html", "/json/counts.json", "/metrics", "/health"):
            assert _status(port, path) in (None, 404), (port, path)


def _status(port: int, path: str) -> int | None:
    """The HTTP status of a page; None where no HTTP is spoken."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()
    return None


def test_a_cluster_that_was_killed_is_started_anew() -> None:
    cluster.run_on_worker(pow, 2, 5, timeout_s=30)
    killed = _pid()
    os.kill(killed, signal.SIGKILL)
    assert cluster.run_on_worker(pow, 2, 6, timeout_s=30) == 64
    assert _pid() != killed


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_DASK_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT_S", 1.0)
    cluster.settings.cache_clear()
    with pytest.raises(Unavailable, match=r"tcp://127\.0\.0\.1:9 does not answer"):
        cluster.run_on_worker(pow, 2, 5, timeout_s=5)


@pytest.mark.long
def test_a_job_goes_on_when_its_worker_is_killed() -> None:
    labelled_sounds.label_sounds()
    job = retraining.start(features=("dynamics",), networks=("dnn",))
    killed = _worker_of(job.id)
    os.kill(killed, signal.SIGKILL)
    ended = retraining.wait(job.id)
    assert ended.state == "succeeded", ended.error
    assert ended.owner is not None
    assert ended.owner.split("/")[1] != str(killed)
    assert len(model_evaluation.models()) == 3


@pytest.mark.long
def test_a_job_whose_cluster_is_killed_is_interrupted_and_goes_on_when_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_status, "SILENT_AFTER_S", 6.0)
    labelled_sounds.label_sounds()
    job = retraining.start(features=("dynamics",), networks=("dnn",))
    _worker_of(job.id)
    os.kill(_pid(), signal.SIGKILL)
    assert retraining.wait(job.id).state == "interrupted"
    ended = retraining.wait(retraining.resume(job.id).id)
    assert ended.state == "succeeded", ended.error
    assert len(model_evaluation.models()) == 3
