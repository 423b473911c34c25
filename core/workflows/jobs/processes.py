"""Processes on this machine: whether one is alive."""

from __future__ import annotations

import contextlib

import psutil


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that has ended does not, even while its entry waits for its parent.

    A child of this process that has ended is collected, so that it leaves no entry behind.
    """
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            return True
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
    with contextlib.suppress(psutil.Error):  # only the parent process can collect a child
        process.wait(timeout=0)
    return False
