"""Whether the workers of a cluster by address can do Earshot's work: same code, same database, same storage.

Dask itself takes any worker. One that was started elsewhere would fail at every task without a word to whoever waits.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.addresses import shown
from core.config import settings, without_secrets
from core.errors import EarshotError, Unavailable
from core.workflows.jobs.dask_client import DaskClient
from db import audit_chain, session

PROJECT = Path(__file__).parents[3]
FIRST_WORKER_WAIT_S = 10.0
LOOK_EVERY_S = 0.2
START_ONE = "Start one with `python -m core worker`, with the settings of this server (EARSHOT_...)."

_sound: set[tuple[str, str]] = set()
"""Scheduler and worker of those that answered well; a worker that is started anew has another address."""


@dataclass(frozen=True)
class Surroundings:
    """What a worker and those who give it work must share.

    code : hash of the source files
    database : hash of the first entry of the audit log; empty while there is none
    storage : its address; empty for a folder, which each machine may have mounted elsewhere
    """

    code: str
    database: str
    storage: str


def require_sound_workers(client: DaskClient) -> None:
    """Refuse to hand over work that nobody would do.

    Raises
    ------
    Unavailable
        No worker is connected, or one cannot do this work; the message names it and says why.
    """
    scheduler = settings().dask_scheduler
    new = [address for address in _workers(client) if (scheduler, address) not in _sound]
    if not new:
        return
    ours = surroundings()
    for address, answer in client.run(surroundings, workers=new, on_error="return").items():
        trouble = _trouble(ours, answer)
        if trouble:
            raise Unavailable(
                "The worker {address} of the Dask scheduler {scheduler} cannot do this work: {trouble} "
                "End it. {start_one}",
                address=address,
                scheduler=shown(scheduler),
                trouble=trouble,
                start_one=START_ONE,
            )
        _sound.add((scheduler, address))


def surroundings() -> Surroundings:
    """Those of this process."""
    with session.reading() as tx:
        first = audit_chain.first_hash(tx)
    storage = settings().storage
    return Surroundings(_code_hash(), first, storage if "://" in storage else "")


def remember_code() -> None:
    """Note the code that this process has loaded: at its start, since an update may replace the files later."""
    _code_hash()


def dask_setup(_worker: object) -> None:
    """What Dask calls when a worker starts that was told to load this module first."""
    remember_code()


def forget() -> None:
    """Ask every worker anew."""
    _sound.clear()


def _workers(client: DaskClient) -> list[str]:
    deadline = time.monotonic() + FIRST_WORKER_WAIT_S
    while not (workers := client.nthreads()):
        if time.monotonic() > deadline:
            raise Unavailable(
                "No worker is connected to the Dask scheduler {dask_scheduler}. {start_one}",
                dask_scheduler=shown(settings().dask_scheduler),
                start_one=START_ONE,
            )
        time.sleep(LOOK_EVERY_S)
    return sorted(workers)


def _trouble(ours: Surroundings, answer: object) -> str:
    if isinstance(answer, ImportError):
        return f"it cannot import Earshot ({answer})."
    if isinstance(answer, EarshotError):
        return str(answer)
    if not isinstance(answer, Surroundings):
        return f"it does not answer as Earshot does ({without_secrets(f'{type(answer).__name__}: {answer}')})."
    for is_same, words in (
        (answer.code == ours.code, "it runs another version of Earshot's code."),
        (answer.database == ours.database, "it uses another database (EARSHOT_DATABASE_URL)."),
        (answer.storage == ours.storage, f"it uses another storage, {shown(answer.storage) or 'a folder'}."),
    ):
        if not is_same:
            return words
    return ""


@lru_cache(maxsize=1)
def _code_hash() -> str:
    together = hashlib.sha256()
    for room in ("core", "db"):
        for file in sorted((PROJECT / room).rglob("*.py")):
            together.update(file.relative_to(PROJECT).as_posix().encode() + b"\0" + file.read_bytes())
    return together.hexdigest()
