"""The recordings that new judges begin with: which there are, adding one, taking one away."""

from __future__ import annotations

import streamlit as st

from core.labels import Standing
from core.workflows.judging import browsing, qualifying
from core.workflows.people.actor import Actor
from pages.parts.frame import said
from pages.parts.markdown import plain

OFFERED = 200


def qualification_items(actor: Actor) -> None:
    """List, add, remove. The answer to each is the label it had settled on when it was chosen."""
    items = qualifying.items()
    chosen = {item.recording.id for item in items}
    st.markdown(f"**{len(items)} recording{'' if len(items) == 1 else 's'} to begin with**")
    wanted = browsing.RecordingFilter(standings=(Standing.AGREED, Standing.SETTLED))
    found = browsing.recordings(wanted, offset=0, limit=OFFERED).items
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
            with said():
                for number in picked:
                    qualifying.add(number, actor=actor)
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
    with said():
        qualifying.remove(recording_id, actor=actor)
