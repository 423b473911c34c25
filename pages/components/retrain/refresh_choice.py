"""What one click trains: shown before the click with the time it takes, and chosen once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.domain.catalogue import STAND_IN
from core.workflows.retraining import refresh_set
from core.workflows.retraining.refresh_set import RefreshedSystem
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.system_names import classifier_title, family_title
from pages.components.words import say

CHOSEN = "refreshed"


def render_refresh_choice(*, actor: Actor) -> None:
    """A form behind a button, with every system that can be chosen."""
    systems = refresh_set.every_system()
    by_name = {system.name: system for system in systems}
    with st.popover(say("What one click trains"), icon=":material/checklist:"), st.form("refresh", border=False):
        st.pills(
            say("Trained by one click"),
            list(by_name),
            default=[system.name for system in systems if system.is_chosen],
            selection_mode="multi",
            format_func=lambda name: f"{_title(by_name[name])} · {_seconds(by_name[name])}",
            key=CHOSEN,
        )
        st.caption(
            say(
                "A system whose module is not here waits for it. Nothing chosen: the usual ones, which are the "
                "product's own model, the DNN on MFCC, and the DNN and the RNN on VGGish."
            )
        )
        st.form_submit_button(
            say("Save the choice"), type="primary", on_click=_store, args=(actor,), key="save_refreshed"
        )


def refresh_sentences() -> tuple[str, str]:
    """What the next click trains with the time of each, and what waits for its module; "" where nothing waits."""
    systems = refresh_set.every_system()
    trained = [system for system in systems if system.is_trained]
    waiting = [_title(system) for system in systems if system.is_chosen and not system.is_available]
    waits = say("As soon as the module is here: {systems}.", systems=", ".join(waiting)) if waiting else ""
    if not trained:
        return say("One click trains nothing yet: everything that was chosen waits for its module."), waits
    words = say("One click trains {systems}. Features that are there already take no time.", systems=_each(trained))
    return words, waits


def _each(trained: Sequence[RefreshedSystem]) -> str:
    return ", ".join(f"**{_title(system)}** ({_seconds(system)})" for system in trained)


def _title(system: RefreshedSystem) -> str:
    if system.name == refresh_set.PRODUCT_NAME:
        return say("The product's own model")
    family = f"{STAND_IN}{system.spec.features}" if system.is_stand_in else system.spec.features
    return f"{family_title(family)} {classifier_title(system.spec.kind)}"


def _seconds(system: RefreshedSystem) -> str:
    took = formatting.duration(system.seconds)
    return took if system.is_measured else say("about {duration}", duration=took)


def _store(actor: Actor) -> None:
    def store() -> str:
        refresh_set.choose_systems(list(st.session_state[CHOSEN]), actor=actor)
        return say("In force")

    attempt(store)
