"""Administration: accounts, erasing, settings, the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import DateTime, bindparam, text

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ErasureResult
from core.domain.labels import Role
from core.domain.permissions import Permission
from core.workflows.accounts import accounts, api_keys, audit_log, authorisation, passwords, sign_ins
from core.workflows.maintenance import erasure
from db import accounts as rows
from db import audit, session
from tests.annotation.people import add_recordings, confirmed
from tests.pages.administration_screen import PASSWORD, button, confirm, erase, errors, has_preview


def test_adding_somebody_makes_an_account_that_can_sign_in(signed_in, screen):
    signed_in(Role.ADMIN, "ada")
    test = screen("administration")
    test.button(key="add-account").click().run()
    test.text_input(key="new-name").set_value("grace")
    test.text_input(key="new-password").set_value(PASSWORD)
    button(test, "Add").click().run()
    assert not test.exception
    account, _ = sign_ins.sign_in("grace", PASSWORD)
    assert account.role == Role.JUDGE
    assert audit_log.entries(action="add account").items[0].actor == "ada"


def test_a_short_password_is_refused_in_words(signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("administration")
    test.button(key="add-account").click().run()
    test.text_input(key="new-name").set_value("grace")
    test.text_input(key="new-password").set_value("short")
    button(test, "Add").click().run()
    assert "too short" in errors(test)
    assert len(accounts.all_accounts()) == 1


def test_the_last_administrator_cannot_leave(signed_in, screen):
    account = signed_in(Role.ADMIN)
    test = screen("administration")
    test.button(key=f"manage-{account.id}").click().run()
    test.button(key=f"deactivate-{account.id}").click().run()
    assert "last administrator" in errors(test)


def test_deactivating_and_reactivating_a_judge(signed_in, screen):
    signed_in(Role.ADMIN)
    judge = accounts.create("grace", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    test = screen("administration")
    test.button(key=f"manage-{judge.id}").click().run()
    test.button(key=f"deactivate-{judge.id}").click().run()
    assert not accounts.account_named("grace").is_active
    test.button(key=f"manage-{judge.id}").click().run()
    test.button(key=f"reactivate-{judge.id}").click().run()
    assert accounts.account_named("grace").is_active


def test_an_account_judges_the_languages_an_administrator_chose(signed_in, screen):
    signed_in(Role.ADMIN)
    judge = accounts.create("grace", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    add_recordings(1)
    test = screen("administration")
    test.button(key=f"manage-{judge.id}").click().run()
    test.multiselect(key=f"languages-of-{judge.id}").set_value(["en"])
    button(test, "Change languages to judge").click().run()
    assert not test.exception
    assert accounts.account_named("grace").may_judge == ("en",)


def test_an_open_dialog_does_nothing_for_somebody_who_is_no_longer_an_administrator(signed_in, screen):
    first, second = signed_in(Role.ADMIN), signed_in(Role.ADMIN)
    judge = accounts.create("grace", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    test = screen("administration")
    test.button(key=f"manage-{judge.id}").click().run()
    accounts.set_role(second.id, Role.STAFF, actor=confirmed(first))
    test.button(key=f"deactivate-{judge.id}").click().run()
    assert accounts.account_named("grace").is_active


def test_a_log_that_was_changed_is_shown_as_such(signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("administration")
    test.button(key="audit-verify").click().run()
    assert "as they were written" in test.success[0].value
    with session.writing() as tx, audit._without_triggers(tx):
        tx.execute(text("UPDATE audit SET actor = 'other'"))
    test.button(key="audit-verify").click().run()
    assert "changed" in errors(test)


def test_no_secret_stands_among_the_settings(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN)
    monkeypatch.setenv("EARSHOT_SECRET_KEY", "very secret indeed")
    settings.cache_clear()
    table = screen("administration").dataframe[0].value
    assert set(table["Variable"]) >= {"EARSHOT_STORAGE", "EARSHOT_SECRET_KEY", "EARSHOT_PORT"}
    assert "very secret indeed" not in table.to_string()


@pytest.mark.parametrize("variable", ["EARSHOT_DASK_SCHEDULER", "EARSHOT_VGGISH", "EARSHOT_YAMNET"])
def test_no_password_of_an_address_stands_among_the_settings(signed_in, screen, monkeypatch, variable):
    signed_in(Role.ADMIN)
    monkeypatch.setenv(variable, "tls://me:p/hushhush@host/db?token=hushhush")
    settings.cache_clear()
    assert "hushhush" not in screen("administration").dataframe[0].value.to_string()


def test_the_audit_can_be_read_by_action(signed_in, screen):
    admin = signed_in(Role.ADMIN)
    audit_log.record_event(confirmed(admin), "listened", "recording 7")
    test = screen("administration")
    test.selectbox(key="audit-action").select("listened").run()
    table = test.dataframe[1].value
    assert list(table["To what"]) == ["recording 7"]


def test_a_key_is_made_shown_once_and_revoked(signed_in, screen):
    signed_in(Role.ADMIN, "ada")
    test = screen("administration")
    test.button(key="add-key").click().run()
    test.text_input(key="new-key-name").set_value("platform")
    test.text_input(key="new-key-networks").set_value("10.0.0.0/8")
    button(test, "Add").click().run()
    assert not test.exception
    (secret,) = [code.value for code in test.code if code.value.startswith("earshot_")]
    key = api_keys.key_of_secret(secret)
    assert (key.name, key.created_by, key.limits.networks) == ("platform", "ada", ("10.0.0.0/8",))
    test = screen("administration")
    assert secret not in str(test)
    test.button(key=f"revoke-{key.id}").click().run()
    assert api_keys.key_of_secret(secret) is None
    assert audit_log.entries(action="revoke key").items[0].actor == "ada"


def test_a_network_that_is_none_is_refused_in_the_dialog(signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("administration")
    test.button(key="add-key").click().run()
    test.text_input(key="new-key-name").set_value("platform")
    test.text_input(key="new-key-networks").set_value("the school")
    button(test, "Add").click().run()
    assert "expected an address" in errors(test)
    assert api_keys.all_keys() == []


@pytest.fixture
def old_sign_in(monkeypatch):
    """The sign-in of the screen began eleven minutes ago."""

    def grow_old() -> None:
        now = session.now
        monkeypatch.setattr(session, "now", lambda: now() + timedelta(minutes=11))

    return grow_old


def test_an_old_sign_in_is_asked_for_the_password_and_then_does_what_was_asked(signed_in, screen, old_sign_in):
    ada = signed_in(Role.ADMIN, "ada")
    judge = accounts.create("grace", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    with session.writing() as tx:
        rows.set_password_hash(tx, ada.id, passwords.hash_password(PASSWORD))
    test = screen("administration")
    old_sign_in()
    test.button(key=f"manage-{judge.id}").click().run()
    test.button(key=f"deactivate-{judge.id}").click().run()
    assert accounts.account_named("grace").is_active
    assert "not right" in errors(confirm(test, "another password"))
    assert accounts.account_named("grace").is_active
    confirm(test, PASSWORD)
    assert not test.exception
    assert not accounts.account_named("grace").is_active


def test_erasing_with_an_old_sign_in_waits_for_the_password_and_shows_its_result(
    signed_in, screen, old_sign_in, monkeypatch
):
    ada = signed_in(Role.ADMIN, "ada")
    with session.writing() as tx:
        rows.set_password_hash(tx, ada.id, passwords.hash_password(PASSWORD))
    erased = []
    has_preview(monkeypatch)

    def erase_child(pseudonym, *, models, actor):
        authorisation.require_confirmed_first(actor, Permission.ERASE)
        erased.append(pseudonym)
        return ErasureResult(12, 24)

    monkeypatch.setattr(erasure, "erase_child", erase_child)
    test = screen("administration")
    old_sign_in()
    erase(test, "c01", "c01")
    assert erased == []
    confirm(test, PASSWORD)
    assert erased == ["c01"]
    assert "12 recordings" in test.success[0].value


def test_a_key_made_with_an_old_sign_in_waits_for_the_password_and_is_then_shown(signed_in, screen, old_sign_in):
    ada = signed_in(Role.ADMIN, "ada")
    with session.writing() as tx:
        rows.set_password_hash(tx, ada.id, passwords.hash_password(PASSWORD))
    test = screen("administration")
    old_sign_in()
    test.button(key="add-key").click().run()
    test.text_input(key="new-key-name").set_value("platform")
    button(test, "Add").click().run()
    assert api_keys.all_keys() == []
    confirm(test, PASSWORD)
    assert not test.exception
    (secret,) = [code.value for code in test.code if code.value.startswith("earshot_")]
    assert api_keys.key_of_secret(secret).name == "platform"


def test_a_lost_authenticator_is_reset_on_the_screen(signed_in, screen):
    signed_in(Role.ADMIN, "ada")
    judge = accounts.create("grace", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    with session.writing() as tx:
        rows.set_two_step_since(tx, judge.id, session.now())
    test = screen("administration")
    test.button(key=f"manage-{judge.id}").click().run()
    test.button(key=f"reset-{judge.id}").click().run()
    assert not accounts.account_named("grace").has_two_steps


def test_the_name_at_the_provider_is_written_where_there_is_one(signed_in, screen, provider):
    signed_in(Role.ADMIN, "ada")
    judge = accounts.create("grace", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    test = screen("administration")
    test.button(key=f"manage-{judge.id}").click().run()
    test.text_input(key=f"provider-of-{judge.id}").set_value("grace@school.example")
    button(test, "Change name at the provider").click().run()
    assert not test.exception
    assert accounts.account_named("grace").oidc_login == "grace@school.example"


def test_whoever_has_no_password_goes_on_once_the_provider_has_vouched(signed_in, screen, old_sign_in, provider):
    ada = signed_in(Role.ADMIN, "ada")
    judge = accounts.create("grace", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    with session.writing() as tx:
        tx.execute(text("UPDATE accounts SET password_hash = NULL, oidc_subject = 'ada-7' WHERE name = 'ada'"))
    test = screen("administration")
    old_sign_in()
    test.button(key=f"manage-{judge.id}").click().run()
    test.button(key=f"deactivate-{judge.id}").click().run()
    test.button(key="confirmed-at-provider").click().run()
    assert accounts.account_named("grace").is_active
    with session.writing() as tx:
        tx.execute(
            text("UPDATE sign_ins SET confirmed_at = :at WHERE account_id = :ada").bindparams(
                bindparam("at", type_=DateTime)
            ),
            {"at": session.now(), "ada": ada.id},
        )
    test.button(key="confirmed-at-provider").click().run()
    assert not test.exception
    assert not accounts.account_named("grace").is_active
