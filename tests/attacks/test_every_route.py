"""A walk over all routes with what OWASP ASVS 5 asks of each: origin, caches, redirects, methods, errors, bodies."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import accounts
from core.workflows.annotation import audio_access
from pages.http import cookie, rules
from pages.http.sign_in import DOORS
from tests.pages.test_rules import SCREENS, every_route
from tests.whole_app import account_and_token

PASSWORD = "a horse in the library"
ELSEWHERE = "https://elsewhere.example"
SAFE = ("GET", "HEAD", "OPTIONS", "WS")
CONSTANT = ("/static/", "/assets/", "/component/", "/_stcore/bidi-components/", "/favicon.png", "/manifest.json")
KINDS = ("application/json", "application/problem+json", "text/html", "text/plain")
SENT_AS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")
BODIES = [
    *(b"", b"[]", b"{}", b"null", b"1", b'"x"', b"{", b"\xff\xfe", b"\0", b"[" * 8_000, b'{"a":' * 2_000, b"1e999"),
    b'{"account": {}, "sitting": [], "recording_id": "x", "round": null, "seconds": {}, "label": 1}',
    b'{"account": 9e999, "sitting": 1, "recording_id": 1' + b"0" * 400 + b', "round": -1, "seconds": 1e308}',
    b'{"__proto__": {"account": 1}, "account": true, "sitting": "\\ud800", "recording_id": 1.5}',
]
Visitor = Callable[..., TestClient]


def test_another_sites_page_changes_nothing_on_any_route(server: TestClient, visitor: Visitor) -> None:
    browser = visitor(Role.ADMIN)
    for origin in (
        ELSEWHERE,
        "null",
        "http://localhost.elsewhere.example",
        "http://localhost:1",
        "https://localhost@x",
    ):
        for method, path in every_route(server):
            if method not in SAFE:
                answer = browser.request(method, path, headers={"Origin": origin})
                assert answer.status_code in (403, 404), (method, path, origin)
    assert browser.get("/api/me").is_success


def test_no_answer_but_constant_files_is_kept_by_any_cache(server: TestClient, visitor: Visitor) -> None:
    for role in (None, Role.STAFF):
        browser = visitor(role)
        for method, path in every_route(server):
            if method != "WS" and not path.startswith(CONSTANT) and path not in DOORS:
                kept = browser.request(method, path).headers.get("cache-control", "")
                is_streamlits_own = path.startswith("/_stcore/") and kept == "no-cache"  # holds nothing of anybody
                assert "no-store" in kept or is_streamlits_own, (method, path, kept)


@pytest.mark.parametrize("origin", [ELSEWHERE, "null"])
def test_no_answer_is_opened_to_scripts_of_other_sites(server: TestClient, visitor: Visitor, origin: str) -> None:
    browser = visitor(Role.STAFF)
    for method, path in every_route(server):
        if method != "WS" and path not in DOORS:
            headers = browser.request(method, path, headers={"Origin": origin}).headers
            assert "access-control-allow-credentials" not in headers, (method, path)
            assert headers.get("access-control-allow-origin") is None, (method, path)


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost:1", "[::1]", "a b", ""])
def test_no_redirect_leads_where_the_host_header_says(server: TestClient, visitor: Visitor, host: str) -> None:
    for role in (None, Role.STAFF):
        browser = visitor(role)
        paths = {path for method, path in every_route(server) if method == "GET"} | {f"/{name}" for name in SCREENS}
        for path in sorted(paths):
            for spelling in (path, f"{path}/", f"{path}//", f"{path}?next=//{host}"):
                answer = browser.get(spelling, headers={"Host": host, "Accept": "text/html"})
                target = answer.headers.get("location", "/")
                assert re.match(r"/(?![/\\])", target), (spelling, target)


@pytest.mark.parametrize(
    "wanted",
    [
        *("//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example/overview", "/overview/../..//x"),
        *("\t//elsewhere.example", "/%09/elsewhere.example", "///overview", "javascript:alert(1)//overview"),
        *(
            "/overview\r\nSet-Cookie: a=b",
            "/overview\0",
            "http:/overview",
            "http:overview",
            "/sign-out",
            "//[",
            "/\u2028",
        ),
    ],
)
def test_a_sign_in_leads_to_our_own_screens_only(stranger: TestClient, wanted: str) -> None:
    accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    answer = stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD, "next": wanted})
    target = answer.headers["location"]
    assert answer.status_code == 303
    assert target == "/" or rules.is_page(target.partition("?")[0])
    assert not target.startswith(("//", "/\\"))
    assert "a=b" not in str(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("planted", ["x", "a.b.c", "", "planted"])
def test_a_planted_cookie_never_becomes_a_sign_in(stranger: TestClient, planted: str) -> None:
    accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    value = cookie.sign(planted) if planted == "planted" else planted
    stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD}, headers={"Cookie": f"{cookie.NAME}={value}"})
    assert stranger.cookies[cookie.NAME] != value
    stranger.cookies.clear()
    assert stranger.get("/api/me", headers={"Cookie": f"{cookie.NAME}={value}"}).status_code == 401


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PATCH", "DELETE", "PUT", "PROPFIND", "FOO"])
def test_a_method_that_no_rule_names_reaches_nothing(visitor: Visitor, method: str) -> None:
    browser = visitor(Role.ADMIN)
    for path in ("/overview", "/api/me", "/audio/1", "/sign-out", "/judging/desk", "/password", "/listening"):
        assert browser.request(method, path).status_code in (404, 405)


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_makes_another_method_of_a_request(visitor: Visitor, name: str) -> None:
    browser = visitor(Role.STAFF)
    browser.get("/sign-out?_method=POST", headers={name: "POST"})
    assert browser.get("/api/me").is_success
    assert browser.get("/api/score", headers={name: "POST"}).status_code in (404, 405)


def test_a_fault_of_the_server_tells_nothing_and_has_every_header(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise RuntimeError(f"secret in {config.settings().storage}")

    browser = visitor(Role.STAFF)
    monkeypatch.setattr(audio_access, "audio_for", faulty)
    monkeypatch.setattr(browser._transport, "raise_server_exceptions", False)
    answer = browser.get("/audio/1")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("body", BODIES)
def test_no_body_is_a_fault_of_the_server(server: TestClient, stranger: TestClient, body: bytes) -> None:
    _, token = account_and_token(Role.ADMIN, "ada")
    own = {"Cookie": f"{cookie.NAME}={cookie.sign(token)}"}
    for method, path in every_route(server):
        if method not in SAFE and path != "/sign-out":
            for kind in SENT_AS:
                answer = stranger.request(method, path, content=body, headers=own | {"Content-Type": kind})
                assert answer.status_code < 500, (method, path, kind, answer.text)
                assert answer.headers.get("content-type", "").startswith(KINDS) or not answer.content
