"""Retraining without a click: the rule, and how far off the next one is."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.workflows.annotation import protocols
from core.workflows.retraining import automatic_retraining
from pages.components import formatting
from pages.components.action_result import attempt

IS_ON, AFTER = "automatic-on", "automatic-after"


def render_automatic_rule(found: automatic_retraining.RetrainingOutlook, *, actor: Actor) -> None:
    """A small form behind a button that says whether it is on."""
    state = "on" if found.is_on else "off"
    with st.popover(f"Retrain by itself: {state}", icon=":material/autorenew:"), st.form("automatic", border=False):
        st.toggle("Retrain by itself", found.is_on, key=IS_ON)
        st.number_input("... once so many labels are new or changed", 1, 1_000_000, found.after, key=AFTER)
        st.caption("Looked at every minute, while the server runs. New models are compared; nothing is deployed by it.")
        st.form_submit_button("Put in force", type="primary", on_click=_put, args=(actor,))


def outlook_text(found: automatic_retraining.RetrainingOutlook) -> str:
    """Where it stands, in a sentence; empty while it is switched off."""
    if not found.is_on:
        return ""
    if found.is_waiting_for_a_person:
        return "By itself: not before somebody has retrained by hand, because the last retraining did not end well."
    if found.missing:
        return f"By itself: {found.new:,} of {found.after:,} new labels are there, {found.missing:,} are missing."
    return f"By itself: {formatting.counted(found.new, 'new label')} of {found.after:,}; it begins within a minute."


def _put(actor: Actor) -> None:
    kept: Any = st.session_state

    def put() -> str:
        protocols.set_retraining(protocols.RetrainingProtocol(bool(kept[IS_ON]), int(kept[AFTER])), actor=actor)
        return "In force" if kept[IS_ON] else "Switched off"

    attempt(put)
