"""Tables that come packed (Parquet, .xlsx), unpacked in a process with limits: a small file can hold gigabytes."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from core.domain.json_types import JsonValue
from core.errors import Refused
from core.messages import Message
from core.process_limits import command, surroundings
from core.workflows.importing.table_worker import CPU_S, TOO_LARGE

SLOW_MACHINE = 4  # by the clock it may take so many times as long
MODULE = "core.workflows.importing.table_worker"


@dataclass(frozen=True)
class PackedRow:
    """One row of a table; `title` is that of the sheet, empty where a file holds one table."""

    title: str
    number: int
    cells: list[JsonValue]


def read_rows(kind: str, data: bytes) -> Iterator[PackedRow]:
    """The rows of a packed table, the header first.

    Parameters
    ----------
    kind : `table_worker.PARQUET` or `table_worker.XLSX`.

    Raises
    ------
    Refused
        It is damaged, too large once unpacked, or takes too long: the reason without the file's name.
    """
    process = subprocess.Popen(  # noqa: S603 - our own program
        command(MODULE, kind),
        env=surroundings(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    timer = threading.Timer(CPU_S * SLOW_MACHINE, process.kill)
    timer.start()
    try:
        yield from _rows(process, data)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _rows(process: subprocess.Popen[bytes], data: bytes) -> Iterator[PackedRow]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as sent:
            sent.write(data)
    except OSError:
        raise Refused(TOO_LARGE) from None
    for line in process.stdout:
        message = json.loads(line)
        if isinstance(message, list):
            yield PackedRow(*message)
        elif "refused" in message:
            raise Refused(message["refused"])
        else:
            return
    raise Refused(
        "{too_large}, or it takes too long to unpack",
        too_large=Message(TOO_LARGE),
    )
