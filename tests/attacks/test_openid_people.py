"""Whom an answer of the provider means, and whom it does not."""

from __future__ import annotations

import pytest

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Conflict, Refused
from core.workflows.accounts import (
    accounts,
    oidc_links,
)
from tests.attacks.provider_sign_in import PASSWORD, refused, sign_in


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
