"""Handshakes and uploads of others' sessions, pages that the browser kept, headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import accounts
from pages.http import cookie, policy, session_owners
from tests.whole_app import account_and_token


def cookies_of(role: Role, name: str) -> dict[str, str]:
    return {"Cookie": f"{cookie.NAME}={cookie.sign(account_and_token(role, name)[1])}"}


@pytest.mark.parametrize("entries", ["streamlit, x, {id}", "streamlit,x, {id} ,more", "a,b,{id},{id}", " ,,{id}"])
def test_no_spelling_of_the_handshake_names_a_foreign_session(stranger: TestClient, entries: str) -> None:
    session_owners._owners["victim"] = "somebody else"
    header = entries.format(id="victim").encode()
    scope = {"type": "websocket", "headers": [(b"sec-websocket-protocol", header)], "subprotocols": []}
    assert b"victim" not in dict(session_owners.own_session_only(scope, "token")["headers"])[b"sec-websocket-protocol"]


@pytest.mark.parametrize("path", ["/_stcore/upload_file/unknown/f", "/_stcore/upload_file//f", "/_stcore/upload_file/"])
def test_an_upload_to_no_session_of_ones_own_goes_nowhere(stranger: TestClient, path: str) -> None:
    assert stranger.put(path, files={"file": b"x"}, headers=cookies_of(Role.STAFF, "ada")).status_code == 404


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
