"""The process that owns a job, as a text: host/pid/a random word, and how many owners before it died at the job."""

from __future__ import annotations

import os
import secrets
import socket

from core.workflows.jobs import processes


def new_owner(before: str | None, *, died: bool) -> str:
    """This process, as the owner after `before`.

    died : whether that one fell silent at its work; else somebody starts the job anew.
    """
    n_dead = n_dead_before(before) + 1 if died else 0
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}-{n_dead}"


def n_dead_before(owner: str | None) -> int:
    """How many owners in a row died at the job before this one."""
    count = (owner or "").rpartition("-")[2]
    return int(count) if count.isdigit() and (owner or "").count("/") == 2 else 0


def may_live(owner: str | None) -> bool:
    """Whether the owning process may still be there: False only when it surely is not."""
    host, pid, _ = (owner or "//").split("/")
    if host != socket.gethostname() or not pid.isdigit():
        return bool(host)
    return processes.is_alive(int(pid))
