"""The recordings that new judges begin with: the list, adding some, removing one."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import JudgingState
from core.workflows.annotation import qualification_items, recording_search
from pages.components import formatting
from pages.components.action_result import showing_errors

OFFERED = 200


def render_qualification_items(actor: Actor) -> None:
    """List, add, remove. The expected answer is the label that stood when the recording was added."""
    items = qualification_items.items()
    st.markdown(f"**{formatting.counted(len(items), 'recording')} to begin with**")
    _render_add_form({item.recording.id for item in items}, actor)
    for item in items:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", width=560):
            st.markdown(f"{formatting.plain(item.recording.filename)}: **{item.label}**", width="content")
            st.button(
                "Remove",
                key=f"qualification-remove-{item.recording.id}",
                on_click=_remove,
                args=(item.recording.id, actor),
            )


def _render_add_form(present: set[int], actor: Actor) -> None:
    wanted = recording_search.RecordingFilter(standings=(JudgingState.AGREED, JudgingState.SETTLED))
    settled = recording_search.search_recordings(wanted, offset=0, limit=OFFERED).items
    offered = {judged.recording.id: judged for judged in settled if judged.recording.id not in present}
    with st.form("add-qualification", border=False, width=560, clear_on_submit=True):
        chosen = st.multiselect(
            "Recordings whose label is settled",
            list(offered),
            format_func=lambda number: f"{offered[number].recording.filename}: {offered[number].consensus}",
            placeholder="Choose some of every label" if offered else "Nothing is settled yet",
            disabled=not offered,
            key="qualification-add",
        )
        if st.form_submit_button("Add", icon=":material/add:", disabled=not offered):
            with showing_errors():
                for number in chosen:
                    qualification_items.add(number, actor=actor)
                st.rerun()


def _remove(recording_id: int, actor: Actor) -> None:
    with showing_errors():
        qualification_items.remove(recording_id, actor=actor)
