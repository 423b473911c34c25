"""Where heavy work runs: a Dask cluster, at a known address or started on this machine when first needed.

The local cluster is `local_cluster`. Where EARSHOT_DASK_SCHEDULER is set, that cluster is used instead and nothing is
started. Whoever can reach a scheduler can run code as Earshot: see `cluster_security` for the keys that every
connection needs.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from core.addresses import scrubbed, shown
from core.config import settings
from core.errors import Unavailable
from core.workflows.jobs import cluster_security, dask_client, local_cluster, worker_check
from core.workflows.jobs.dask_client import DaskClient, ResultT, Scheduler
from core.workflows.jobs.local_cluster import LocalCluster

if TYPE_CHECKING:
    from distributed.security import Security

CONNECT_TIMEOUT_S = 5.0
LOCK_TIMEOUT_S = local_cluster.START_TIMEOUT_S + 2 * CONNECT_TIMEOUT_S


@contextlib.contextmanager
def cluster_client() -> Iterator[DaskClient]:
    """A client of the cluster in force, started first where need be.

    Raises
    ------
    Unavailable
        The scheduler of EARSHOT_DASK_SCHEDULER does not answer, or the local cluster cannot be started.
    """
    client = _connect_by_address() if settings().dask_scheduler else _connect_locally()
    try:
        yield client
    finally:
        client.close()


def submit(function: Callable[..., object], *arguments: object, key: str) -> None:
    """Hand a task to the cluster without waiting for it; the same key twice while the first runs is one task."""
    with cluster_client() as client:
        _require_workers(client)
        dask_client.keep_running(client.submit(function, *arguments, key=key, pure=False))
        _wait_until_known(client, key)


def run_on_worker(function: Callable[..., ResultT], *arguments: object, timeout_s: float) -> ResultT:
    """The result of a function that ran on a worker; its exceptions come back as they are.

    Raises
    ------
    Unavailable
        No worker answered in time, or the cluster cannot be reached.
    """
    with cluster_client() as client:
        _require_workers(client)
        future = client.submit(function, *arguments, pure=False)
        try:
            return future.result(timeout=timeout_s)
        except TimeoutError:
            future.cancel()
            raise Unavailable(
                "No worker answered within {timeout_s:.0f} s; they are busy. Try again.",
                timeout_s=timeout_s,
            ) from None


def current_worker_client() -> DaskClient | None:
    """The client of the worker that this runs in, to spread work from within a job; None outside of one."""
    return dask_client.worker_client()


def release() -> None:
    """Let the local cluster end when its work is done, where EARSHOT_DASK_ENDS_WITH_SERVER says so."""
    if settings().dask_ends_with_server and not settings().dask_scheduler:
        local_cluster.address_file().unlink(missing_ok=True)  # a cluster that no file names any more ends by itself


def _require_workers(client: DaskClient) -> None:
    if settings().dask_scheduler:  # those of the local cluster are of our own making
        worker_check.require_sound_workers(client)


def _connect_by_address() -> DaskClient:
    return _connect(settings().dask_scheduler, cluster_security.security_by_settings())


def _connect_locally() -> DaskClient:
    folder = settings().local_folder
    folder.mkdir(parents=True, exist_ok=True, mode=local_cluster.OWNER_ONLY_FOLDER)
    try:
        with FileLock(folder / "cluster.lock", timeout=LOCK_TIMEOUT_S):  # of two at once, the second joins the first
            running = local_cluster.running_local()
            if running:
                with contextlib.suppress(Unavailable):
                    return _connect_to(running)
            return _connect_to(local_cluster.start())
    except Timeout:
        raise Unavailable(
            "Another process is starting the local Dask cluster; {log_file} says how far.",
            log_file=local_cluster.log_file(),
        ) from None


def _connect_to(local: LocalCluster) -> DaskClient:
    keys = cluster_security.KeyFiles.in_folder(cluster_security.local_folder(local.pid))
    return _connect(local.address, cluster_security.security_of(keys))


def _connect(address: str, security: Security | None) -> DaskClient:
    try:
        return dask_client.connect(address, timeout_s=CONNECT_TIMEOUT_S, security=security)
    except (OSError, TimeoutError, ValueError) as error:  # ValueError: no address of Dask
        reason = scrubbed(str(error), [address])
        raise Unavailable(
            "The Dask scheduler at {address} does not answer: {reason}",
            address=shown(address),
            reason=reason,
        ) from None


def _wait_until_known(client: DaskClient, key: str) -> None:
    """Wait until the scheduler has the work, so that closing the client cannot lose it."""
    deadline = time.monotonic() + CONNECT_TIMEOUT_S
    while not client.run_on_scheduler(_is_known, key=key):
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)


def _is_known(dask_scheduler: Scheduler, key: str) -> bool:
    state = dask_scheduler.tasks.get(key)
    return state is not None and any(client.client_key == "fire-and-forget" for client in state.who_wants)
