"""Signing in at a provider that is honest, and at one that lies; answers that were stolen, changed or come again."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from core import config
from core.errors import SettingsError
from core.workflows.accounts import (
    accounts,
    oidc_discovery,
    sign_ins,
)
from pages.http import cookie, oidc
from tests.attacks.provider_sign_in import PASSWORD, refused, sign_in, to_provider_and_back
from tests.identity_provider import CLIENT_ID, IdentityProvider, new_key


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


# --- after the provider


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
