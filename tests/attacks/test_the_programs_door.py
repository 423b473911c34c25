"""Programs that send what no honest one would, and what an honest one reads then."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from core import config
from core.domain.api_keys import ApiKey, KeyLimits, Scope
from core.domain.models import Deployment, OperatingPoint
from db import decisions, deployments, session, source_points
from pages.http import bodies, v1
from pages.http.guard import Guard
from pages.http.request_log import RequestLog
from pages.http.server_protocol import ServerConfig
from tests.audio_files import encode, tone
from tests.programs import GOOD, ask, bearer, key, problem, program, scorer
from tests.serving import free_port

pytestmark = pytest.mark.usefixtures("scorer")
__all__ = ["program", "scorer"]
DECOMPOSED, COMPOSED = "e\u0301cole", "\u00e9cole"


@pytest.fixture
def port(database: object, scorer: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Of the addresses for programs as the server serves them; requests may have 100 kB."""
    monkeypatch.setenv("EARSHOT_MAX_REQUEST_MB", "0.1")
    monkeypatch.setenv("EARSHOT_MAX_RECORDING_MB", "0.05")
    config.settings.cache_clear()
    monkeypatch.setattr(bodies, "FRAMING_BYTES", 0)
    app = Starlette(routes=v1.ROUTES, middleware=[Middleware(RequestLog), Middleware(Guard)])
    server = uvicorn.Server(
        ServerConfig(app, host="127.0.0.1", port=free_port(), lifespan="off", log_level="warning", access_log=False)
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield server.config.port
    server.should_exit = True
    thread.join(10)


def head(secret: str, length: int) -> bytes:
    return (
        f"POST /v1/decisions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: audio/wav\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def read_answer(connection: socket.socket) -> bytes:
    """One answer: its head, and as many bytes as it says."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(1)
    length = int(data.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(data.split(b"\r\n\r\n", 1)[1]) < length:
        data += connection.recv(length)
    return data


@pytest.mark.parametrize("length", [90_000, 5_000_000])
def test_whoever_sends_all_of_a_large_body_still_reads_that_it_is_too_large(port: int, length: int) -> None:
    """Of a recording that is too large, and of a request that is. The connection is good for the next request."""
    _, secret = key()
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(head(secret, length))
        for _ in range(0, length, 10_000):
            connection.sendall(b"x" * 10_000)
            time.sleep(0.0005)  # the answer is there long before the end
        assert b"413" in read_answer(connection).split(b"\r\n")[0]
        connection.sendall(head(secret, len(GOOD)) + GOOD)
        assert b"200" in read_answer(connection).split(b"\r\n")[0]


@pytest.mark.parametrize("kind", ["audio/wav", "multipart/form-data; boundary=x"])
def test_a_program_that_goes_away_is_no_fault_of_the_server(
    port: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, secret = key()
    logged = logging.getLogger("earshot.access")
    logged.propagate, logged.level = True, logging.INFO
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(head(secret, 1_000).replace(b"audio/wav", kind.encode()) + b"--x\r\n")
        time.sleep(0.1)
    deadline = time.monotonic() + 10
    while "/v1/decisions" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.02)
    assert '"status": 408' in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "FOO"])
@pytest.mark.parametrize("path", ["/v1/decisions", "/v1", "/v1/model", "/metrics"])
def test_a_method_that_there_is_not_is_a_problem_too(program: Any, method: str, path: str) -> None:
    _, secret = key()
    for headers in (bearer(secret), {}):
        answer = program.request(method, path, headers=headers)
        problem(answer, 405)
        assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("slashes", ["/", "//"])
def test_a_slash_too_many_is_told_and_not_that_the_body_is_too_large(program: Any, slashes: str) -> None:
    _, secret = key()
    answer = program.post(f"/v1/decisions{slashes}", content=b"x" * 20_000, headers=bearer(secret))
    problem(answer, 404)


@pytest.mark.parametrize("wanted", ["%00", "a%00b", "%0a", "Anna%20M", "%F0%9F%98%80", "a" * 3_000, "' or 1=1"])
def test_no_database_is_asked_for_an_id_that_is_none_and_none_is_repeated(
    program: Any, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(decisions, "get", lambda _tx, decision_id: looked.append(decision_id))
    _, secret = key()
    for path in (f"/v1/decisions/{wanted}", f"/v1/decisions/{wanted}/why"):
        answer = program.get(path, headers=bearer(secret))
        problem(answer, 404)
        assert not any(word in answer.text for word in ("Anna", "aaaa", "1=1"))
    assert all(each.isascii() and each.isalnum() for each in looked)


@pytest.mark.parametrize("source", ["a\x00b", "a\r\nb", "\u202eab", "a\u200bb ", DECOMPOSED])
def test_a_source_reaches_no_table_but_in_its_normal_form(
    program: Any, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    asked: list[str] = []

    def in_force(_tx: object, _point: object, source: str) -> list[object]:
        asked.append(source)
        return []

    monkeypatch.setattr(deployments, "newest", lambda _tx: _deployment())
    monkeypatch.setattr(source_points, "in_force", in_force)
    _, secret = key()
    assert program.get("/v1/model", params={"source": source}, headers=bearer(secret)).status_code == 200
    decided = ask(program, secret, params={"source": source}).json()["source"]
    assert asked
    assert all(named.isprintable() for named in [decided, *asked])
    assert set(asked) <= {decided}


def _deployment() -> Deployment:
    now = session.now()
    return Deployment(1, OperatingPoint(1, "m-1", 0.1, 0.5, "ada", now, ""), "ada", now, "")


def test_a_key_of_a_source_knows_it_in_either_form_and_reads_its_own_decisions(program: Any) -> None:
    for own, named in ((DECOMPOSED, COMPOSED), (COMPOSED, DECOMPOSED), (DECOMPOSED, "")):
        bound: tuple[ApiKey, str] = key(Scope.SCORE, Scope.READ_DECISIONS, limits=KeyLimits(sources=(own,)))
        decided = ask(program, bound[1], params={"source": named}).json()
        assert decided["source"] == COMPOSED
        assert program.get(f"/v1/decisions/{decided['id']}", headers=bearer(bound[1])).status_code == 200
    problem(ask(program, bound[1], params={"source": "other"}), 403)


@pytest.mark.parametrize(
    "stated",
    [
        {"language": "secret child"},
        {"language": "fr-" + "secret" * 50},
        {"child": "secret child" * 100},
        {"word": "secret child" * 1_000},
        {"source": "secret child" * 100},
    ],
)
def test_a_recording_that_is_refused_repeats_nothing_that_was_stated(program: Any, stated: dict[str, str]) -> None:
    _, secret = key(Scope.IMPORT)
    files = {"file": ("secret child.wav", encode(tone(440, 1)))}
    answer = program.post("/v1/recordings", files=files, data=stated, headers=bearer(secret))
    problem(answer, 422)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "name", ["secret child.wav", ".secret child.wav", "secret child.exe", "secret child/../x", "secret"]
)
@pytest.mark.parametrize("data", [b"", b"no sound at all", b"RIFF" + bytes(60)])
def test_a_file_that_is_refused_is_not_named(program: Any, name: str, data: bytes) -> None:
    _, secret = key(Scope.IMPORT)
    answer = program.post("/v1/recordings", files={"file": (name, data)}, headers=bearer(secret))
    problem(answer, 422)
    assert "secret" not in answer.text


@pytest.mark.parametrize("name", [".wav", "...", "..wav", "", "folder/.wav"])
def test_a_recording_whose_name_begins_with_a_point_is_brought_in(program: Any, name: str) -> None:
    _, secret = key(Scope.IMPORT)
    sound = encode(tone(440, 1))
    answer = program.post("/v1/recordings", files={"file": (name, sound)}, headers=bearer(secret))
    assert answer.status_code == (201 if name else 422), answer.text
