"""TCP_NODELAY for the web server: answers are sent at once instead of waiting for more data (Nagle).

Streamlit opens its socket without naming the protocol, and asyncio then leaves that waiting on. An answer goes out as
head and body; the body would wait for the browser's delayed acknowledgement, some 40 ms with every label and sound.
"""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress

OPEN_FILES = "/dev/fd"  # on Linux and macOS; elsewhere nothing is changed
INTERNET = (socket.AF_INET, socket.AF_INET6)


def send_at_once() -> int:
    """For every internet socket this process holds, and all connections accepted by it; how many there were."""
    done = 0
    for name in os.listdir(OPEN_FILES) if os.path.isdir(OPEN_FILES) else ():  # noqa: PTH112, PTH208 - file numbers
        with suppress(OSError), _socket(int(name)) as opened:
            if opened.family in INTERNET and opened.type == socket.SOCK_STREAM:
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                done += 1
    return done


def _socket(number: int) -> socket.socket:
    # never a copy of a file: closing one would drop this process's locks on SQLite's database
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        raise OSError("no socket")
    copy = os.dup(number)
    try:
        return socket.socket(fileno=copy)
    except OSError:  # a file, a pipe
        os.close(copy)
        raise
