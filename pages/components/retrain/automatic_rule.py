"""Retraining without a click: the rule, and how many labels are missing for the next one."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.actor import Actor
from core.workflows.annotation import protocols
from core.workflows.retraining import automatic_retraining
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.words import say, say_count

IS_ON, AFTER = "automatic-on", "automatic-after"


def render_automatic_rule(outlook: automatic_retraining.RetrainingOutlook, *, actor: Actor) -> None:
    """A small form behind a button with its state."""
    title = say("Retrain by itself: on") if outlook.is_on else say("Retrain by itself: off")
    with st.popover(title, icon=":material/autorenew:"), st.form("automatic", border=False):
        st.toggle(say("Retrain by itself"), outlook.is_on, key=IS_ON)
        st.number_input(say("... once so many labels are new or changed"), 1, 1_000_000, outlook.after, key=AFTER)
        st.caption(
            say("Checked every minute, while the server runs. New models are compared; nothing is deployed by it.")
        )
        st.form_submit_button(say("Save"), type="primary", on_click=_store, args=(actor,))


def outlook_text(outlook: automatic_retraining.RetrainingOutlook) -> str:
    """How many labels are there and missing, in a sentence; empty while it is switched off."""
    if not outlook.is_on:
        return ""
    if outlook.is_waiting_for_a_person:
        return say("By itself: not before somebody has retrained by hand, because the last retraining failed.")
    if outlook.missing:
        return say(
            "By itself: {new} of {after} new labels are there, {missing} are missing.",
            new=formatting.grouped(outlook.new),
            after=formatting.grouped(outlook.after),
            missing=formatting.grouped(outlook.missing),
        )
    return say_count(
        "By itself: {n} new label of {after}; it begins within a minute.",
        "By itself: {n} new labels of {after}; it begins within a minute.",
        outlook.new,
        after=formatting.grouped(outlook.after),
    )


def _store(actor: Actor) -> None:
    def store() -> str:
        rule = protocols.retraining()[1]
        after = int(st.session_state[AFTER])
        protocols.set_retraining(replace(rule, is_automatic=bool(st.session_state[IS_ON]), after=after), actor=actor)
        return say("In force") if st.session_state[IS_ON] else say("Switched off")

    attempt(store)
