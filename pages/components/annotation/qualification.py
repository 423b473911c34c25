"""The recordings that new judges begin with: which there are, adding one, taking one away."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import JudgingState
from core.workflows.annotation import qualification_items, recording_search
from pages.components.action_result import reported
from pages.components.markdown import plain

OFFERED = 200


def qualification_editor(actor: Actor) -> None:
    """List, add, remove. The answer to each is the label it had settled on when it was chosen."""
    items = qualification_items.items()
    chosen = {item.recording.id for item in items}
    st.markdown(f"**{len(items)} recording{'' if len(items) == 1 else 's'} to begin with**")
    wanted = recording_search.RecordingFilter(standings=(JudgingState.AGREED, JudgingState.SETTLED))
    found = recording_search.search_recordings(wanted, offset=0, limit=OFFERED).items
    offered = {one.recording.id: one for one in found if one.recording.id not in chosen}
    with st.form("add-qualification", border=False, width=560, clear_on_submit=True):
        picked = st.multiselect(
            "Recordings whose label is settled",
            list(offered),
            format_func=lambda number: f"{offered[number].recording.filename}: {offered[number].consensus}",
            placeholder="Choose some of every label" if offered else "Nothing is settled yet",
            disabled=not offered,
            key="qualification-add",
        )
        if st.form_submit_button("Add", icon=":material/add:", disabled=not offered):
            with reported():
                for number in picked:
                    qualification_items.add(number, actor=actor)
                st.rerun()
    for item in items:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", width=560):
            st.markdown(f"{plain(item.recording.filename)}: **{item.label}**", width="content")
            st.button(
                "Remove",
                key=f"qualification-remove-{item.recording.id}",
                on_click=_remove,
                args=(item.recording.id, actor),
            )


def _remove(recording_id: int, actor: Actor) -> None:
    with reported():
        qualification_items.remove(recording_id, actor=actor)
