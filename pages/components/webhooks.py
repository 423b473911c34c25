"""Webhooks: a line a webhook, a dialog that adds one and shows its secret once, and what was told last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import partial

import streamlit as st

from core.domain.actor import Actor
from core.domain.webhooks import CHOSEN_EVENTS, EVENT_IN_WORDS, Delivery, Webhook, WebhookEvent
from core.workflows.webhooks import registry
from pages.components import formatting
from pages.components.secret_dialog import SecretDialog, act_as_administrator

DIALOG = SecretDialog("new-webhook", "secret")
INTRODUCTION = (
    "A webhook tells another program at once that a model was deployed, rolled back or trained, or that an alarm was "
    "raised. Its requests are signed, and hold nothing of a child."
)


def render_webhooks() -> None:
    """Every webhook, a button to add one, and the last deliveries."""
    webhooks = registry.all_webhooks()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(INTRODUCTION)
        st.button("Add a webhook", icon=":material/webhook:", key="add-webhook", on_click=DIALOG.open)
    for webhook in webhooks:
        _render_line(webhook)
    if webhooks:
        _render_deliveries({webhook.id: webhook.name for webhook in webhooks}, registry.last_deliveries())
    if DIALOG.is_open:
        render_add_webhook()


@st.dialog("Add a webhook", icon=":material/webhook:", on_dismiss=DIALOG.close)
def render_add_webhook() -> None:
    if DIALOG.show_secret():
        return
    with st.form("add-a-webhook", border=False):
        name = st.text_input("Program", max_chars=60, key="new-webhook-name", autocomplete="off")
        url = st.text_input("Address", key="new-webhook-url", placeholder="https://")
        events = st.multiselect(
            "Is told",
            list(CHOSEN_EVENTS),
            default=list(CHOSEN_EVENTS),
            format_func=EVENT_IN_WORDS.__getitem__,
            key="new-webhook-events",
        )
        if st.form_submit_button("Add", type="primary", width="stretch"):
            _add(name, url.strip(), events)


def _add(name: str, url: str, events: list[WebhookEvent]) -> None:
    DIALOG.make(lambda actor: registry.add_webhook(name, url, events, actor=actor)[1])


def _act(change: Callable[[str, Actor], str], name: str) -> None:
    act_as_administrator(partial(change, name))


def _try(name: str, actor: Actor) -> str:
    delivery = registry.try_webhook(name, actor=actor)
    return f"The test of {name}: {delivery.state}, {delivery.note}"


def _remove(name: str, actor: Actor) -> str:
    registry.remove_webhook(name, actor=actor)
    return f"{name} is told nothing any more"


def _render_line(webhook: Webhook) -> None:
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"),
    ):
        with st.container():
            st.markdown(f"**{formatting.plain(webhook.name)}**")
            words = [EVENT_IN_WORDS[event] for event in webhook.events]
            st.caption(formatting.plain(" · ".join([webhook.url, *words, *filter(None, [webhook.ended_reason])])))
        with st.container(horizontal=True, width="content"):
            st.button("Test", key=f"try-webhook-{webhook.id}", on_click=_act, args=(_try, webhook.name))
            st.button("Remove", key=f"remove-webhook-{webhook.id}", on_click=_act, args=(_remove, webhook.name))


def _render_deliveries(names: dict[int, str], deliveries: list[Delivery]) -> None:
    with st.expander("Last deliveries", icon=":material/history:"):
        st.dataframe(
            [
                {
                    "At": delivery.created_at.replace(tzinfo=UTC),
                    "Webhook": names.get(delivery.webhook_id, ""),
                    "Event": delivery.event.value,
                    "State": delivery.state.value,
                    "Attempts": delivery.attempts,
                    "Answer": delivery.note,
                }
                for delivery in deliveries
            ],
            hide_index=True,
            column_config={
                "At": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone=st.context.timezone)
            },
        )
