"""A process that decodes files from outside, with limits of time and memory; requests and answers go through pipes."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import IO

from core.audio.decoding_worker import HEAD, write
from core.domain.json_types import JsonObject
from core.errors import Unavailable
from core.process_limits import command, surroundings

START_S = 60.0
SLOW_MACHINE = 4
PIPE_BYTES = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Of one file: `limit_s` of a processor's time, `memory_mb` beyond what an idle process has.

    By the clock it may be `SLOW_MACHINE` times as long, since other programs may want the same processors.
    """

    limit_s: float = 5.0
    memory_mb: int = 384


class ProcessEnded(Exception):
    """The process has ended, or was killed because it took too long."""


class DecodingProcess:
    """One process and its two pipes; used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command(f"{__package__}.decoding_worker", str(limits.memory_mb), str(limits.limit_s)),
            env=surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the process that uses it
        )
        _widen(self._process.stdout)
        try:
            self._read(time.monotonic() + START_S)
        except (ProcessEnded, TimeoutError):
            self.end()
            raise Unavailable("The process that decodes recordings did not start; is there memory left?") from None

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, options: JsonObject, data: bytes, limit_s: float) -> tuple[JsonObject, bytes]:
        """The answer to one request.

        Raises
        ------
        TimeoutError, ProcessEnded
            The process has to be replaced.
        """
        assert self._process.stdin is not None
        try:
            write(self._process.stdin, options, data)
        except OSError:
            raise ProcessEnded from None
        try:
            return self._read(time.monotonic() + limit_s)
        except ProcessEnded:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(timeout=1) == -signal.SIGXCPU:
                    raise TimeoutError from None
            raise

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()

    def _read(self, deadline: float) -> tuple[JsonObject, bytes]:
        n_json, n_data = HEAD.unpack(self._bytes(HEAD.size, deadline))
        return json.loads(self._bytes(n_json, deadline)), self._bytes(n_data, deadline)

    def _bytes(self, count: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        file, parts, missing = self._process.stdout.fileno(), [], count
        poll = select.poll()
        poll.register(file, select.POLLIN)
        while missing:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            part = os.read(file, min(missing, PIPE_BYTES))
            if not part:
                raise ProcessEnded
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def _widen(pipe: IO[bytes] | None) -> None:
    """Room for the samples of a few seconds, where the system allows it: fewer turns from process to process."""
    import fcntl

    with contextlib.suppress(OSError, AttributeError):
        if pipe is not None:
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
