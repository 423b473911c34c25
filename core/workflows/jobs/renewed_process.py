"""A process beside a worker for what leaks memory: renewed after so many pieces of work, whatever it has kept.

The training of a recurrent network keeps about 30 MB for good, in TensorFlow, whatever is collected. A worker cannot
be renewed while a job runs in it; so it hands such trainings to a process of its own, which ends after `RENEW_AFTER`.
Dask's workers may not start processes by `multiprocessing`, hence the pipe. The process ends with its worker.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TypeVar, cast

from core.errors import EarshotError, Unavailable
from core.workflows.jobs import dask_client

RENEW_AFTER = 8
LOOK_EVERY_S = 1.0
PROJECT = Path(__file__).parents[3]

ResultT = TypeVar("ResultT")
OnEpoch = Callable[[int, int], None]


class RenewedProcess:
    """Runs functions one after the other, in a process that is another one after every `RENEW_AFTER` of them."""

    def __init__(self) -> None:
        self._alone = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._n_done = 0

    def run(self, function: Callable[..., ResultT], *arguments: object, on_epoch: OnEpoch | None = None) -> ResultT:
        """What a function gives that is called with the arguments and `on_epoch`; its errors come out as they are.

        Parameters
        ----------
        function : of a module, which the process imports by its name; all that goes in and out can be pickled
        on_epoch : called here for each epoch there; what it raises ends the process and comes out of this function

        Raises
        ------
        Unavailable
            The process was killed.
        """
        with self._alone:
            if self._n_done >= RENEW_AFTER or (self._process is not None and self._process.poll() is not None):
                self._end()
            pipe = self._pipe or self._begin()
            try:
                pipe.send((function, arguments))
                result = cast(ResultT, _answer(pipe, on_epoch))
            except _Answered as failed:
                self._n_done += 1
                raise failed.error from None
            except BaseException as error:
                self._end(at_once=True)
                if isinstance(error, EOFError | BrokenPipeError | ConnectionResetError):
                    raise Unavailable(
                        "The process that trained was killed, most likely because memory ran out."
                    ) from None
                raise
            self._n_done += 1
            return result

    def close(self) -> None:
        """End the process, if there is one; a training that runs in it ends with it."""
        self._end(at_once=True)

    def _begin(self) -> Connection:
        ours, theirs = Pipe()
        command = [sys.executable, "-m", "core.workflows.jobs.renewed_process", str(theirs.fileno()), str(os.getpid())]
        self._process = subprocess.Popen(  # noqa: S603 - our own
            command, cwd=PROJECT, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._pipe, self._n_done = ours, 0
        return ours

    def _end(self, *, at_once: bool = False) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            if at_once:
                self._process.kill()
            self._process.wait()
        self._process = self._pipe = None


class _Answered(Exception):
    """The function raised an error; the process is well."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


_of_this_worker = RenewedProcess()
atexit.register(_of_this_worker.close)


def is_needed() -> bool:
    """Whether this process goes on for long after a piece of work: a worker of a cluster."""
    return dask_client.worker_client() is not None


def run_apart(function: Callable[..., ResultT], *arguments: object, on_epoch: OnEpoch | None = None) -> ResultT:
    """By the renewed process of this worker; see `RenewedProcess.run`."""
    return _of_this_worker.run(function, *arguments, on_epoch=on_epoch)


def _answer(pipe: Connection, on_epoch: OnEpoch | None) -> object:
    while True:
        kind, content = pipe.recv()
        if kind == "epoch":
            if on_epoch is not None:
                on_epoch(*content)
        elif kind == "error":
            raise _Answered(content)
        else:
            return content


def _serve(pipe: Connection) -> None:
    """Do what the worker asks for until it closes its end."""
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        try:
            result = function(*arguments, on_epoch=lambda done, at_most: pipe.send(("epoch", (done, at_most))))
        except Exception as error:  # whatever it is belongs to whoever asked
            pipe.send(("error", error if isinstance(error, EarshotError) else RuntimeError(_named(error))))
        else:
            pipe.send(("result", result))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os._exit(1)


def main() -> None:
    """`python -m core.workflows.jobs.renewed_process FILE_DESCRIPTOR PARENT`."""
    descriptor, parent = map(int, sys.argv[1:])
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the worker is gone
        _serve(Connection(descriptor))


if __name__ == "__main__":
    main()
