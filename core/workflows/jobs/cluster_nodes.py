"""The processes of the local cluster: scheduler and workers that listen for TLS connections and for nothing else.

Dask's own classes open an HTTP port each, without a password and without TLS, for pages that show what is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from distributed import Nanny, Scheduler, SpecCluster, Worker

if TYPE_CHECKING:
    from pathlib import Path

    from distributed.security import Security

LOOPBACK = "127.0.0.1"
PROTOCOL = "tls://"


class QuietScheduler(Scheduler):
    """A scheduler without HTTP pages."""

    def start_http_server(self, *_arguments: object, **_options: object) -> None:
        """Listen on no HTTP port."""


class QuietWorker(Worker):
    """A worker without HTTP pages."""

    def start_http_server(self, *_arguments: object, **_options: object) -> None:
        """Listen on no HTTP port."""


def start(n_workers: int, *, security: Security, folder: Path) -> SpecCluster:
    """A running cluster on this machine. Processes without the keys of `security` cannot connect to any part of it.

    Parameters
    ----------
    n_workers : processes, of one thread each.
    folder : for what workers spill; made when it is missing.
    """
    connection = {"host": LOOPBACK, "protocol": PROTOCOL, "security": security}
    # memory_limit 0: the work keeps its data in files; a worker that is killed for its size would only start over
    worker = {"nthreads": 1, "memory_limit": 0, "local_directory": str(folder), "worker_class": QuietWorker}
    return SpecCluster(
        scheduler={"cls": QuietScheduler, "options": {**connection, "port": 0, "dashboard": False}},
        workers={number: {"cls": Nanny, "options": {**connection, **worker}} for number in range(n_workers)},
        security=security,
        silence_logs=30,
    )
