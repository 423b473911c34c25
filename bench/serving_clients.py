"""A server for programs in a process of its own, and clients that ask it for decisions with a key."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import KeyLimits, Scope
from core.workflows.accounts import api_keys
from tests.serving import free_port

ROOT = Path(__file__).parents[1]
START_S = 60.0
REFUSALS = (429, 503, 504)


@dataclass
class Tally:
    """What came of requests; `lost` are those without an answer, or with one that is no refusal in words."""

    ms: list[float] = field(default_factory=list)
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.ms += other.ms
        self.refused += other.refused
        self.lost += other.lost


class Server:
    """`python -m core serve` on the storage and models in force."""

    def __init__(self, log: Path) -> None:
        self.port, self._log = free_port(), log
        self.key = api_keys.create(f"bench {self.port}", {Scope.SCORE}, KeyLimits(60_000), actor=COMMAND_LINE)[1]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "core", "serve", "--port", str(self.port), "--host", "127.0.0.1"],
                cwd=ROOT,
                env=os.environ | {"EARSHOT_ACCESS_LOG": "false"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self._log.read_text()
            if self._status() == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"not ready after {START_S} s\n{self._log.read_text()}")

    def scorers(self) -> list[psutil.Process]:
        """The one that waits for a model is among them."""
        scorers = []
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # it has just ended
                scorers += [child] if "scorer_worker" in " ".join(child.cmdline()) else []
        return scorers

    def resident_mb(self) -> float:
        """Of the server and its scorers."""
        processes = [psutil.Process(self.process.pid), *self.scorers()]
        total = 0.0
        for process in processes:
            with contextlib.suppress(psutil.Error):
                total += float(process.memory_info().rss)
        return total / 1e6

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def _status(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


def ask_until(server: Server, sounds: list[bytes], until: float, *, clients: int = 1) -> Tally:
    """Ask without rest until a time of `time.monotonic`."""
    together, lock = Tally(), threading.Lock()

    def go_on(number: int) -> None:
        own, connection = Tally(), http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while time.monotonic() < until:
            number += 1
            ask(server, connection, sounds[number % len(sounds)], own)
        connection.close()
        with lock:
            together.add(own)

    threads = [threading.Thread(target=go_on, args=(number * 7,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return together


def ask(server: Server, connection: http.client.HTTPConnection, sound: bytes, tally: Tally) -> str:
    """One decision; the model that decided, or "" where it was refused."""
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "audio/wav"}
    begun = time.perf_counter()
    try:
        connection.request("POST", "/v1/decisions?source=bench", sound, headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        tally.lost.append(f"{type(error).__name__}: {error}")
        connection.close()
        return ""
    if answer.status == 200:
        tally.ms.append(1000 * (time.perf_counter() - begun))
        return str(body["model"])
    if answer.status in REFUSALS and body.get("detail"):
        tally.refused += 1
        time.sleep(min(float(answer.headers.get("Retry-After", 0.1)), 0.5))
    else:
        tally.lost.append(f"{answer.status} {body}")
    return ""
