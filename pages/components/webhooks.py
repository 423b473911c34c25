"""Webhooks: a line a webhook, a dialog that adds one and shows its secret once, and what was told last."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.webhooks import CHOSEN_EVENTS, EVENT_IN_WORDS, Delivery, Webhook, WebhookEvent
from core.workflows.webhooks import registry
from pages.components import formatting
from pages.components.action_result import attempt, is_waiting, show_last_result
from pages.components.current_account import current_account

DIALOG, SECRET = "new-webhook-opened", "new-webhook-secret"  # keys of the session
INTRODUCTION = (
    "A webhook tells another program at once that a model was deployed, rolled back or trained, or that an alarm was "
    "raised. Its requests are signed, and hold nothing of a child."
)


def render_webhooks() -> None:
    """Every webhook, a button to add one, and the last deliveries."""
    webhooks = registry.all_webhooks()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(INTRODUCTION)
        st.button("Add a webhook", icon=":material/webhook:", key="add-webhook", on_click=_open, args=(True,))
    for webhook in webhooks:
        _render_line(webhook)
    if webhooks:
        _render_deliveries({webhook.id: webhook.name for webhook in webhooks}, registry.last_deliveries())
    if st.session_state.get(DIALOG):
        render_add_webhook()


def _open(is_open: bool = False) -> None:
    """Open or close the dialog; the secret is gone when it closes."""
    st.session_state[DIALOG] = is_open
    st.session_state.pop(SECRET, None)


@st.dialog("Add a webhook", icon=":material/webhook:", on_dismiss=_open)
def render_add_webhook() -> None:
    secret = st.session_state.get(SECRET)
    if secret:
        st.success("Copy the secret now. It cannot be shown again.", icon=":material/content_copy:")
        st.code(secret, language=None)
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
    administrator = _administrator()
    if administrator is None:
        return

    def add() -> str:
        st.session_state[DIALOG] = True  # it may have waited for a confirmation, in a dialog of its own
        _, st.session_state[SECRET] = registry.add_webhook(name, url, events, actor=Actor.of(administrator))
        return ""

    if attempt(add):
        st.rerun()
    if is_waiting():
        _open()
        st.rerun()
    show_last_result()


def _act(change: Callable[[str, Actor], str], name: str) -> None:
    administrator = _administrator()
    if administrator is not None:
        attempt(lambda: change(name, Actor.of(administrator)))


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
                    "At (UTC)": delivery.created_at,
                    "Webhook": names.get(delivery.webhook_id, ""),
                    "Event": delivery.event.value,
                    "State": delivery.state.value,
                    "Attempts": delivery.attempts,
                    "Answer": delivery.note,
                }
                for delivery in deliveries
            ],
            hide_index=True,
        )


def _administrator() -> Account | None:
    """Who is signed in now: a dialog and a callback run without the page's own check of roles."""
    account = current_account()
    if account is None or account.role != Role.ADMIN:
        st.error("This is for administrators: your account is none, or your sign-in has ended.", icon=":material/lock:")
        return None
    return account
