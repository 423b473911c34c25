"""Webhooks: a line a webhook, a dialog that adds one and shows its secret once, and what was told last."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.domain.actor import Actor
from core.domain.webhooks import CHOSEN_EVENTS, EVENT_IN_WORDS, Delivery, DeliveryState, Webhook, WebhookEvent
from core.translation import mark
from core.workflows.webhooks import registry
from pages.components import formatting, webhook_secret
from pages.components.secret_dialog import SecretDialog, act_as_administrator
from pages.components.words import say, say_count

TEST = mark("A test")
STATES = {
    DeliveryState.WAITING: mark("waits"),
    DeliveryState.DELIVERED: mark("delivered"),
    DeliveryState.FAILED: mark("failed"),
}
DIALOG = SecretDialog("new-webhook", mark("Copy the secret now. It cannot be shown again."))
INTRODUCTION = mark(
    "A webhook tells another program at once that a model was deployed, rolled back or trained, or that an alarm was "
    "raised. Its requests are signed, and hold nothing of a child."
)


def render_webhooks() -> None:
    """Every webhook, a button to add one, and the last deliveries."""
    webhooks = registry.all_webhooks()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(say(INTRODUCTION))
        st.button(
            say("Add a webhook"), icon=":material/webhook:", type="primary", key="add-webhook", on_click=DIALOG.open
        )
    for webhook in webhooks:
        _render_line(webhook)
    if webhooks:
        _render_deliveries({webhook.id: webhook.name for webhook in webhooks}, registry.last_deliveries())
    if DIALOG.is_open:
        st.dialog(say("Add a webhook"), icon=":material/webhook:", on_dismiss=DIALOG.close)(render_add_webhook)()
    webhook_secret.render_rotation_if_open()


def render_add_webhook() -> None:
    if DIALOG.show_secret():
        return
    with st.form("add-a-webhook", border=False):
        name = st.text_input(say("Program"), max_chars=60, key="new-webhook-name", autocomplete="off")
        url = st.text_input(say("Address"), key="new-webhook-url", placeholder="https://")
        events = st.multiselect(
            say("Is told"),
            list(CHOSEN_EVENTS),
            default=list(CHOSEN_EVENTS),
            format_func=lambda event: say(EVENT_IN_WORDS[event]),
            key="new-webhook-events",
        )
        if st.form_submit_button(say("Add"), type="primary", width="stretch"):
            _add(name, url.strip(), events)


def _add(name: str, url: str, events: list[WebhookEvent]) -> None:
    DIALOG.make(lambda actor: registry.add_webhook(name, url, events, actor=actor)[1])


def _act(change: Callable[[str, Actor], str], name: str) -> None:
    act_as_administrator(partial(change, name))


def _try(name: str, actor: Actor) -> str:
    delivery = registry.try_webhook(name, actor=actor)
    state = say(STATES[delivery.state])
    return say("The test of {name}: {state}, {note}", name=name, state=state, note=delivery.note)


def _remove(name: str, actor: Actor) -> str:
    registry.remove_webhook(name, actor=actor)
    return say("{name} is told nothing any more", name=name)


def _pause(name: str, actor: Actor) -> str:
    registry.pause_webhook(name, actor=actor)
    return say("{name} is told nothing until it goes on", name=name)


def _resume(name: str, actor: Actor) -> str:
    registry.resume_webhook(name, actor=actor)
    return say("{name} is told again", name=name)


def _render_line(webhook: Webhook) -> None:
    with st.container(border=True):
        st.markdown(f"**{formatting.plain(webhook.name)}**{_badge(webhook)}")
        st.caption(formatting.plain(" · ".join(_described(webhook))))
        with st.container(horizontal=True):
            _render_buttons(webhook)


def _badge(webhook: Webhook) -> str:
    if webhook.ended_reason == registry.PAUSED_REASON:
        return f" :orange-badge[{say('Paused')}]"
    return f" :red-badge[{say('Ended')}]" if webhook.ended_reason else ""


def _described(webhook: Webhook) -> list[str]:
    words = [webhook.url, *(say(EVENT_IN_WORDS[event]) for event in webhook.events)]
    if webhook.ended_reason:
        words.append(say(webhook.ended_reason))  # one of two, which the catalogue has
    if webhook.old_until is not None:
        until = formatting.time_text(webhook.old_until)
        words.append(say("Signed with the old secret too until {until}", until=until))
    return words


def _render_buttons(webhook: Webhook) -> None:
    name, number = webhook.name, webhook.id
    st.button(say("Test"), key=f"try-webhook-{number}", on_click=_act, args=(_try, name))
    st.button(say("New secret"), key=f"rotate-webhook-{number}", on_click=webhook_secret.open_rotation, args=(name,))
    if webhook.ended_reason:
        st.button(say("Go on"), key=f"resume-webhook-{number}", on_click=_act, args=(_resume, name))
    else:
        st.button(
            say("Pause"),
            key=f"pause-webhook-{number}",
            help=say("What happens meanwhile it is never told."),
            on_click=_act,
            args=(_pause, name),
        )
    st.button(say("Remove"), key=f"remove-webhook-{number}", on_click=_act, args=(_remove, name))


def _render_deliveries(names: dict[int, str], deliveries: list[Delivery]) -> None:
    n_failed = sum(delivery.state is DeliveryState.FAILED for delivery in deliveries)
    if n_failed:
        words = say_count("{n} delivery failed for good.", "{n} deliveries failed for good.", n_failed)
        st.warning(words, icon=":material/sync_problem:")
    with st.expander(say("Last deliveries"), icon=":material/history:"):
        st.dataframe(
            [
                {
                    say("When"): formatting.time_text(delivery.created_at),
                    say("Webhook"): names.get(delivery.webhook_id, ""),
                    say("Event"): say(EVENT_IN_WORDS.get(delivery.event, TEST)),
                    say("State"): say(STATES[delivery.state]),
                    say("Attempts"): delivery.attempts,
                    say("Answer"): delivery.note,
                }
                for delivery in deliveries
            ],
            hide_index=True,
            alt=say("Last deliveries"),
            key="webhook-deliveries",
        )
