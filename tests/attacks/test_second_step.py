"""The second step over HTTP: nobody is signed in before the code; setting it up; where administrators must have one."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from urllib.parse import unquote

import pyotp
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import accounts, sign_ins
from db import session
from pages.http import cookie, rules
from pages.http.guard import OPEN_WITHOUT_SECOND_STEP

PASSWORD = "a horse in the library"


@pytest.fixture
def ada(stranger: TestClient) -> accounts.Account:
    return accounts.create("ada", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)


def enter(browser: TestClient, **more: str):
    return browser.post("/sign-in", data={"name": "ada", "password": PASSWORD, **more})


def set_up(browser: TestClient) -> tuple[pyotp.TOTP, list[str]]:
    """Sign in and turn the second step on: the authenticator and the recovery codes."""
    enter(browser)
    page = browser.post("/two-step", data={"do": "begin"}).text
    totp = pyotp.TOTP("".join(re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].split()))
    answer = browser.post("/two-step", data={"do": "on", "code": totp.now()})
    assert answer.status_code == 200, answer.text
    return totp, re.findall(r"<li><code>([A-Z0-9-]+)</code></li>", answer.text)


def ticket_of(page: str) -> str:
    return page.split('name="ticket" value="')[1].split('"')[0]


def test_after_the_password_nobody_is_signed_in_before_the_code(stranger, ada) -> None:
    _, recovery = set_up(stranger)
    stranger.cookies.clear()
    answer = enter(stranger, next="/evaluate")
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert stranger.get("/api/me").status_code == 401
    wrong = stranger.post("/sign-in/code", data={"ticket": ticket_of(answer.text), "code": "000000"})
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
    sent = {"ticket": ticket_of(answer.text), "code": recovery[0], "next": "/evaluate"}
    assert stranger.post("/sign-in/code", data=sent).headers["location"] == "/evaluate"
    assert stranger.get("/api/me").json()["name"] == "ada"


def test_the_code_ends_the_sign_in_of_before_in_this_browser(stranger, ada) -> None:
    _, recovery = set_up(stranger)
    before = cookie.token_of(stranger.cookies)
    ticket = ticket_of(enter(stranger).text)
    assert sign_ins.account_of_token(before) is not None  # a password alone ends nothing
    stranger.post("/sign-in/code", data={"ticket": ticket, "code": recovery[0]})
    assert sign_ins.account_of_token(before) is None


def test_a_code_without_a_password_is_nothing(stranger, ada) -> None:
    totp, _ = set_up(stranger)
    stranger.cookies.clear()
    for ticket in ("", "made.up.ticket", cookie.sign("x")):
        assert stranger.post("/sign-in/code", data={"ticket": ticket, "code": totp.now()}).status_code == 401
    assert stranger.get("/sign-in/code").status_code == 401
    assert stranger.get("/api/me").status_code == 401


def test_a_ticket_leads_nowhere_else_and_is_no_cookie(stranger, ada) -> None:
    _, recovery = set_up(stranger)
    stranger.cookies.clear()
    ticket = ticket_of(enter(stranger).text)
    stranger.cookies.set(cookie.NAME, ticket)
    assert stranger.get("/api/me").status_code == 401
    sent = {"ticket": ticket, "code": recovery[0], "next": "//elsewhere.example"}
    assert stranger.post("/sign-in/code", data=sent).headers["location"] == "/"


def test_the_qr_code_is_drawn_here_and_the_page_loads_nothing(stranger, ada) -> None:
    enter(stranger)
    answer = stranger.post("/two-step", data={"do": "begin"})
    picture = answer.text.split('class="qr" src="')[1].split('"')[0]
    assert picture.startswith("data:image/svg+xml")
    assert "<svg" in unquote(picture) or b"<svg" in base64.b64decode(picture.partition(",")[2])
    assert "http" not in answer.text.replace(picture, "").replace("http://www.w3.org/2000/svg", "")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_wrong_first_code_turns_nothing_on_and_shows_the_same_qr_code_again(stranger, ada) -> None:
    enter(stranger)
    first = stranger.post("/two-step", data={"do": "begin"}).text
    again = stranger.post("/two-step", data={"do": "on", "code": "000000"})
    letters = re.compile(r"<code>([A-Z2-7 ]+)</code>")
    assert again.status_code == 401
    assert letters.findall(again.text) == letters.findall(first)
    assert not accounts.account_named("ada").has_two_steps


def test_an_old_sign_in_confirms_before_it_sets_anything_up(stranger, ada, monkeypatch) -> None:
    enter(stranger)
    now = session.now
    monkeypatch.setattr(session, "now", lambda: now() + timedelta(minutes=11))
    assert "Confirm that it is you" in stranger.post("/two-step", data={"do": "begin"}).text
    wrong = stranger.post("/confirm", data={"proof": "another", "next": "/two-step"})
    assert (wrong.status_code, "not right" in wrong.text) == (401, True)
    answer = stranger.post("/confirm", data={"proof": PASSWORD, "next": "/two-step"})
    assert answer.headers["location"] == "/two-step"
    assert 'class="qr"' in stranger.post("/two-step", data={"do": "begin"}).text


def test_it_is_turned_off_with_a_code(stranger, ada) -> None:
    _, recovery = set_up(stranger)
    assert "Recovery codes left: 10" in stranger.get("/two-step").text
    assert stranger.post("/two-step", data={"do": "off", "code": "000000"}).status_code == 401
    assert stranger.post("/two-step", data={"do": "off", "code": recovery[0]}).status_code == 303
    assert not accounts.account_named("ada").has_two_steps


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_REQUIRE_TOTP", "yes")
    config.settings.cache_clear()


def test_where_it_is_required_an_administrator_reaches_nothing_before_it_is_set_up(stranger, ada, required) -> None:
    enter(stranger)
    refusals = {(303, "/two-step"), (403, None), (404, None)}
    shut = [rule for rule in rules.RULES if rule.pattern not in OPEN_WITHOUT_SECOND_STEP]
    for rule in shut:
        path = rule.pattern.replace("*", "1")
        for method in sorted(rule.methods - {"WS", "OPTIONS"}):
            answer = stranger.request(method, path, headers={"Accept": "text/html", "Sec-Fetch-Mode": "navigate"})
            assert (answer.status_code, answer.headers.get("location")) in refusals, f"{method} {path}"
    assert stranger.get("/api/me").status_code == 403
    with pytest.raises(WebSocketDisconnect), stranger.websocket_connect("/_stcore/stream"):
        pass


def test_once_set_up_everything_is_open_and_it_stays_on(stranger, ada, required) -> None:
    _, recovery = set_up(stranger)
    assert stranger.get("/api/me").json()["name"] == "ada"
    assert stranger.post("/two-step", data={"do": "off", "code": recovery[0]}).status_code == 422


def test_others_than_administrators_are_not_asked(visitor, required) -> None:
    for role in (Role.JUDGE, Role.STAFF):
        assert visitor(role).get("/api/me").status_code == 200


def test_a_french_judge_sets_it_up_in_french(stranger, monkeypatch) -> None:
    ada = accounts.create("ada", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    accounts.set_language(ada.id, "fr", actor=COMMAND_LINE)
    enter(stranger)
    assert "<h1>Deuxième étape</h1>" in stranger.get("/two-step").text
    assert stranger.get("/confirm?next=/two-step").headers["location"] == "/two-step"
    now = session.now
    monkeypatch.setattr(session, "now", lambda: now() + timedelta(minutes=11))
    assert "Confirmez que c'est bien vous" in stranger.get("/confirm").text.replace("&#39;", "'")
