"""Limits of a process that reads what comes from outside: held by the system, whatever the bytes make of a library."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import threading
import time
from pathlib import Path

MB = 1 << 20
LOOK_EVERY_S = 0.5
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "SYSTEMROOT")
_PROJECT = Path(__file__).parents[1]


def limit_memory(allowed_bytes: int) -> None:
    """So much more address space than now, where the system counts it; no core and no file is written."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError, ValueError, IndexError):
        resource.setrlimit(resource.RLIMIT_AS, (_own_memory_bytes(0) + allowed_bytes,) * 2)


def resident_bytes() -> int:
    """What this process has in memory; 0 where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return _own_memory_bytes(1)
    return 0


def end_with(parent: int) -> None:
    """End this process when the one that started it is gone, whatever it is doing then."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _own_memory_bytes(column: int) -> int:
    with open("/proc/self/statm") as file:  # noqa: PTH123 - a system's file
        return int(file.read().split()[column]) * resource.getpagesize()


def limit_cpu(limit_s: float) -> None:
    """Let the system end this process after so much more work; it counts in whole seconds, never too many."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used_s = usage.ru_utime + usage.ru_stime
    soft = max(int(used_s + limit_s), int(used_s) + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def command(module: str, *arguments: str) -> list[str]:
    """What starts a module of this project in such a process."""
    return [sys.executable, "-P", "-m", module, *arguments]


def surroundings() -> dict[str, str]:
    """All that such a process sees: no key and no address of a database is among it."""
    path = [str(_PROJECT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}  # each takes address space
    return {**passed_on, **threads, "PYTHONPATH": os.pathsep.join(path)}
