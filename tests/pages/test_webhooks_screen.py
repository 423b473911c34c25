"""Administration: webhooks are added, tried, disabled and removed; a secret is shown once; failures are named."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core import config
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Role
from core.domain.webhooks import CHOSEN_EVENTS, DeliveryState, WebhookEvent
from core.workflows.accounts import accounts, audit_log
from core.workflows.webhooks import registry
from db import session, webhooks

URL = "https://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def private_addresses(database, monkeypatch):
    """The addresses of tests are loopback ones, at which nobody listens."""
    monkeypatch.setenv("EARSHOT_WEBHOOKS_TO_PRIVATE_ADDRESSES", "true")
    config.settings.cache_clear()
    yield
    config.settings.cache_clear()


def button(test, label: str):
    return next(each for each in test.button if each.label == label)


def add(test, name: str = "platform", url: str = URL):
    test.button(key="add-webhook").click().run()
    test.text_input(key="new-webhook-name").set_value(name)
    test.text_input(key="new-webhook-url").set_value(url)
    return button(test, "Add").click().run()


def deliveries(test):
    return next(each.value for each in test.dataframe if "Attempts" in each.value.columns)


def test_a_webhook_is_added_and_its_secret_shown_once(signed_in, screen):
    signed_in(Role.ADMIN, "ada")
    test = add(screen("administration"))
    assert not test.exception
    (secret,) = [code.value for code in test.code if code.value.startswith("whsec_")]
    assert [webhook.name for webhook in registry.all_webhooks()] == ["platform"]
    assert registry.all_webhooks()[0].events == CHOSEN_EVENTS
    assert secret not in str(screen("administration"))
    assert audit_log.entries(action="add webhook").items[0].actor == "ada"


def test_an_address_that_cannot_be_used_is_refused_in_the_dialog(signed_in, screen):
    signed_in(Role.ADMIN)
    test = add(screen("administration"), url="ftp://somewhere/else")
    assert test.error
    assert registry.all_webhooks() == []


def test_a_new_secret_is_drawn_in_a_dialog_and_the_old_one_goes_on_for_a_day(signed_in, screen):
    signed_in(Role.ADMIN, "ada")
    webhook, first = registry.add_webhook("platform", URL, actor=COMMAND_LINE)
    test = screen("administration").button(key=f"rotate-webhook-{webhook.id}").click().run()
    test = button(test, "Draw a new secret").click().run()
    assert not test.exception
    (secret,) = [code.value for code in test.code if code.value.startswith("whsec_")]
    assert secret != first
    after = screen("administration")
    assert any("Signed with the old secret too until" in each.value for each in after.caption)
    assert secret not in str(after)
    assert audit_log.entries(action="rotate webhook secret").items[0].actor == "ada"


def test_an_old_secret_may_be_over_at_once(signed_in, screen):
    signed_in(Role.ADMIN)
    webhook, _ = registry.add_webhook("platform", URL, actor=COMMAND_LINE)
    test = screen("administration").button(key=f"rotate-webhook-{webhook.id}").click().run()
    test.radio(key="rotated-webhook-overlap").set_value(timedelta())
    button(test, "Draw a new secret").click().run()
    assert registry.all_webhooks()[0].old_until is None
    assert audit_log.entries(action="rotate webhook secret").items


def test_a_webhook_is_paused_goes_on_and_is_removed(signed_in, screen):
    signed_in(Role.ADMIN)
    webhook, _ = registry.add_webhook("platform", URL, actor=COMMAND_LINE)
    screen("administration").button(key=f"pause-webhook-{webhook.id}").click().run()
    test = screen("administration")
    assert any("Paused" in each.value and "platform" in each.value for each in test.markdown)
    test.button(key=f"resume-webhook-{webhook.id}").click().run()
    assert registry.all_webhooks()[0].ended_reason == ""
    screen("administration").button(key=f"remove-webhook-{webhook.id}").click().run()
    assert registry.all_webhooks() == []


def test_a_test_that_nobody_answers_is_shown_with_its_reason(signed_in, screen):
    signed_in(Role.ADMIN)
    webhook, _ = registry.add_webhook("platform", URL, actor=COMMAND_LINE)
    test = screen("administration").button(key=f"try-webhook-{webhook.id}").click().run()
    assert not test.exception
    (row,) = deliveries(test).to_dict("records")
    assert (row["Webhook"], row["Event"], row["State"], row["Attempts"]) == ("platform", "A test", "waits", 1)
    assert row["Answer"]


def test_deliveries_that_failed_for_good_are_counted(signed_in, screen):
    signed_in(Role.ADMIN)
    webhook, _ = registry.add_webhook("platform", URL, actor=COMMAND_LINE)
    with session.writing() as tx:
        number = webhooks.add_delivery(tx, webhook.id, "m1", WebhookEvent.DEPLOYED, json.dumps({}))
        webhooks.note_attempt(tx, number, DeliveryState.FAILED, "410 Gone")
    test = screen("administration")
    assert "1 delivery failed for good." in [each.value for each in test.warning]
    assert deliveries(test)["State"].tolist() == ["failed"]


def test_one_that_ended_says_so(signed_in, screen):
    signed_in(Role.ADMIN)
    webhook, _ = registry.add_webhook("platform", URL, actor=COMMAND_LINE)
    with session.writing() as tx:
        webhooks.end(tx, webhook.id, "410 Gone: the receiver wants no more")
    test = screen("administration")
    assert any("Ended" in each.value and "platform" in each.value for each in test.markdown)
    assert any("410 Gone" in each.value for each in test.caption)


def test_it_speaks_french(signed_in, screen):
    account = signed_in(Role.ADMIN)
    accounts.set_language(account.id, "fr", actor=Actor.of(account))
    registry.add_webhook("platform", URL, actor=COMMAND_LINE)
    test = screen("administration")
    assert "Ajouter un webhook" in [each.label for each in test.button]
    assert "Nouveau secret" in [each.label for each in test.button]
    assert "Derniers envois" in [each.label for each in test.expander]
    assert any("Un modèle a été mis en service" in each.value for each in test.caption)
