"""What one click trains: shown before the click with the time it takes, and chosen once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.workflows.retraining import refresh_set
from core.workflows.retraining.refresh_set import RefreshedSystem
from pages.components import formatting
from pages.components.action_result import attempt

CHOSEN = "refreshed"


def render_refresh_choice(*, actor: Actor) -> None:
    """A form behind a button, with every system that can be chosen."""
    systems = refresh_set.every_system()
    by_name = {system.name: system for system in systems}
    with st.popover("What one click trains", icon=":material/checklist:"), st.form("refresh", border=False):
        st.pills(
            "Trained by one click",
            list(by_name),
            default=[system.name for system in systems if system.is_chosen],
            selection_mode="multi",
            format_func=lambda name: f"{by_name[name].title} · {_seconds(by_name[name])}",
            key=CHOSEN,
        )
        st.caption(
            "A system whose module is not here waits for it. Nothing chosen: the usual ones, which are the product's "
            "own model, the DNN on MFCC, and the DNN and the RNN on VGGish."
        )
        st.form_submit_button("Save the choice", type="primary", on_click=_store, args=(actor,), key="save_refreshed")


def refresh_sentences() -> tuple[str, str]:
    """What the next click trains with the time of each, and what waits for its module; "" where nothing waits."""
    systems = refresh_set.every_system()
    trained = [system for system in systems if system.is_trained]
    waiting = [system.title for system in systems if system.is_chosen and not system.is_available]
    waits = f"As soon as the module is here: {', '.join(waiting)}." if waiting else ""
    if not trained:
        return "One click trains nothing yet: everything that was chosen waits for its module.", waits
    return f"One click trains {_each(trained)}. Features that are there already take no time.", waits


def _each(trained: Sequence[RefreshedSystem]) -> str:
    return ", ".join(f"**{system.title}** ({_seconds(system)})" for system in trained)


def _seconds(system: RefreshedSystem) -> str:
    took = formatting.duration(system.seconds)
    return took if system.is_measured else f"about {took}"


def _store(actor: Actor) -> None:
    def store() -> str:
        refresh_set.choose_systems(list(st.session_state[CHOSEN]), actor=actor)
        return "In force"

    attempt(store)
