"""The cluster of this machine: a process of its own, started by whoever needs it first.

`python -m core.workflows.jobs.local_cluster` outlives the web server and the command that started it, and no page
script ever becomes the main module of its workers. Its address stands in `<local folder>/cluster.json`. It ends by
itself after `IDLE_S` without work, or when its storage folder is gone. Its files are readable by their owner only, and
it serves no web pages.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from core.config import settings
from core.errors import Unavailable
from core.workflows.jobs import cluster_security, processes
from core.workflows.jobs.dask_client import Cluster

IDLE_S = 120.0
LOOK_EVERY_S = 2.0
START_TIMEOUT_S = 60.0
PROJECT = Path(__file__).parents[3]
OWNER_ONLY, OWNER_ONLY_FOLDER, OWNER_ONLY_MASK = 0o600, 0o700, 0o077


@dataclass(frozen=True)
class LocalCluster:
    """The cluster of this machine: its process and the address of its scheduler."""

    pid: int
    address: str


def address_file() -> Path:
    """Where the address of the local cluster stands while it runs."""
    return settings().local_folder / "cluster.json"


def log_file() -> Path:
    """What the local cluster writes."""
    return settings().local_folder / "cluster.log"


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


def start() -> LocalCluster:
    """Start the cluster in a process group of its own and wait until it has an address."""
    address_file().unlink(missing_ok=True)
    path = os.pathsep.join(part for part in (str(PROJECT), os.environ.get("PYTHONPATH", "")) if part)
    with os.fdopen(os.open(log_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY), "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "core.workflows.jobs.local_cluster"],
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
