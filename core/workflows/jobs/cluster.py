"""Where heavy work runs: a Dask cluster, at a known address or started on this machine when first needed.

The local cluster is a process of its own (`python -m core.workflows.jobs.cluster`), so that it outlives the web
server and the command that started it, and no page script ever becomes the main module of its workers. Its address
stands in `<local folder>/cluster.json`. It ends by itself after `IDLE_S` without work, or when its storage folder is
gone. Its files are readable by their owner only, and it serves no web pages. Where EARSHOT_DASK_SCHEDULER is set, that
cluster is used instead and nothing is started. Whoever can reach a scheduler can run code as Earshot: see
`cluster_security` for the keys that every connection needs.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from filelock import FileLock, Timeout

from core.addresses import scrubbed, shown
from core.config import settings
from core.errors import Unavailable
from core.workflows.jobs import cluster_security, dask_client, processes, worker_check
from core.workflows.jobs.dask_client import Cluster, DaskClient, ResultT, Scheduler

if TYPE_CHECKING:
    from distributed.security import Security

IDLE_S = 120.0
LOOK_EVERY_S = 2.0
START_TIMEOUT_S = 60.0
CONNECT_TIMEOUT_S = 5.0
LOCK_TIMEOUT_S = START_TIMEOUT_S + 2 * CONNECT_TIMEOUT_S
PROJECT = Path(__file__).parents[3]
OWNER_ONLY, OWNER_ONLY_FOLDER, OWNER_ONLY_MASK = 0o600, 0o700, 0o077


@dataclass(frozen=True)
class LocalCluster:
    """The cluster of this machine: its process and the address of its scheduler."""

    pid: int
    address: str


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
        address_file().unlink(missing_ok=True)  # a cluster that no file names any more ends by itself


def address_file() -> Path:
    """Where the address of the local cluster stands while it runs."""
    return settings().local_folder / "cluster.json"


def log_file() -> Path:
    """What the local cluster writes."""
    return settings().local_folder / "cluster.log"


def _require_workers(client: DaskClient) -> None:
    if settings().dask_scheduler:  # those of the local cluster are of our own making
        worker_check.require_sound_workers(client)


def _connect_by_address() -> DaskClient:
    return _connect(settings().dask_scheduler, cluster_security.security_by_settings())


def _connect_locally() -> DaskClient:
    folder = settings().local_folder
    folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
    try:
        with FileLock(folder / "cluster.lock", timeout=LOCK_TIMEOUT_S):  # of two at once, the second joins the first
            running = running_local()
            if running:
                with contextlib.suppress(Unavailable):
                    return _connect_to(running)
            return _connect_to(_start())
    except Timeout:
        raise Unavailable(
            "Another process is starting the local Dask cluster; {log_file} says how far.",
            log_file=log_file(),
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


def running_local() -> LocalCluster | None:
    """The local cluster, unless it is gone or was started with other settings or code."""
    try:
        written = json.loads(address_file().read_text())
        local = LocalCluster(int(written["pid"]), str(written["address"]))
        if not processes.is_alive(local.pid):
            return None
        return local if written.get("fingerprint") == cluster_fingerprint() else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _start() -> LocalCluster:
    """Start the cluster in a process group of its own and wait until it has an address."""
    address_file().unlink(missing_ok=True)
    path = os.pathsep.join(part for part in (str(PROJECT), os.environ.get("PYTHONPATH", "")) if part)
    with os.fdopen(os.open(log_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY), "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "core.workflows.jobs.cluster"],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        if running := running_local():
            process.returncode = 0  # it is meant to outlive us: no warning that it does
            return running
        time.sleep(0.05)
    raise Unavailable(
        "The local Dask cluster did not start; {log_file} says why.",
        log_file=log_file(),
    )


def cluster_fingerprint() -> str:
    """What a cluster must share with those who use it: the settings and the code as they were when it started."""
    code = []
    for room in ("core", "db"):
        for file in (PROJECT / room).rglob("*.py"):
            with contextlib.suppress(FileNotFoundError):  # an editor or an update replaces it just now
                code.append((str(file), file.stat().st_mtime_ns))
    keys = [key.id for key in settings().encryption_keys]  # of secrets the dump has stars only
    text = json.dumps([settings().model_dump(mode="json"), keys, str(Path.cwd()), sorted(code)])
    return hashlib.sha256(text.encode()).hexdigest()


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


def main() -> None:
    """Run the local cluster until it is idle for long, or replaced, or its folder is gone."""
    from core.workflows.jobs import cluster_nodes

    processes.yield_to_others()  # the workers take this over
    os.umask(OWNER_ONLY_MASK)  # recordings, features and models pass through the files of the workers
    file, fingerprint = address_file(), cluster_fingerprint()
    keys_folder = cluster_security.local_folder(os.getpid())
    security = cluster_security.security_of(cluster_security.create_keys(keys_folder))
    try:
        with cluster_nodes.start(settings().local_workers, security=security, folder=_worker_folder()) as local_cluster:
            cluster = cast(Cluster, local_cluster)
            new = file.with_suffix(f".{os.getpid()}")
            new.write_text(
                json.dumps({"pid": os.getpid(), "fingerprint": fingerprint, "address": cluster.scheduler_address})
            )
            new.replace(file)
            _stay_while_needed(cluster, file)
            if _is_named(file):
                file.unlink(missing_ok=True)
    finally:
        cluster_security.remove_keys(keys_folder)


def _worker_folder() -> Path:
    """Where the workers keep their files; of an earlier version it may be there with wider permissions."""
    folder = settings().local_folder / "cluster"
    folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
    folder.chmod(OWNER_ONLY_FOLDER)
    return folder


def _stay_while_needed(cluster: Cluster, file: Path) -> None:
    idle_since = time.monotonic()
    while file.parent.is_dir():
        time.sleep(LOOK_EVERY_S)
        if any(task.state != "released" for task in list(cluster.scheduler.tasks.values())):
            idle_since = time.monotonic()
        elif not _is_named(file) or time.monotonic() - idle_since > IDLE_S:
            return


def _is_named(file: Path) -> bool:
    """Whether the file names this process: no other cluster has replaced it."""
    try:
        return bool(json.loads(file.read_text())["pid"] == os.getpid())
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    main()
