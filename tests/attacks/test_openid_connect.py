"""Signing in at a provider that is honest, and at one that lies; answers that were stolen, changed or come again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pyotp
import pytest
from starlette.testclient import TestClient

from core import config
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Conflict, NotAllowed, Refused, SettingsError
from core.workflows.accounts import (
    accounts,
    confirmation,
    oidc_discovery,
    oidc_links,
    sign_ins,
    two_step,
)
from db import session
from pages.http import cookie, oidc
from tests.identity_provider import CLIENT_ID, IdentityProvider, new_key

PASSWORD = "a horse in the library"


@pytest.fixture
def ada(stranger: TestClient) -> Account:
    """An account that an administrator has linked with ada@school.example."""
    accounts.create("boss", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    account = accounts.create("ada", None, Role.STAFF, actor=COMMAND_LINE)
    return oidc_links.link(account.id, "ada@school.example", actor=COMMAND_LINE)


def to_provider_and_back(browser: TestClient, begin: str = "/oidc/sign-in") -> str:
    """The address to which the provider sends the browser back, below ours."""
    away = browser.get(begin)
    assert away.status_code == 303, away.text
    back = httpx2.get(away.headers["location"], follow_redirects=False).headers["location"]
    parts = urlsplit(back)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://localhost/oidc/callback"
    return f"{parts.path}?{parts.query}"


def sign_in(browser: TestClient, begin: str = "/oidc/sign-in") -> Any:
    return browser.get(to_provider_and_back(browser, begin))


def refused(browser: TestClient, answer: Any) -> str:
    """The words of a refusal that gave no cookie of a sign-in."""
    assert answer.status_code == 401
    assert browser.get("/api/me").status_code == 401
    return str(answer.text)


def test_somebody_the_provider_knows_signs_in_and_comes_where_they_wanted(stranger, ada, provider) -> None:
    answer = sign_in(stranger, "/oidc/sign-in?next=/evaluate")
    assert (answer.status_code, answer.headers["location"]) == (303, "/evaluate")
    assert stranger.get("/api/me").json() == {"name": "ada", "role": "staff"}
    assert accounts.account_named("ada").is_linked


def test_the_request_has_state_nonce_and_pkce_and_the_exact_address_to_come_back_to(stranger, ada, provider) -> None:
    sign_in(stranger)
    asked = provider.asked[0]
    assert asked["redirect_uri"] == "http://localhost/oidc/callback"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}


def test_the_button_is_there_when_a_provider_is_set_and_only_then(stranger, ada, monkeypatch) -> None:
    assert "oidc" not in stranger.get("/sign-in").text
    for path in ("/oidc/sign-in", "/oidc/callback?code=x&state=y", "/oidc/sign-out"):
        assert stranger.get(path).status_code == 404


def test_the_button_bears_the_providers_name_and_leads_there(stranger, ada, provider) -> None:
    page = stranger.get("/sign-in?next=/evaluate").text
    assert "Sign in with School" in page
    assert 'href="/oidc/sign-in?next=%2Fevaluate"' in page


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody else"},
    "many audiences and none of them acts for us": {"aud": [CLIENT_ID, "somebody else"]},
    "for us, acting for another": {"azp": "somebody else"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://elsewhere.example"},
    "the issuer with a slash": {"iss": "SLASH"},
    "no issuer": {"iss": None},
    "expired": {"exp": int(time.time()) - 3600},
    "no end": {"exp": None},
    "made in the future": {"iat": int(time.time()) + 3600},
    "not yet": {"nbf": int(time.time()) + 3600},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "a number for a subject": {"sub": 7},
    "an endless subject": {"sub": "x" * 300},
    "another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_id_token_that_does_not_hold_signs_nobody_in(lie: str, stranger, ada, provider) -> None:
    provider.claims = dict(LIES[lie])
    if provider.claims.get("iss") == "SLASH":
        provider.claims["iss"] = f"{provider.issuer}/"
    refused(stranger, sign_in(stranger))
    assert not accounts.account_named("ada").is_linked


@pytest.mark.parametrize("signing", ["none", "HS256"])
def test_a_token_that_is_not_signed_by_a_key_of_the_provider_is_none(signing: str, stranger, ada, provider) -> None:
    provider.signing = signing
    refused(stranger, sign_in(stranger))


def test_a_foreign_key_is_none_of_the_providers_though_it_bears_its_name(stranger, ada, provider) -> None:
    foreign = new_key()
    provider.signing_key = type(foreign).import_key(foreign.as_dict(private=True) | {"kid": provider.key.kid})
    refused(stranger, sign_in(stranger))


def test_a_key_that_the_provider_changed_is_read_anew(stranger, ada, provider) -> None:
    sign_in(stranger)
    stranger.cookies.clear()
    fresh = new_key()
    provider.signing_key, provider.published = fresh, [provider.key, fresh]
    oidc_discovery._fetched_lately.clear()
    assert sign_in(stranger).status_code == 303


def test_an_answer_counts_once_even_with_the_cookie_of_before(stranger, ada, provider) -> None:
    back = to_provider_and_back(stranger)
    held = stranger.cookies["earshot_provider"]
    assert stranger.get(back).status_code == 303
    stranger.cookies.clear()
    stranger.cookies.set("earshot_provider", held)
    refused(stranger, stranger.get(back))


def test_an_answer_counts_in_the_browser_that_asked_alone(stranger, ada, provider) -> None:
    back = to_provider_and_back(stranger)
    stranger.cookies.clear()
    refused(stranger, stranger.get(back))  # of somebody who was sent the address by mail
    to_provider_and_back(stranger)
    refused(stranger, stranger.get(back))  # of somebody who has begun another sign-in


def changed(back: str, **values: str) -> str:
    sent = {name: texts[0] for name, texts in parse_qs(urlsplit(back).query).items()} | values
    return f"/oidc/callback?{urlencode(sent)}"


@pytest.mark.parametrize(
    "values",
    [{"state": ""}, {"state": "x" * 43}, {"state": "é"}, {"code": ""}, {"code": "made up"}, {"error": "access_denied"}],
)
def test_a_changed_answer_signs_nobody_in(values: dict[str, str], stranger, ada, provider) -> None:
    refused(stranger, stranger.get(changed(to_provider_and_back(stranger), **values)))


def test_what_an_answer_says_is_never_html(stranger, ada, provider) -> None:
    back = changed(to_provider_and_back(stranger), error="<script>x()</script>")
    text = refused(stranger, stranger.get(back))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_an_answer_that_names_another_provider_is_refused(stranger, ada, provider) -> None:
    provider.issuer_in_answer = "https://elsewhere.example"
    refused(stranger, sign_in(stranger))
    provider.issuer_in_answer = provider.issuer
    assert sign_in(stranger).status_code == 303


def test_a_provider_that_calls_itself_otherwise_is_not_used(stranger, ada, provider) -> None:
    provider.discovery = {"issuer": "https://elsewhere.example"}
    assert stranger.get("/oidc/sign-in").status_code == 503


def test_the_held_note_can_be_neither_changed_nor_aged(stranger, ada, provider, monkeypatch) -> None:
    back = to_provider_and_back(stranger)
    held = stranger.cookies["earshot_provider"]
    stranger.cookies.clear()
    stranger.cookies.set("earshot_provider", held[:-2] + ("aa" if held[-2:] != "aa" else "bb"))
    refused(stranger, stranger.get(back))
    monkeypatch.setattr("core.workflows.accounts.oidc_sign_in.LIFETIME_S", -1)
    stranger.cookies.clear()
    stranger.cookies.set("earshot_provider", held)
    refused(stranger, stranger.get(back))


# --- which account is meant


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_e_mail_that_is_not_verified_means_nobody(verified: object, stranger, ada, provider) -> None:
    provider.person["email_verified"] = verified
    assert "No account here belongs to" in refused(stranger, sign_in(stranger))


def test_a_user_name_that_looks_like_an_e_mail_means_nobody(stranger, ada, provider) -> None:
    provider.person = {"sub": "eve-8", "preferred_username": "ada@school.example"}
    refused(stranger, sign_in(stranger))


def test_a_name_here_alone_links_nobody_not_even_an_administrators(stranger, provider) -> None:
    for name in ("ada", "ada@school.example", "ada-7"):
        accounts.create(name, PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    refused(stranger, sign_in(stranger))


@pytest.mark.parametrize("login", ["ada", "ADA", "ada-7", "Ada@School.example"])
def test_an_administrator_writes_a_user_name_a_number_or_an_e_mail(login: str, stranger, ada, provider) -> None:
    oidc_links.link(ada.id, login, actor=COMMAND_LINE)
    assert sign_in(stranger).status_code == 303


def test_once_linked_the_number_counts_and_an_e_mail_that_went_to_somebody_else_does_not(
    stranger, ada, provider
) -> None:
    sign_in(stranger)
    stranger.cookies.clear()
    provider.person = {"sub": "new-9", "email": "ada@school.example", "email_verified": True}
    refused(stranger, sign_in(stranger))
    provider.person = {"sub": "ada-7", "email": "ada@elsewhere.example", "email_verified": True}
    assert sign_in(stranger).status_code == 303


def test_a_closed_account_stays_closed_linked_before_or_not(stranger, ada, provider) -> None:
    accounts.deactivate(ada.id, actor=COMMAND_LINE)
    refused(stranger, sign_in(stranger))
    accounts.reactivate(ada.id, actor=COMMAND_LINE)
    assert sign_in(stranger).status_code == 303
    accounts.deactivate(ada.id, actor=COMMAND_LINE)
    refused(stranger, sign_in(stranger))


def test_whoever_is_unknown_becomes_a_judge_only_where_the_settings_say_so(
    stranger, ada, provider, monkeypatch
) -> None:
    provider.person = {"sub": "cleo-1", "email": "cleo@school.example", "email_verified": True, "role": "admin"}
    refused(stranger, sign_in(stranger))
    monkeypatch.setenv("EARSHOT_OIDC_CREATE_JUDGES", "yes")
    config.settings.cache_clear()
    assert sign_in(stranger).status_code == 303
    assert stranger.get("/api/me").json() == {"name": "cleo@school.example", "role": "judge"}


@pytest.mark.parametrize("name", ["boss", "BOSS", "bоss", "<b>", "a" * 81])
def test_a_new_judge_takes_nobodys_name(name: str, stranger, ada, provider, monkeypatch) -> None:
    monkeypatch.setenv("EARSHOT_OIDC_CREATE_JUDGES", "yes")
    config.settings.cache_clear()
    provider.person = {"sub": "eve-8", "preferred_username": name}
    before = len(accounts.all_accounts())
    refused(stranger, sign_in(stranger))
    assert len(accounts.all_accounts()) == before


def test_nobody_signs_in_before_there_is_an_administrator(stranger, provider, monkeypatch) -> None:
    monkeypatch.setenv("EARSHOT_OIDC_CREATE_JUDGES", "yes")
    config.settings.cache_clear()
    assert sign_in(stranger).headers["location"] == "/first-start"
    assert accounts.all_accounts() == []


def test_another_name_at_the_provider_ends_the_sign_ins_and_forgets_the_number(stranger, ada, provider) -> None:
    sign_in(stranger)
    oidc_links.link(ada.id, "", actor=COMMAND_LINE)
    assert stranger.get("/api/me").status_code == 401
    refused(stranger, sign_in(stranger))


def test_two_accounts_have_no_one_name_and_the_last_administrator_keeps_a_way_in(ada, provider, stranger) -> None:
    boss = accounts.account_named("boss")
    with pytest.raises(Conflict, match="ada has"):
        oidc_links.link(boss.id, "ADA@school.example", actor=COMMAND_LINE)
    with pytest.raises(Refused):
        oidc_links.link(boss.id, "a\u202eb", actor=COMMAND_LINE)
    accounts.set_role(ada.id, Role.ADMIN, actor=COMMAND_LINE)
    sign_in(stranger)
    accounts.deactivate(boss.id, actor=COMMAND_LINE)
    with pytest.raises(Conflict, match="last administrator"):
        oidc_links.link(ada.id, "", actor=COMMAND_LINE)


# --- after the provider


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


def test_signing_out_leads_to_the_providers_own_sign_out_where_it_has_one(stranger, ada, provider) -> None:
    target = stranger.get("/oidc/sign-out").headers["location"]
    assert target.startswith(f"{provider.issuer}/leave?client_id={CLIENT_ID}&post_logout_redirect_uri=http%3A%2F%2Floc")
    provider.discovery = {"end_session_endpoint": "javascript:alert(1)"}
    oidc_discovery.forget()
    assert "offers no sign-out" in stranger.get("/oidc/sign-out").text


def test_signing_in_there_ends_the_sign_in_of_before_in_this_browser(stranger, ada, provider) -> None:
    _, token = sign_ins.sign_in("boss", PASSWORD)
    stranger.cookies.set(cookie.NAME, cookie.sign(token))
    sign_in(stranger)
    assert sign_ins.account_of_token(token) is None


def test_a_slow_provider_holds_up_few_and_the_rest_are_turned_away(stranger, ada, provider, monkeypatch) -> None:
    monkeypatch.setattr(oidc, "_present", oidc.MOST_AT_PROVIDER)
    answer = stranger.get("/oidc/sign-in")
    assert (answer.status_code, "Too many people" in answer.text) == (503, True)
    assert provider.asked == []


def test_a_provider_that_does_not_answer_is_named_and_passwords_still_let_in(stranger, ada, provider) -> None:
    back = to_provider_and_back(stranger)
    provider.discovery = {"jwks_uri": f"{provider.issuer}/nowhere"}
    oidc_discovery.forget()
    answer = stranger.get(back)
    assert (answer.status_code, "School does not answer" in answer.text) == (503, True)
    assert stranger.post("/sign-in", data={"name": "boss", "password": PASSWORD}).status_code == 303


# --- settings


def test_the_clients_secret_comes_from_a_file_too(stranger, ada, provider, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret of the client\n")
    monkeypatch.delenv("EARSHOT_OIDC_CLIENT_SECRET")
    monkeypatch.setenv("EARSHOT_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    config.settings.cache_clear()
    assert sign_in(stranger).status_code == 303
    shown = {one.variable: one.value for one in config.effective_settings()}
    assert "a secret" not in str(shown)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("OIDC_CLIENT_ID", "", "EARSHOT_OIDC_CLIENT_ID"),
        ("PUBLIC_URL", "", "EARSHOT_PUBLIC_URL"),
        ("OIDC_ISSUER", "http://id.example", "expected an https address"),
        ("OIDC_ISSUER", "https://id.example/?x=1", "expected an https address"),
        ("OIDC_CLIENT_SECRET_FILE", "somewhere", "not both"),
    ],
)
def test_settings_of_a_provider_that_cannot_be_used_are_named(name, value, words, provider, monkeypatch) -> None:
    monkeypatch.setenv(f"EARSHOT_{name}", value)
    config.settings.cache_clear()
    with pytest.raises(SettingsError, match=words):
        config.settings()


def test_a_secret_in_the_settings_is_shown_to_nobody(provider: IdentityProvider) -> None:
    shown = {one.variable: one.value for one in config.effective_settings()}
    assert shown["EARSHOT_OIDC_CLIENT_SECRET"] == "(set)"
    assert replace(provider).issuer in shown["EARSHOT_OIDC_ISSUER"]
