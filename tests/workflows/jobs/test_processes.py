from __future__ import annotations

import os
import subprocess
import sys

import psutil

from core.workflows.jobs import processes


def test_this_process_is_alive_and_a_number_that_nobody_has_is_not() -> None:
    assert processes.is_alive(os.getpid())
    assert not processes.is_alive(4_194_304)


def test_a_child_that_has_ended_is_not_alive_and_leaves_no_entry_behind() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and not collected
    assert not processes.is_alive(child.pid)
    assert not psutil.pid_exists(child.pid)
    child.returncode = 0
