"""A process of ours that answers requests through its two pipes: messages of JSON and bytes, nothing is unpickled.

PipedProcess     the end of whoever asks; used by one thread at a time
read, write      the end of the process itself, on its standard input and output
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import IO

from core.domain.json_types import JsonObject
from core.process_limits import surroundings

HEAD = struct.Struct("<II")  # bytes of the JSON, bytes of what follows it
PIPE_BYTES = 1 << 20


class ProcessEnded(Exception):
    """The process has ended, or was killed."""


class PipedProcess:
    """One process and its two pipes. It sees nothing of the settings, and Ctrl-C is not for it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            env=surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to_it, self._from_it = self._process.stdin, self._process.stdout
        for pipe in (self._to_it, self._from_it):
            os.set_blocking(pipe.fileno(), False)
            _widen(pipe)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, content: JsonObject, data: bytes, limit_s: float) -> tuple[JsonObject, bytes]:
        """The answer to one request.

        Raises
        ------
        TimeoutError, ProcessEnded
            The process has to be replaced.
        """
        deadline = time.monotonic() + limit_s
        text = json.dumps(content).encode()
        self._send(HEAD.pack(len(text), len(data)) + text, deadline)
        self._send(data, deadline)
        return self.receive(deadline)

    def receive(self, deadline: float) -> tuple[JsonObject, bytes]:
        """The next message, before a time of `time.monotonic`; raises as `ask` does."""
        n_json, n_data = HEAD.unpack(self._bytes(HEAD.size, deadline))
        return json.loads(self._bytes(n_json, deadline)), self._bytes(n_data, deadline)

    def wait(self, limit_s: float) -> int | None:
        """The exit code of a process that is ending, negative for a signal; None where it goes on."""
        try:
            return self._process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Kill it, and leave nothing of it behind."""
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._to_it, self._from_it):
            with contextlib.suppress(OSError):
                pipe.close()
        self._process.wait()

    def _send(self, data: bytes, deadline: float) -> None:
        """A process that does not read is no reason to wait for ever."""
        file, rest = self._to_it.fileno(), memoryview(data)
        try:
            while rest:
                _await(file, select.POLLOUT, deadline)
                rest = rest[os.write(file, rest[:PIPE_BYTES]) :]
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            raise ProcessEnded from None

    def _bytes(self, count: int, deadline: float) -> bytes:
        file, parts, missing = self._from_it.fileno(), [], count
        while missing:
            _await(file, select.POLLIN, deadline)
            part = os.read(file, min(missing, PIPE_BYTES))
            if not part:
                raise ProcessEnded
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def read(file: IO[bytes]) -> tuple[JsonObject, bytes] | None:
    """One message: its JSON, and the bytes that follow; None at the end."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    n_json, n_data = HEAD.unpack(head)
    return json.loads(file.read(n_json)), file.read(n_data)


def write(file: IO[bytes], content: JsonObject, data: bytes = b"") -> None:
    """One message."""
    text = json.dumps(content).encode()
    file.write(HEAD.pack(len(text), len(data)) + text)
    file.write(data)
    file.flush()


@contextlib.contextmanager
def own_pipes() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Requests and answers of this process; whatever a library prints is no answer from here on."""
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(2, 1)
        yield requests, answers


def _await(file: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(file, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError


def _widen(pipe: IO[bytes]) -> None:
    """Room for the samples of a few seconds, where the system allows it: fewer turns from process to process."""
    import fcntl

    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
