"""A search on a real cluster of two processes: its trials run side by side, and outlive a worker."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import settings
from core.workflows.jobs import job_status, local_cluster
from core.workflows.search import hyperparameter_search, search_results
from tests.workflows import labelled_sounds

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]

PATIENCE_S = 180.0


@pytest.fixture(autouse=True)
def ended_afterwards(database: Path) -> Iterator[None]:
    yield
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(json.loads(local_cluster.address_file().read_text())["pid"]), signal.SIGTERM)


def first_trial_of(job_id: str) -> int:
    """The process that runs the search, once a trial of it is kept."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        owner = job_status.get_job(job_id).owner
        if owner and list(settings().models.glob(".parts/*/trial.json")):
            return int(owner.split("/")[1])
        time.sleep(0.1)
    raise AssertionError("no trial was finished")


@pytest.mark.long
def test_a_search_goes_on_when_its_worker_is_killed_and_keeps_its_trials() -> None:
    labelled_sounds.label_sounds()
    job = hyperparameter_search.start(features="dynamics", network="dnn", trials=2)
    killed = first_trial_of(job.id)
    kept = {file: file.stat().st_mtime_ns for file in settings().models.glob(".parts/*/trial.json")}
    os.kill(killed, signal.SIGKILL)
    ended = job_status.wait_for_job(job.id)
    assert ended.state == "succeeded", ended.error
    assert ended.owner is not None
    assert int(ended.owner.split("/")[1]) != killed
    assert len(search_results.report(ended).trials) == 2
    assert all(file.stat().st_mtime_ns == changed for file, changed in kept.items())
