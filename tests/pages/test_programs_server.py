"""The server for programs alone, as a process: what it answers, where it listens, how it ends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core import config
from core.domain.api_keys import Scope
from core.errors import SettingsError
from pages.http import programs_server
from tests.programs import bearer, key
from tests.serving import ROOT, free_port
from tests.workflows.served_models import SOUND, deploy, publish

PATIENCE_S = 60.0


class Running:
    """`python -m core serve` with a model in force."""

    def __init__(self, log: Path) -> None:
        self.port, self.log = free_port(), log
        self.secret = key(Scope.SCORE)[1]
        with log.open("ab") as out:
            command = [sys.executable, "-m", "core", "serve", "--port", str(self.port), "--scorers", "1"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=out, stderr=out)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        return answer.status, content

    def decide(self) -> tuple[int, dict]:
        return self.ask("POST", "/v1/decisions", SOUND, **bearer(self.secret), **{"Content-Type": "audio/wav"})

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def scorers(self) -> list[psutil.Process]:
        return [
            child
            for child in psutil.Process(self.process.pid).children()
            if "scorer_worker" in " ".join(child.cmdline())
        ]


@pytest.fixture
def running(database: Path, tmp_path: Path) -> Iterator[Running]:
    publish("first", score=2.0)
    deploy("first")
    server = Running(tmp_path / "log")
    server.wait_until_ready()
    yield server
    server.process.kill()
    server.process.wait(PATIENCE_S)


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=PATIENCE_S)[1]


@pytest.mark.slow
def test_it_answers_programs_and_nothing_else_and_ends_well(running: Running) -> None:
    status, decision = running.decide()
    assert (status, decision["decision"], decision["model"]) == (200, "accepted", "first")
    assert running.ask("POST", "/v1/decisions", SOUND)[0] == 401
    assert running.ask("GET", "/annotate", Accept="application/json")[0] == 401
    assert running.ask("GET", "/readyz")[1]["scorer"] == {"model": "first", "processes": 1}
    mapped = psutil.Process(running.process.pid).memory_maps()
    assert not [entry.path for entry in mapped if "streamlit" in entry.path or "tensorflow" in entry.path]
    scorers = running.scorers()
    assert scorers
    for scorer in scorers:  # a request is under way when the end comes
        scorer.suspend()
    answers: list[tuple[int, dict]] = []
    asking = threading.Thread(target=lambda: answers.append(running.decide()))
    asking.start()
    time.sleep(0.5)
    running.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    for scorer in scorers:
        scorer.resume()
    asking.join(PATIENCE_S)
    assert answers[0][0] == 200
    running.process.wait(PATIENCE_S)
    assert gone(scorers)
    assert "Traceback" not in running.log.read_text()


@pytest.mark.slow
def test_no_scorer_outlives_a_server_that_was_killed(running: Running) -> None:
    scorers = running.scorers()
    assert scorers
    running.process.kill()
    assert gone(scorers)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "0", "00.0.0.0", "0x0", "::0", "0:0:0:0:0:0:0:0"])
def test_all_addresses_are_opened_only_where_a_setting_says_so(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="EARSHOT_ALL_ADDRESSES"):
        programs_server.require_chosen(host)
    monkeypatch.setenv("EARSHOT_ALL_ADDRESSES", "true")
    config.settings.cache_clear()
    programs_server.require_chosen(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_is_always_open(host: str) -> None:
    programs_server.require_chosen(host)


def test_a_host_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match="no address"):
        programs_server.require_chosen("no such host")
