"""A second step, and proving once more who one is, at the provider."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
import pytest
from starlette.testclient import TestClient

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotAllowed
from core.workflows.accounts import (
    accounts,
    confirmation,
    oidc_links,
    sign_ins,
    two_step,
)
from db import session
from pages.http import cookie
from tests.attacks.provider_sign_in import sign_in


def test_a_second_step_is_asked_after_the_provider_too(stranger, ada, provider) -> None:
    sign_in(stranger)
    account = sign_ins.account_of_token(cookie.token_of(stranger.cookies) or "")
    assert account is not None
    totp = pyotp.TOTP(two_step.begin_enrolment(account).secret)
    recovery = two_step.enrol(account, totp.now())
    stranger.cookies.clear()
    page = sign_in(stranger)
    assert page.status_code == 200
    assert stranger.get("/api/me").status_code == 401
    ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
    assert stranger.post("/sign-in/code", data={"ticket": ticket, "code": recovery[0]}).status_code == 303
    assert stranger.get("/api/me").json()["name"] == "ada"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    begin, passed = session.now, [timedelta()]
    monkeypatch.setattr(session, "now", lambda: begin() + passed[0])

    def pass_time() -> None:
        passed[0] += timedelta(minutes=11)

    return pass_time


def signed_in_account(browser: TestClient) -> Account:
    account = sign_ins.account_of_token(cookie.token_of(browser.cookies) or "")
    assert account is not None
    return account


def test_whoever_has_no_password_confirms_at_the_provider(stranger, ada, provider, later) -> None:
    sign_in(stranger)
    later()
    provider.claims = {"auth_time": int((session.now() - datetime(1970, 1, 1)).total_seconds())}
    account = signed_in_account(stranger)
    assert "Confirm at School" in stranger.get("/confirm").text
    with pytest.raises(NotAllowed):
        confirmation.confirm(account, "anything")
    answer = sign_in(stranger, "/oidc/confirm?next=/recordings")
    assert (answer.status_code, answer.headers["location"]) == (303, "/recordings")
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert confirmation.is_recent(account)


@pytest.mark.parametrize(
    "auth_time", [None, lambda: int(time.time()) - 3600, "now"], ids=["none", "an hour ago", "now"]
)
def test_a_provider_that_did_not_ask_again_confirms_nothing(auth_time, stranger, ada, provider, later) -> None:
    sign_in(stranger)
    later()
    provider.claims = {"auth_time": auth_time() if callable(auth_time) else auth_time}
    assert sign_in(stranger, "/oidc/confirm").status_code == 401
    assert not confirmation.is_recent(signed_in_account(stranger))


def test_another_person_at_the_provider_confirms_nothing(stranger, ada, provider, later) -> None:
    eve = accounts.create("eve", None, Role.STAFF, actor=COMMAND_LINE)
    oidc_links.link(eve.id, "eve", actor=COMMAND_LINE)
    sign_in(stranger)
    later()
    provider.person = {"sub": "eve-8", "preferred_username": "eve"}
    assert sign_in(stranger, "/oidc/confirm").status_code == 401
    assert not confirmation.is_recent(signed_in_account(stranger))
