"""Whoever is signed in tries what is another's: sessions of Streamlit, uploads, pages that the browser kept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import accounts, sign_ins
from pages.http import cookie, guard, policy, session_owners
from pages.http.watched_socket import _run_the_script_again
from tests.whole_app import account_and_token

OWN_PROCESS = "EARSHOT_TESTED_ALONE"
needs_own_process = pytest.mark.skipif(
    OWN_PROCESS not in os.environ, reason="Streamlit's runtime is one a process: run by the test below"
)
STREAM, HOST = "/_stcore/stream", {"Host": "localhost"}


def cookies_of(role: Role, name: str) -> dict[str, str]:
    return {"Cookie": f"{cookie.NAME}={cookie.sign(account_and_token(role, name)[1])}"}


def open_session(browser: TestClient, headers: dict[str, str], taken_up: str = "") -> str:
    """The id of the session that Streamlit gives, after asking to take one up."""
    entries = ["streamlit", "token", *([taken_up] if taken_up else [])]
    with browser.websocket_connect(STREAM, subprotocols=entries, headers=HOST | headers) as socket:
        return session_of(socket)


def session_of(socket: Any) -> str:
    """What a page does first: ask for a run of the script, whose first answer names the session."""
    socket.send_bytes(_run_the_script_again())
    while True:
        message = ForwardMsg()
        message.ParseFromString(socket.receive_bytes())
        if message.HasField("new_session"):
            return str(message.new_session.initialize.session_id)


@needs_own_process
def test_a_session_is_not_taken_over_by_its_id(stranger: TestClient) -> None:
    mine, theirs = cookies_of(Role.STAFF, "ada"), cookies_of(Role.STAFF, "eve")
    victim = open_session(stranger, mine)
    assert session_owners._owners[victim]
    assert open_session(stranger, theirs, taken_up=victim) != victim
    assert open_session(stranger, mine, taken_up=victim) == victim


@pytest.mark.parametrize("entries", ["streamlit, x, {id}", "streamlit,x, {id} ,more", "a,b,{id},{id}", " ,,{id}"])
def test_no_spelling_of_the_handshake_names_a_foreign_session(stranger: TestClient, entries: str) -> None:
    session_owners._owners["victim"] = "somebody else"
    header = entries.format(id="victim").encode()
    scope = {"type": "websocket", "headers": [(b"sec-websocket-protocol", header)], "subprotocols": []}
    assert b"victim" not in dict(session_owners.own_session_only(scope, "token")["headers"])[b"sec-websocket-protocol"]


@needs_own_process
def test_uploads_of_a_session_are_put_and_deleted_by_its_sign_in_alone(stranger: TestClient) -> None:
    mine, theirs = cookies_of(Role.STAFF, "ada"), cookies_of(Role.ADMIN, "eve")
    with stranger.websocket_connect(STREAM, subprotocols=["streamlit"], headers=HOST | mine) as socket:
        victim = session_of(socket)
        address = f"/_stcore/upload_file/{victim}/file"
        for headers in (theirs, cookies_of(Role.STAFF, "bob")):
            assert stranger.put(address, files={"file": b"x"}, headers=headers).status_code == 404
            assert stranger.delete(address, headers=headers).status_code == 404
        assert stranger.put(address, files={"file": b"x"}, headers=mine).status_code != 404


@pytest.mark.parametrize("path", ["/_stcore/upload_file/unknown/f", "/_stcore/upload_file//f", "/_stcore/upload_file/"])
def test_an_upload_to_no_session_of_ones_own_goes_nowhere(stranger: TestClient, path: str) -> None:
    assert stranger.put(path, files={"file": b"x"}, headers=cookies_of(Role.STAFF, "ada")).status_code == 404


@needs_own_process
def test_a_callback_does_not_run_once_the_sign_in_has_ended(stranger: TestClient) -> None:
    """What the page sends is replaced by a plain run of the script, which shows the way to the sign-in."""
    _, token = account_and_token(Role.STAFF, "ada")
    headers = HOST | {"Cookie": f"{cookie.NAME}={cookie.sign(token)}"}
    with stranger.websocket_connect(STREAM, subprotocols=["streamlit"], headers=headers) as socket:
        session_of(socket)
        sign_ins.sign_out(token)
        socket.send_bytes(b"\x0a\x00")  # anything that a page could send
        received = [socket.receive() for _ in range(1)]
        while received[-1]["type"] == "websocket.send":
            received.append(socket.receive())
        assert received[-1]["code"] == guard.SIGNED_OUT


# --- pages that the browser kept


def test_signing_out_clears_what_the_browser_kept(stranger: TestClient) -> None:
    accounts.create("ada", "a horse in the library", Role.STAFF, actor=COMMAND_LINE)
    stranger.post("/sign-in", data={"name": "ada", "password": "a horse in the library"})
    answer = stranger.post("/sign-out")
    assert answer.headers["clear-site-data"] == '"cache"'
    stranger.cookies.set(cookie.NAME, "of a sign-in that ended in the menu")
    assert stranger.get("/sign-in").headers["clear-site-data"] == '"cache"'


@pytest.mark.parametrize("path", ["/overview", "/annotate", "/sign-out", "/password", "/administration", "/nowhere"])
def test_no_page_is_kept_by_the_browser(visitor: Callable[..., TestClient], path: str) -> None:
    answer = visitor(Role.ADMIN).get(path, headers={"Accept": "text/html"})
    assert "no-store" in answer.headers["cache-control"]


# --- headers


@pytest.mark.parametrize("path", ["/overview", "/sign-out", "/audio/1", "/api/docs", "/_stcore/health", "/media/x.csv"])
def test_every_answer_has_a_policy_that_nobody_may_frame(visitor: Callable[..., TestClient], path: str) -> None:
    headers = visitor(Role.STAFF).get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"] or path == "/audio/1"
    assert "'unsafe-eval'" not in headers["content-security-policy"]
    assert "script-src 'unsafe-inline'" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_the_policy_names_the_hash_of_streamlits_own_script_as_it_is_installed() -> None:
    assert "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='" in policy.screens_policy()


def test_behind_tls_the_cookie_belongs_to_this_host_alone_and_an_old_one_counts_until_it_ends(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.create("ada", "a horse in the library", Role.STAFF, actor=COMMAND_LINE)
    _, old = account_and_token(Role.JUDGE, "bob")
    monkeypatch.setenv("EARSHOT_SECURE_COOKIE", "true")
    config.settings.cache_clear()
    answer = stranger.post("/sign-in", data={"name": "ada", "password": "a horse in the library"})
    given = [value for name, value in answer.headers.multi_items() if name == "set-cookie"]
    own = next(value for value in given if value.startswith("__Host-earshot="))
    assert "Secure" in own
    assert "Path=/;" in own + ";"
    assert "Domain" not in own
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    stranger.cookies.clear()
    assert stranger.get("/api/me", headers={"Cookie": f"earshot={cookie.sign(old)}"}).json()["name"] == "bob"


def test_below_a_prefix_nothing_leads_to_the_root(stranger: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.create("ada", "a horse in the library", Role.STAFF, actor=COMMAND_LINE)
    monkeypatch.setenv("EARSHOT_PUBLIC_URL", "https://school.example/ears")
    config.settings.cache_clear()
    for path in ("/overview", "/ears/overview"):
        led = stranger.get(path, headers={"Accept": "text/html"}).headers["location"]
        assert led == "/ears/sign-in?next=%2Foverview"
    assert 'action="/ears/sign-in"' in stranger.get("/ears/sign-in").text
    assert stranger.get("/earsnothing").status_code in (303, 401)


def test_a_stranger_learns_nothing_from_the_shape_of_an_answer(stranger: TestClient) -> None:
    accounts.create("ada", "a horse in the library", Role.ADMIN, actor=COMMAND_LINE)
    paths: list[Any] = ["/administration", "/nowhere", "/media/x", "/audio/1", "/api/openapi.json", "/assets/x/y.js"]
    assert len({(answer.status_code, answer.text) for answer in map(stranger.get, paths[1:])}) == 1


def test_sessions_hold_in_a_process_of_their_own() -> None:
    """Sockets of a runtime that other tests have used may wait for ever."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        __file__,
        "-k",
        "taken_over or put_and_deleted",
    ]
    done = subprocess.run(command, env=os.environ | {OWN_PROCESS: "1"}, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
