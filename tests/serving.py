"""A real server in a process of its own, and judges who work at it over HTTP as the browser does."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.domain.labels import Role
from core.workflows.accounts import passwords
from db import accounts, session, sign_ins
from pages.http import cookie

ROOT = Path(__file__).parents[1]
START_LIMIT_S = 90
NO_ANSWER = (OSError, http.client.HTTPException, json.JSONDecodeError)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """`python app.py` on the storage and database in force, which can be killed and started again."""

    def __init__(self, log: Path) -> None:
        self.port, self.log, self.folder = free_port(), log, ROOT
        self.environment = os.environ | {"EARSHOT_PORT": str(self.port), "EARSHOT_HOST": "127.0.0.1"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.begin()
        self.wait_until_answering()

    def begin(self) -> None:
        """Start it, and do not wait."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "app.py"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def wait_until_answering(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with self.connection() as connection:
                try:
                    connection.request("GET", "/_stcore/health")
                    if connection.getresponse().status == 200:
                        return
                except NO_ANSWER:
                    time.sleep(0.1)
        raise AssertionError(f"no answer within {START_LIMIT_S} s\n{self.log.read_text()}")

    def kill(self) -> None:
        """At once: nothing is finished, nothing is closed."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    @contextmanager
    def connection(self) -> Iterator[http.client.HTTPConnection]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            yield connection
        finally:
            connection.close()


class HttpJudge:
    """A signed-in judge with a kept-alive connection, in a tab of its own."""

    def __init__(self, port: int, name: str, role: Role = Role.JUDGE) -> None:
        self.port = port
        token = secrets.token_urlsafe(32)
        with session.writing() as tx:
            self.account = accounts.add(tx, name, role, "no password fits this")
            expires_at = session.now() + timedelta(hours=2)
            sign_ins.add(tx, passwords.hash_secret(token), self.account.id, expires_at=expires_at)
        self.headers = {
            "Cookie": f"{cookie.NAME}={cookie.sign(token)}",
            "Content-Type": "application/json",
            "Origin": f"http://127.0.0.1:{port}",
        }
        self.sitting = secrets.token_hex(8)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def post(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Status and answer; status 0 when nothing came back."""
        said = json.dumps({"account": self.account.id, "sitting": self.sitting} | body)
        try:
            self.connection.request("POST", f"/judging/{path}", said, self.headers)
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read())
        except NO_ANSWER:
            self.connection.close()
            return 0, {}

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=self.headers)
        return self.connection.getresponse().read()

    def label(self, item: dict[str, Any], label: str, request_id: str) -> tuple[int, dict[str, Any]]:
        heard = {"seconds_heard": item["duration_s"], "replays": 0, "decision_s": 0.5}
        told = {"request_id": request_id, "recording_id": item["recording_id"], "round": item["round"], "label": label}
        return self.post("judgements", **told, **heard)
