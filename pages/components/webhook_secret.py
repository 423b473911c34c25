"""The dialog in which a webhook gets a new secret, shown once, with the old one going on for a day or not."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from core.domain.webhooks import OVERLAP
from core.translation import mark
from core.workflows.webhooks import registry
from pages.components import formatting
from pages.components.secret_dialog import SecretDialog
from pages.components.words import say

DIALOG = SecretDialog("rotated-webhook", mark("Copy the secret now. It cannot be shown again."))
OVERLAPS = {
    OVERLAP: mark("Sign with the old secret too for 24 hours, so that the program loses nothing"),
    timedelta(): mark("The old secret counts no more: it may have become known"),
}
_NAME = "rotated-webhook-name"


def open_rotation(name: str) -> None:
    """Open the dialog for the webhook of this name."""
    st.session_state[_NAME] = name
    DIALOG.open()


def render_rotation_if_open() -> None:
    if DIALOG.is_open and _NAME in st.session_state:
        st.dialog(say("A new secret"), icon=":material/key:", on_dismiss=DIALOG.close)(render_rotation)()


def render_rotation() -> None:
    name = str(st.session_state[_NAME])
    if DIALOG.show_secret():
        return
    st.markdown(say("For {name}.", name=f"**{formatting.plain(name)}**"))
    with st.form("rotate-a-secret", border=False):
        overlap = st.radio(
            say("The old secret"),
            list(OVERLAPS),
            format_func=lambda each: say(OVERLAPS[each]),
            key="rotated-webhook-overlap",
        )
        if st.form_submit_button(say("Draw a new secret"), type="primary", width="stretch"):
            DIALOG.make(lambda actor: registry.rotate_secret(name, overlap=overlap, actor=actor)[1])
