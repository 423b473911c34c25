"""Trials of a search side by side, as many at once as the cluster has workers; one after the other outside of one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

from core.learning.trial_comparison import Trial
from core.workflows.jobs import cluster
from core.workflows.jobs.dask_client import TaskFuture
from core.workflows.jobs.running_job import RunningJob
from core.workflows.search import trial_run

POLL_S = 0.2


def run_trials(requests: Sequence[trial_run.TrialRequest], job: RunningJob, *, ends: float | None) -> Iterator[Trial]:
    """Trials as they finish, on the cluster's workers or, outside of one, here. None begins when the time is up.

    Those that an earlier run has stored come first, and take no time.
    """
    stored = {request: trial for request in requests if (trial := trial_run.stored_by_an_earlier_run(request))}
    yield from stored.values()
    requests = [request for request in requests if request not in stored]
    client = cluster.current_worker_client()
    if client is None:
        for request in requests:
            job.check()
            if _is_over(ends):
                return
            yield trial_run.run_trial(request)
        return
    waiting, at_work = list(requests), list[TaskFuture[Trial]]()
    try:
        while waiting or at_work:
            slots = sum(client.nthreads().values()) - len(at_work)
            while slots > 0 and waiting and not _is_over(ends):
                at_work.append(client.submit(trial_run.run_trial, waiting.pop(0), pure=False))
                slots -= 1
            if not at_work and _is_over(ends):
                return
            done = [future for future in at_work if future.done()]
            at_work = [future for future in at_work if future not in done]
            for future in done:
                yield future.result()
            job.check()
            time.sleep(POLL_S)
    finally:
        client.cancel(at_work)


def _is_over(ends: float | None) -> bool:
    return ends is not None and time.monotonic() > ends


def release_trial_data() -> None:
    """No worker keeps the features of a search that has ended."""
    trial_run.release_trial_data()
    client = cluster.current_worker_client()
    if client is not None:
        with contextlib.suppress(OSError):
            client.run(trial_run.release_trial_data)
