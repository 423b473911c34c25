"""The guard: strangers, origins, headers, WebSockets."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Unavailable
from core.workflows.accounts import accounts, sign_ins
from pages.http import cookie, guard, watched_socket
from pages.http.watched_socket import WatchedSocket
from tests.whole_app import account_and_token

STREAM = "/_stcore/stream"
HOST = {"Host": "localhost"}  # TestClient's WebSockets name another one


def test_media_is_refused_to_strangers_and_to_judges(visitor):
    for role, status in ((None, 401), (Role.JUDGE, 403), (Role.STAFF, 404)):
        assert visitor(role).get("/media/0123.wav").status_code == status


def test_a_judge_who_opens_a_staff_screen_reads_why_not(visitor):
    answer = visitor(Role.JUDGE).get("/evaluate", headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "Not for this role" in answer.text


def test_a_french_judge_reads_why_not_in_french(visitor):
    browser = visitor(Role.JUDGE)
    judge = accounts.account_named(browser.get("/api/me").json()["name"])
    accounts.set_language(judge.id, "fr", actor=COMMAND_LINE)
    answer = browser.get("/evaluate", headers={"Accept": "text/html"})
    assert "Pas pour ce rôle" in answer.text
    assert "Vers l'accueil" in unescape(answer.text)
    nowhere = browser.get("/nowhere", headers={"Accept": "text/html"})
    assert "Il n'y a rien" in unescape(nowhere.text)


def test_a_database_out_of_reach_is_told_in_the_browsers_language(visitor, monkeypatch):
    def away(_token: str) -> None:
        raise Unavailable("it is locked")

    browser = visitor(Role.JUDGE)
    monkeypatch.setattr(sign_ins, "account_of_token", away)
    answer = browser.get("/annotate", headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert answer.status_code == 503
    assert "Momentanément inaccessible" in answer.text
    assert "it is locked" in answer.text


def test_what_changes_something_needs_our_own_origin(visitor):
    browser = visitor(Role.STAFF)
    for origin in ("http://elsewhere.example", "http://localhost:9999", "http://[", ""):
        assert browser.post("/api/score", headers={"Origin": origin}).status_code == 403
    assert browser.post("/api/score").status_code == 422


def test_every_answer_forbids_frames_and_guessing_of_types(visitor):
    browser = visitor(Role.STAFF)
    for path in ("/sign-out", "/overview", "/_stcore/health", "/nowhere", "/audio/1"):
        headers = browser.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_our_own_pages_run_no_script_and_load_nothing(stranger):
    policy = stranger.get("/first-start").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy


def test_health_is_open_and_says_ok(stranger):
    answer = stranger.get("/_stcore/health")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_a_stranger_gets_no_websocket(stranger):
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        stranger.websocket_connect(STREAM, headers=HOST),
    ):
        pass


def test_another_site_gets_no_websocket_with_our_cookie(visitor):
    browser = visitor(Role.STAFF)
    headers = HOST | {"Origin": "http://localhost:9999"}
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        browser.websocket_connect(STREAM, headers=headers),
    ):
        pass


def test_signed_in_the_websocket_opens(visitor):
    with visitor(Role.JUDGE).websocket_connect(STREAM, subprotocols=["streamlit"], headers=HOST) as socket:
        assert socket.accepted_subprotocol == "streamlit"


class Wire:
    """Both ends of a WebSocket, without a server: what the browser sends, and what it got."""

    def __init__(self) -> None:
        self.from_browser: asyncio.Queue = asyncio.Queue()
        self.to_browser: list[dict] = []
        self.seen_by_app: list[dict] = []

    async def app(self, _scope, receive, send) -> None:
        while True:
            message = await receive()
            self.seen_by_app.append(message)
            if message["type"] == "websocket.disconnect":
                return
            await send({"type": "websocket.send", "bytes": b"answer"})

    async def send(self, message: dict) -> None:
        self.to_browser.append(message)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_socket, "CHECK_EVERY_S", 0.05)
    monkeypatch.setattr(watched_socket, "FAREWELL_S", 0.05)


def test_when_the_sign_in_ends_the_page_runs_once_more_and_the_socket_closes(hurried):
    async def live() -> Wire:
        wire, answers = Wire(), [True, False]

        async def is_in_force() -> bool:
            return answers.pop(0)

        socket = WatchedSocket(wire.app, is_in_force, close_code=guard.SIGNED_OUT)
        await asyncio.wait_for(socket.serve({}, wire.from_browser.get, wire.send), 5)
        return wire

    wire = asyncio.run(live())
    assert [message["type"] for message in wire.seen_by_app] == ["websocket.receive", "websocket.disconnect"]
    assert wire.to_browser[0]["type"] == "websocket.send"
    assert (wire.to_browser[-1]["type"], wire.to_browser[-1]["code"]) == ("websocket.close", 4401)


def test_while_the_sign_in_lasts_every_message_arrives_once_and_in_order(hurried):
    async def live() -> Wire:
        wire = Wire()

        async def is_in_force() -> bool:
            return True

        serving = asyncio.ensure_future(
            WatchedSocket(wire.app, is_in_force, close_code=4401).serve({}, wire.from_browser.get, wire.send)
        )
        for number in range(20):
            wire.from_browser.put_nowait({"type": "websocket.receive", "bytes": bytes([number])})
            await asyncio.sleep(0.01)
        wire.from_browser.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(serving, 5)
        return wire

    wire = asyncio.run(live())
    assert [message.get("bytes") for message in wire.seen_by_app[:-1]] == [bytes([number]) for number in range(20)]


def test_a_message_after_the_end_of_the_sign_in_reaches_no_page(hurried):
    async def live() -> Wire:
        wire = Wire()

        async def is_in_force() -> bool:
            return False

        serving = asyncio.ensure_future(
            WatchedSocket(wire.app, is_in_force, close_code=4401).serve({}, wire.from_browser.get, wire.send)
        )
        await asyncio.sleep(0.07)
        wire.from_browser.put_nowait({"type": "websocket.receive", "bytes": b"click"})
        await asyncio.wait_for(serving, 5)
        return wire

    assert b"click" not in [message.get("bytes") for message in asyncio.run(live()).seen_by_app]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # a page cut off in its run
def test_signing_out_everywhere_closes_an_open_page(stranger, monkeypatch, hurried):
    account, token = account_and_token(Role.JUDGE, "grace")
    stranger.cookies.set(cookie.NAME, cookie.sign(token))
    with stranger.websocket_connect(STREAM, subprotocols=["streamlit"], headers=HOST) as socket:
        accounts.sign_out_everywhere(account.id)
        with pytest.raises(WebSocketDisconnect) as closed:
            list(iter(socket.receive_bytes, None))
    assert closed.value.code == guard.SIGNED_OUT


def test_the_web_server_never_imports_tensorflow():
    code = (
        "import sys, app; bad = {'tensorflow', 'keras', 'librosa'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(guard.__file__).parents[2], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
