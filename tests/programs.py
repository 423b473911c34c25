"""Programs with keys, and a scorer that decides by the first byte: for tests of what programs reach."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import ApiKey, KeyLimits, Scope
from core.domain.json_types import JsonObject
from core.workflows.accounts import api_keys
from core.workflows.deployment import scoring
from pages.http import health, v1
from pages.http.guard import Guard
from tests.serving import free_port

START_LIMIT_S = 20
GOOD_BEGINNING = b"good"
GOOD, BAD, BROKEN = b"good sound", b"bad sound", b"<html>secret child</html>"
FIGURES: JsonObject = {"p_noise": 0.1, "p_speechless": 0.05, "threshold": 0.5, "model": "m-1", "duration_s": 1.5}


def key(*scopes: Scope, name: str = "", limits: KeyLimits | None = None) -> tuple[ApiKey, str]:
    """A new key with its secret; by default for decisions."""
    chosen = set(scopes) or {Scope.SCORE, Scope.READ_DECISIONS}
    return api_keys.create(name or f"platform {secrets.token_hex(3)}", chosen, limits, actor=COMMAND_LINE)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def score_remote(files: Iterable[tuple[str, bytes]], *, source: str = "") -> list[JsonObject]:
    """`b"good..."` is accepted, `b"bad..."` rejected, and nothing else is a recording."""
    answers: list[JsonObject] = []
    for name, data in files:
        if data.startswith(GOOD_BEGINNING):
            answers.append({"file": name, "decision": "accepted", "reason": None, "p_accepted": 0.85} | FIGURES)
        elif data.startswith(b"bad"):
            answers.append({"file": name, "decision": "rejected", "reason": "noise", "p_accepted": 0.2} | FIGURES)
        else:
            answers.append({"file": name, "error": "the bytes are no recording that can be read"})
    return answers


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """The problem that an answer with this status is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:earshot:problem:")
    assert body["title"]
    return body


def ask(program: TestClient, secret: str, content: bytes = GOOD, **more: Any) -> httpx2.Response:
    """Ask for the decision about one recording."""
    headers = bearer(secret) | {"Content-Type": "audio/wav"} | more.pop("headers", {})
    return program.post("/v1/decisions", content=content, headers=headers, **more)


@pytest.fixture
def program(stranger: TestClient) -> TestClient:
    """A client without cookie and Origin, as programs are."""
    stranger.headers.pop("Origin", None)
    return stranger


@pytest.fixture
def scorer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decisions without a model and a cluster."""
    monkeypatch.setattr(scoring, "score_remote", score_remote)


@pytest.fixture
def address(database: Path, scorer: None) -> Iterator[str]:
    """`http://127.0.0.1:PORT` of a real server with the addresses for programs behind the guard."""
    app = Starlette(routes=[*v1.ROUTES, *health.ROUTES], middleware=[Middleware(Guard)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=free_port(), log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_LIMIT_S
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.config.port}"
    server.should_exit = True
    thread.join(START_LIMIT_S)
