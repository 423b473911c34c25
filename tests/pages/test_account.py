"""Everybody's own page: language, where one is signed in, and ending that; nobody touches what is another's."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import Scope
from core.domain.labels import Role
from core.workflows.accounts import accounts, api_keys, audit_log, own_sign_ins, sign_ins
from tests.annotation.people import confirmed

PASSWORD = "a horse in the library"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile Safari/604.1"


def account(name: str, role: Role = Role.JUDGE) -> Account:
    return accounts.create(name, PASSWORD, role, actor=COMMAND_LINE)


def come_in(browser: TestClient, name: str, user_agent: str = FIREFOX) -> str:
    """Sign in from a browser without the cookie of another sign-in; its cookie."""
    browser.cookies.clear()
    answer = browser.post("/sign-in", data={"name": name, "password": PASSWORD}, headers={"User-Agent": user_agent})
    assert answer.status_code == 303
    return browser.cookies["earshot"]


def send(browser: TestClient, **fields: str):
    return browser.post("/account", data=fields)


def handles(page: str) -> list[str]:
    return re.findall(r'name="sign_in" value="(\w+)"', page)


@pytest.mark.parametrize("role", Role)
def test_everybody_reaches_it_and_only_administrators_see_keys(stranger: TestClient, role: Role) -> None:
    account("ada", role)
    come_in(stranger, "ada")
    page = stranger.get("/account")
    assert page.status_code == 200
    assert "Firefox · Windows" in page.text
    assert ("Keys for programs" in page.text) is (role is Role.ADMIN)


def test_a_stranger_is_led_to_the_sign_in(stranger: TestClient) -> None:
    account("ada", Role.ADMIN)
    answer = stranger.get("/account", headers={"Accept": "text/html", "Sec-Fetch-Mode": "navigate"})
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


def test_the_language_is_changed_and_the_page_speaks_it(stranger: TestClient) -> None:
    account("ada")
    come_in(stranger, "ada")
    assert send(stranger, do="language", language="fr").status_code == 303
    page = stranger.get("/account?done=language").text
    assert "Où vous êtes connecté" in page
    assert 'lang="fr"' in page
    assert send(stranger, do="language", language="xx").status_code == 422


def test_each_sign_in_is_listed_with_browser_and_address_and_no_token(stranger: TestClient) -> None:
    ada = account("ada")
    first = come_in(stranger, "ada", IPAD)
    come_in(stranger, "ada", FIREFOX)
    page = stranger.get("/account").text
    assert "Safari · iPad" in page
    assert "127.0.0.1" in page
    assert len(handles(page)) == 2
    assert not any(each.token_hash in page for each in own_sign_ins.own_sign_ins(ada))
    assert first not in page


def test_ending_one_ends_that_one_and_is_audited(stranger: TestClient) -> None:
    account("ada")
    on_ipad = come_in(stranger, "ada", IPAD)
    here = come_in(stranger, "ada", FIREFOX)
    other = re.search(r'iPad.*?name="sign_in" value="(\w+)"', stranger.get("/account").text, re.DOTALL)
    assert other is not None
    assert send(stranger, do="end", sign_in=other[1]).headers["location"] == "/account?done=ended"
    assert [is_in(stranger, each) for each in (on_ipad, here)] == [False, True]
    assert audit_log.entries(action="end sign-in").items[0].detail == {"browser": "Safari · iPad"}


def test_ending_this_one_leads_to_the_sign_in(stranger: TestClient) -> None:
    account("ada")
    come_in(stranger, "ada")
    (own,) = handles(stranger.get("/account").text)
    answer = send(stranger, do="end", sign_in=own)
    assert answer.headers["location"] == "/sign-in"
    assert "earshot=" in answer.headers["set-cookie"]


def test_all_others_end_and_this_one_stays(stranger: TestClient) -> None:
    ada = account("ada")
    come_in(stranger, "ada", IPAD)
    come_in(stranger, "ada", IPAD)
    here = come_in(stranger, "ada", FIREFOX)
    send(stranger, do="others")
    assert is_in(stranger, here)
    assert len(own_sign_ins.own_sign_ins(ada)) == 1
    assert audit_log.entries(action="end other sign-ins").items[0].detail == {"ended": 2}


def test_nobody_ends_the_sign_in_of_another(stranger: TestClient) -> None:
    account("eve")
    account("ada")
    of_ada = come_in(stranger, "ada")
    (handle,) = handles(stranger.get("/account").text)
    come_in(stranger, "eve")
    assert send(stranger, do="end", sign_in=handle).status_code == 404
    assert is_in(stranger, of_ada)


def test_another_site_changes_nothing(stranger: TestClient) -> None:
    ada = account("ada")
    come_in(stranger, "ada")
    answer = stranger.post("/account", data={"do": "others"}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert accounts.account_named("ada").speaks == ada.speaks


def test_own_keys_are_listed_and_revoked_and_those_of_others_are_not(stranger: TestClient) -> None:
    ada, ben = account("ada", Role.ADMIN), account("ben", Role.ADMIN)
    api_keys.create("platform", [Scope.SCORE], actor=confirmed(ada))
    _, secret = api_keys.create("of ben", [Scope.SCORE], actor=confirmed(ben))
    come_in(stranger, "ada")
    page = stranger.get("/account").text
    assert "platform" in page
    assert "of ben" not in page
    assert send(stranger, do="key", key="of ben").status_code == 404
    assert api_keys.key_of_secret(secret) is not None
    assert send(stranger, do="key", key="platform").status_code == 303
    assert api_keys.all_keys()[0].revoked_at is not None


def test_a_name_of_a_key_or_browser_is_never_markup(stranger: TestClient) -> None:
    ada = account("ada", Role.ADMIN)
    api_keys.create("<b>bold</b>", [Scope.SCORE], actor=confirmed(ada))
    come_in(stranger, "ada", "<script>alert(1)</script> Firefox/1 Windows")
    page = stranger.get("/account").text
    assert "<b>bold" not in page
    assert "<script>" not in page
    assert "Firefox · Windows" in page


def is_in(browser: TestClient, cookie: str) -> bool:
    answer = TestClient(browser.app, base_url="http://localhost", cookies={"earshot": cookie}).get("/api/me")
    return answer.status_code == 200


def test_a_sign_in_without_a_request_has_neither_address_nor_browser(stranger: TestClient) -> None:
    ada = account("ada")
    sign_ins.sign_in("ada", PASSWORD)
    (own,) = own_sign_ins.own_sign_ins(ada)
    assert (own.address, own.browser) == ("", "")
