"""The sign-in page: who gets the cookie, where it leads, and what ends it."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Unavailable
from core.translation import preferred_language
from core.workflows.accounts import accounts, password_tries, sign_ins
from core.workflows.accounts.passwords import RetryDelay
from pages.http import cookie
from pages.http.own_page import message_page
from pages.http.sign_in import local_path

PASSWORD = "a horse in the library"


@pytest.fixture
def ada(stranger: TestClient) -> accounts.Account:
    return accounts.create("ada", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)


def sign_in(browser: TestClient, password: str = PASSWORD, **more: str):
    return browser.post("/sign-in", data={"name": "ada", "password": password, **more})


def test_the_right_password_gives_a_cookie_no_script_can_read(stranger, ada):
    answer = sign_in(stranger)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    set_cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in set_cookie
    assert "samesite=lax" in set_cookie
    assert "path=/" in set_cookie
    assert stranger.get("/api/me").json() == {"name": "ada", "role": "admin"}


def test_a_wrong_password_says_so_and_keeps_the_name(stranger, ada):
    answer = sign_in(stranger, "not this one at all")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "do not go together" in answer.text
    assert 'value="ada"' in answer.text


def test_a_french_browser_is_asked_in_french(stranger, ada):
    french = {"Accept-Language": "de;q=0.9, fr-CA;q=0.8, en;q=0.7"}
    assert "<h1>Se connecter</h1>" in stranger.get("/sign-in", headers=french).text
    wrong = {"name": "ada", "password": "not this one"}
    assert "Nom ou mot de passe incorrect" in stranger.post("/sign-in", data=wrong, headers=french).text
    assert "<h1>Sign in</h1>" in stranger.get("/sign-in").text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("en-GB,fr;q=0.5", "en"),
        ("fr;q=0, de", "en"),
        ("*;q=x,,;", "en"),
        ("nl, FR;q=.3", "fr"),
    ],
)
def test_the_browsers_first_language_that_we_speak_wins(accepted, language):
    assert preferred_language(accepted) == language


def test_the_sixth_wrong_password_in_a_row_is_told_how_long_to_wait(stranger, ada):
    for _ in range(5):
        sign_in(stranger, "not this one at all")
    answer = sign_in(stranger)
    assert answer.status_code == 401
    assert re.search(r"Wait \d+ seconds", answer.text)


def test_the_wait_is_told_in_french_too(stranger, ada, monkeypatch):
    french, wrong = {"Accept-Language": "fr"}, {"name": "ada", "password": "not this one"}
    for _ in range(5):
        stranger.post("/sign-in", data=wrong, headers=french)
    assert re.search(r"Attendez \d+ secondes", stranger.post("/sign-in", data=wrong, headers=french).text)
    for_long = RetryDelay(first_wait_s=500.0)
    monkeypatch.setattr(password_tries, "PATIENCE", for_long)
    assert "Attendez 9 minutes" in stranger.post("/sign-in", data=wrong, headers=french).text


def test_a_database_out_of_reach_is_told_in_french_too(stranger, ada, monkeypatch):
    def away(*_: object, **__: object) -> None:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(sign_ins, "sign_in", away)
    answer = stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD}, headers={"Accept-Language": "fr"})
    assert answer.status_code == 503
    assert "Réessayez dans un instant" in answer.text
    assert "the disk is full" in answer.text


def test_what_people_type_is_never_html(stranger, ada):
    answer = stranger.post("/sign-in", data={"name": '"><script>x()</script>', "password": "p"})
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_form_from_another_site_is_refused(stranger, ada):
    for origin in ("http://elsewhere.example", "null", "http://localhost:3000"):
        answer = stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD}, headers={"Origin": origin})
        assert answer.status_code == 403


def test_a_stranger_comes_back_to_the_screen_they_asked_for(stranger, ada):
    asked = stranger.get("/evaluate?am=0.10&model=a b", headers={"Accept": "text/html"})
    assert asked.headers["location"] == "/sign-in?next=%2Fevaluate%3Fam%3D0.10%26model%3Da%2520b"
    assert "/evaluate?am=0.10&amp;model=a%20b" in stranger.get(asked.headers["location"]).text
    assert sign_in(stranger, next="/evaluate?am=0.10").headers["location"] == "/evaluate?am=0.10"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "///elsewhere.example",
        "javascript:alert(1)",
        "/evaluate/../../elsewhere",
        "/_stcore/health",
        "/sign-out",
        "/\t/elsewhere.example",
        "http://[broken",
        None,
        "",
    ],
)
def test_no_address_leads_away_from_here(wanted):
    assert local_path(wanted) == "/"


def test_an_address_of_ours_is_kept_with_its_question():
    assert local_path("/recordings?label=Noise#top") == "/recordings?label=Noise"


def test_signing_out_ends_this_sign_in_and_needs_more_than_a_link(stranger, ada):
    sign_in(stranger)
    assert "Sign out?" in stranger.get("/sign-out").text
    assert stranger.get("/api/me").status_code == 200
    kept = stranger.cookies[cookie.NAME]
    assert stranger.post("/sign-out").headers["location"] == "/sign-in"
    stranger.cookies.set(cookie.NAME, kept)
    assert stranger.get("/api/me").status_code == 401


def test_signing_out_everywhere_ends_the_other_browser_too(stranger, ada):
    sign_in(stranger)
    elsewhere = sign_ins.sign_in("ada", PASSWORD)[1]
    stranger.post("/sign-out", data={"everywhere": "yes"})
    assert sign_ins.account_of_token(elsewhere) is None


def test_a_cookie_that_was_changed_is_no_cookie(visitor):
    browser = visitor(Role.STAFF)
    value = browser.cookies[cookie.NAME]
    browser.cookies.set(cookie.NAME, ("A" if value[0] != "A" else "B") + value[1:])
    assert browser.get("/api/me").status_code == 401
    browser.cookies.set(cookie.NAME, value.split(".")[0])
    assert browser.get("/api/me").status_code == 401


def test_a_form_as_large_as_a_book_is_refused(stranger, ada):
    assert sign_in(stranger, "x" * 20_000).status_code == 413


def test_whoever_is_signed_in_is_led_past_the_sign_in(visitor):
    assert visitor(Role.STAFF).get("/sign-in?next=/recordings").headers["location"] == "/recordings"


def test_the_start_address_leads_to_where_the_work_begins(visitor):
    assert visitor(Role.JUDGE).get("/").headers["location"] == "/annotate"
    assert visitor(Role.STAFF).get("/").headers["location"] == "/overview"


EVIL = "<script>alert(1)</script>\"' onfocus=x {{ 7 * 7 }}"


def test_what_was_typed_is_escaped_on_every_own_page(stranger):
    for answer in (
        stranger.post("/first-start", data={"name": EVIL, "password": "a", "again": "b"}),
        message_page(EVIL, EVIL, link=("/", EVIL), status=404),
    ):
        text = answer.text if hasattr(answer, "text") else answer.body.decode()
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert "{{ 7 * 7 }}" in text


def test_a_name_that_was_typed_wrong_is_escaped(stranger, ada):
    text = stranger.post("/sign-in", data={"name": EVIL, "password": "x", "next": EVIL}).text
    assert "<script" not in text
    assert "&#34;&#39; onfocus=x {{ 7 * 7 }}" in text
