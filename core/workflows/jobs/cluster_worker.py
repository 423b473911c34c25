"""Workers of a cluster by address: `python -m core worker` on each machine that computes.

They are set up as those of the local cluster are: TLS by the settings, no HTTP port, one thread each, and whatever
they write is for their owner only. They end with the scheduler; whatever starts them starts them again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.addresses import scrubbed, shown
from core.config import settings
from core.errors import SettingsError, Unavailable
from core.workflows.jobs import cluster_security, processes

if TYPE_CHECKING:
    from distributed import Nanny

CONNECT_TIMEOUT_S = 30.0
OWNER_ONLY_MASK = 0o077


def run(n_processes: int, *, on_ready: Callable[[], None]) -> None:
    """Work until a signal ends it. `on_ready` is called once all processes are connected.

    Raises
    ------
    SettingsError
        EARSHOT_DASK_SCHEDULER names no scheduler.
    Unavailable
        The scheduler does not answer, or has ended.
    """
    if not settings().dask_scheduler:
        raise SettingsError(
            "EARSHOT_DASK_SCHEDULER is empty: set it to the address of the scheduler to work for, such as "
            "tls://host:8786. Without one Earshot starts the workers of this machine by itself."
        )
    processes.yield_to_others()
    os.umask(OWNER_ONLY_MASK)
    asyncio.run(_run(n_processes, on_ready))


async def _run(n_processes: int, on_ready: Callable[[], None]) -> None:
    from distributed import Nanny

    from core.workflows.jobs.cluster_nodes import QuietWorker

    address, ended = settings().dask_scheduler, asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    new_nanny = partial(
        Nanny,
        address,
        nthreads=1,
        memory_limit=0,
        security=cluster_security.security_by_settings(),
        local_directory=str(_folder()),
        worker_class=QuietWorker,
        preload=["core.workflows.jobs.worker_check"],
        death_timeout=CONNECT_TIMEOUT_S,
    )
    nannies = [new_nanny() for _ in range(n_processes)]
    try:
        await asyncio.wait_for(asyncio.gather(*nannies), CONNECT_TIMEOUT_S)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        await _close(nannies)
        reason = scrubbed(str(error.__cause__ or error), [address]) or "no answer"
        raise Unavailable(
            "The Dask scheduler at {address} does not answer: {reason}",
            address=shown(address),
            reason=reason,
        ) from None
    on_ready()
    is_gone = asyncio.create_task(_first_to_end(nannies))
    await asyncio.wait([asyncio.create_task(ended.wait()), is_gone], return_when=asyncio.FIRST_COMPLETED)
    await _close(nannies)
    if not ended.is_set():
        raise Unavailable(
            "The Dask scheduler at {address} has ended, or closed its workers.",
            address=shown(address),
        )


async def _first_to_end(nannies: Sequence[Nanny]) -> None:
    waiting = [asyncio.create_task(nanny.finished()) for nanny in nannies]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)


async def _close(nannies: Sequence[Nanny]) -> None:
    await asyncio.gather(*(nanny.close() for nanny in nannies), return_exceptions=True)


def _folder() -> Path:
    folder = settings().local_folder / "cluster"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
