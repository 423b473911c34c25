"""Whether a server stays as it is: page loads and sessions for minutes, with what it takes measured before and after.

    python -m bench.soak [--minutes 10] [--sessions 50] [--loads 500]

Visitors come one after the other. Each opens a screen's socket as a browser does, loads pages, hears recordings and
goes; a judge labels meanwhile. A server forgets sessions that were left two minutes later, each with its event loop of
three open files, so before each measurement nobody comes for that long: after the first third of the time, and at its
end. Measured are the server's memory, open files, sockets and threads, files in its temporary folder, and the bytes of
its log for each page load. Exits with 1 when one of them grows by more than its limit, or a page fails.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.goals import is_missed
from bench.judging import fill
from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import DeskProtocol
from db import engines, session
from tests.screen_socket import open_screen
from tests.serving import HttpJudge, Served

PAGES = ("overview", "recordings", "annotate", "agreement", "disagreements", "evaluate", "retrain", "administration")
RECORDINGS = 2_000
MB = 1e6
COUNTED_FROM = 1 / 3
MEMORY_MB, OPEN_FILES, THREADS, TEMPORARY_FILES, LOG_KB_A_LOAD = 40.0, 8.0, 8.0, 0.0, 4.0
SETTLE_S = 5.0
FORGOTTEN_S = 125.0  # Streamlit keeps a session that was left for 120 s


@dataclass(frozen=True)
class Usage:
    """What the server takes at a moment; `memory_mb` is its own, without what processes share."""

    memory_mb: float
    open_files: int
    sockets: int
    threads: int
    temporary_files: int
    log_bytes: int


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="earshot-soak-") as folder:
        os.environ |= {"EARSHOT_STORAGE": f"{folder}/storage", "EARSHOT_MODELS": f"{folder}/models"}
        config.settings.cache_clear()
        session.prepare()
        fill(RECORDINGS)
        protocols.set_desk(DeskProtocol(heard_share=0.0), actor=COMMAND_LINE)
        server = Served(Path(folder) / "server.log")
        server.environment["TMPDIR"] = str(_new_folder(Path(folder) / "temporary"))
        server.start()
        try:
            n_missed = _soak(server, arguments)
        finally:
            server.kill()
            engines.dispose()
    sys.exit(1 if n_missed else 0)


def _soak(server: Served, arguments: argparse.Namespace) -> int:
    visitor, judge = HttpJudge(server.port, "visitor", Role.ADMIN), HttpJudge(server.port, "judge")
    loads_a_session = max(1, round(arguments.loads / arguments.sessions))
    began, ends_s = time.monotonic(), 60 * arguments.minutes
    before, n_before, n_loads = None, 0, 0
    for number in range(arguments.sessions):
        _wait_until(began + ends_s * number / arguments.sessions)
        if before is None and number >= arguments.sessions * COUNTED_FROM:
            began += _rest(server, visitor)
            before, n_before = _usage(server), n_loads
            print(f"after {number} sessions: {before}", flush=True)
        n_loads += _visit(server, visitor, number, loads_a_session)
        _label_some(judge)
    _wait_until(began + ends_s)
    _rest(server, visitor)
    after = _usage(server)
    print(f"after {arguments.sessions} sessions, {n_loads} page loads: {after}", flush=True)
    return 0 if before is None else _compare(before, after, n_loads - n_before)


def _rest(server: Served, visitor: HttpJudge) -> float:
    """Until sessions that were left are forgotten, which the server does when the next visitor comes; how long."""
    began = time.monotonic()
    time.sleep(FORGOTTEN_S)
    _visit(server, visitor, 0, 1)
    time.sleep(SETTLE_S)
    return time.monotonic() - began


def _visit(server: Served, visitor: HttpJudge, number: int, n_loads: int) -> int:
    """One session: pages and sounds; how many pages. A page that fails ends the measurement."""
    place, account = f"127.0.0.1:{server.port}", visitor.headers["Cookie"]
    with open_screen(f"ws://{place}/_stcore/stream", f"http://{place}", account) as screen:
        for load in range(n_loads):
            page = PAGES[(number + load) % len(PAGES)]
            messages = screen.run(page)
            if any(_is_failure(message) for message in messages):
                sys.exit(f"The page {page} failed in session {number}; see its traceback in the log of the server.")
            visitor.connection.close()  # the server may have closed it meanwhile
            visitor.get(f"/audio/{1 + (number * n_loads + load) % RECORDINGS}")
    return n_loads


def _is_failure(message: ForwardMsg) -> bool:
    is_element = message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element"
    return is_element and message.delta.new_element.WhichOneof("type") == "exception"


def _label_some(judge: HttpJudge) -> None:
    judge.connection.close()
    status, desk = judge.post("desk", count=6)
    if status != 200:
        sys.exit(f"The desk answered {status}: {desk}")
    for item in desk["items"]:
        status, answer = judge.label(item, Label.NOISE, secrets.token_hex(16))
        if status != 200:
            sys.exit(f"A label was answered by {status}: {answer}")


def _usage(server: Served) -> Usage:
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    memory = process.memory_info()
    temporary = Path(server.environment["TMPDIR"])
    return Usage(
        memory_mb=round((memory.rss - memory.shared) / MB, 1),
        open_files=process.num_fds(),
        sockets=len(process.net_connections()),
        threads=process.num_threads(),
        temporary_files=sum(1 for path in temporary.rglob("*") if path.is_file()),
        log_bytes=server.log.stat().st_size,
    )


def _compare(before: Usage, after: Usage, n_loads: int) -> int:
    grown = [
        ("memory grew by MB", after.memory_mb - before.memory_mb, MEMORY_MB),
        ("open files grew by", after.open_files - before.open_files, OPEN_FILES),
        ("sockets grew by", after.sockets - before.sockets, OPEN_FILES),
        ("threads grew by", after.threads - before.threads, THREADS),
        ("temporary files grew by", after.temporary_files - before.temporary_files, TEMPORARY_FILES),
        ("kB of log a page load", (after.log_bytes - before.log_bytes) / 1e3 / max(n_loads, 1), LOG_KB_A_LOAD),
    ]
    return sum(is_missed(name, float(value), limit) for name, value, limit in grown)


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _new_folder(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Whether a server stays as it is.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--loads", type=int, default=500, help="page loads in all")
    return parser.parse_args()


if __name__ == "__main__":
    main()
