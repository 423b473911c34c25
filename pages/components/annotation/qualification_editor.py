"""The recordings that new judges begin with, chosen by ear: what is settled is heard, and taken or left."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from core.domain.actor import Actor
from core.domain.judgements import QualificationItem
from core.domain.labels import JudgingState, Label
from core.workflows.annotation import qualification_items, recording_search
from pages.components.action_result import attempt
from pages.components.pager import choose_begin, render_page_buttons
from pages.components.playback.playable_rows import Action, label_chip, playable
from pages.components.playback.player import render_player
from pages.components.words import say, say_count

OFFERED = 12


def render_qualification_items(actor: Actor) -> None:
    """What new judges begin with, and what may be added. The answer is the label that stood when it was added."""
    items = qualification_items.items()
    counts = Counter(item.label for item in items)
    of_each = ", ".join(f"{say(label.value)} {counts[label]}" for label in Label)
    begin = say_count("**{n} recording to begin with**", "**{n} recordings to begin with**", len(items))
    st.markdown(f"{begin} · {of_each}")
    if items:
        _render_present(items, actor)
    st.markdown(say("**Add some: hear them, and take those whose label is beyond doubt**"))
    _render_offered({item.recording.id for item in items}, actor)


def _render_present(items: list[QualificationItem], actor: Actor) -> None:
    render_player(
        [playable(item.recording, chips=[label_chip(item.label)]) for item in items],
        key="qualification-items",
        actions=[Action(say("Remove"), "remove", "r")],
        on_answer=lambda recording_id, _: remove_item(recording_id, actor),
        rows=5,
    )


def _render_offered(present: set[int], actor: Actor) -> None:
    label = st.segmented_control(
        say("Label"), list(Label), default=Label.ACCEPTED, required=True, format_func=say, key="qualification-label"
    )
    wanted = recording_search.RecordingFilter(
        standings=(JudgingState.AGREED, JudgingState.SETTLED), labels=(label or Label.ACCEPTED,)
    )
    page_key = f"qualification-from-{label}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        begin = choose_begin(say("From recording"), page_key)
        page = recording_search.search_recordings(wanted, begin=begin, limit=OFFERED)
        render_page_buttons(page.bounds, page_key, has_last=True)
    if not page.items:
        st.info(say("No recording has this label for sure yet."), icon=":material/info:")
        return
    offered = [judged for judged in page.items if judged.recording.id not in present and judged.consensus]
    render_player(
        [playable(judged.recording, chips=[label_chip(judged.consensus)]) for judged in offered if judged.consensus],
        key="qualification-offered",
        actions=[Action(say("Take for practice"), "add", "a")],
        on_answer=lambda recording_id, _: add_item(recording_id, actor),
        rows=6,
    )


def add_item(recording_id: int, actor: Actor) -> None:
    """Let new judges begin with it."""
    attempt(lambda: qualification_items.add(recording_id, actor=actor))


def remove_item(recording_id: int, actor: Actor) -> None:
    """Take it from what new judges begin with."""
    attempt(lambda: qualification_items.remove(recording_id, actor=actor))
