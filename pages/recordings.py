"""Recordings: bring them in, find them, hear them, and see what the judges said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import JudgingState, Label
from core.workflows.annotation import recording_search, rounds
from pages.components import formatting
from pages.components.action_result import reported, show_result
from pages.components.annotation.judge_again import DOUBT, judge_again, round_note
from pages.components.empty_state import empty_state
from pages.components.importer import history, importer
from pages.components.page_frame import STAFF, begin_page
from pages.components.playback.player import judgement_chips, playable, player

PAGE_SIZE = 25
KEPT: Final = "query-params"  # what is searched for stands in the address


def choose() -> recording_search.RecordingFilter:
    """The search box and the filters."""
    choices = recording_search.filter_choices()
    with st.grid(3, min_column_width=150):
        text = st.text_input("Search", key="find", type="search", placeholder="Word, file, child", bind=KEPT, live=True)
        states = st.multiselect("State", [one.value for one in JudgingState], key="state", bind=KEPT, placeholder="All")
        labels = st.multiselect("Label", [one.value for one in Label], key="label", bind=KEPT, placeholder="All")
        languages = st.multiselect("Language", choices.languages, key="language", bind=KEPT, placeholder="All")
        sources = st.multiselect("Source", choices.sources, key="source", bind=KEPT, placeholder="All")
        child = st.selectbox("Child", choices.children, index=None, placeholder="All", key="child", bind=KEPT)
    return recording_search.RecordingFilter(
        text=text or "",
        languages=tuple(languages),
        sources=tuple(sources),
        child=child,
        standings=tuple(JudgingState(one) for one in states),
        labels=tuple(Label(one) for one in labels),
    )


def as_row(judged: Any) -> dict[str, Any]:
    one = judged.recording
    return {
        "Word": one.word or formatting.DASH,
        "Language": one.language,
        "Child": one.child,
        "Source": one.source,
        "Seconds": one.duration_s,
        "State": judged.standing.value,
        "Label": judged.consensus.value if judged.consensus else "",
        "Judges": ", ".join(f"{given.judge}: {given.label.value}" for given in judged.judgements),
        "File": one.filename,
    }


def found(wanted: recording_search.RecordingFilter, actor: Actor) -> None:
    """One page of what fits: as a table, and to be heard. Rows selected in the table are the ones to hear."""
    page_key = _page_key(wanted)
    number = int(st.session_state.get(page_key, 1))
    shown = recording_search.search_recordings(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    pages = -(-shown.total // PAGE_SIZE)
    if number > pages > 0:  # there are fewer than when the page was turned
        number = pages
        st.session_state[page_key] = number
        shown = recording_search.search_recordings(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    if not shown.total:
        empty_state("Nothing fits", "Take a filter away, or search for something else.", icon=":material/search_off:")
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{formatting.counted(shown.total, 'recording')}**", width="content")
        if pages > 1:
            st.pagination(pages, key=page_key)
    selected = table(shown.items, key=f"{page_key}_table_{number}")
    chosen = [shown.items[row] for row in selected if row < len(shown.items)] or shown.items
    earlier = rounds.earlier_judgements([one.recording.id for one in chosen])
    items = [
        playable(one.recording, chips=judgement_chips(one), note=_note(one, earlier.get(one.recording.id, ())))
        for one in chosen
    ]
    player(items, key="listen", rows=7)
    if selected:
        judge_again([one.recording.id for one in chosen], key="selected", actor=actor, reason=DOUBT)


def table(items: list[Any], *, key: str) -> list[int]:
    """The table; the rows that are selected in it."""
    event = st.dataframe(
        [as_row(one) for one in items],
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=key,
        height=320,
        column_config={"Seconds": st.column_config.NumberColumn(format="%.1f")},
        alt="Recordings with what the judges said",
    )
    return list(event.selection.rows)


def _page_key(wanted: recording_search.RecordingFilter) -> str:
    """Another search is another pagination: it begins on its first page."""
    if st.session_state.get("searched") != wanted:
        st.session_state["searched"] = wanted
        st.session_state["searches"] = st.session_state.get("searches", 0) + 1
    return f"page_{st.session_state['searches']}"


def _note(judged: Any, earlier: Sequence[Any]) -> str:
    comments = [one.comment for one in judged.judgements if one.comment]
    return " · ".join(filter(None, [*comments, round_note(judged, earlier)]))


account = begin_page(
    "Recordings", roles=STAFF, subtitle="Bring them in, find them, hear them, see what the judges said."
)
show_result()
has_any = bool(recording_search.count_recordings().recordings)
with st.expander("Bring recordings in", icon=":material/upload:", expanded=not has_any, key="import_panel"):
    importer(Actor.of(account))
with reported():
    if (
        has_any or recording_search.count_recordings().recordings
    ):  # the panel above may just have brought in the first ones
        found(choose(), Actor.of(account))
    else:
        empty_state("No recordings yet", "Bring some in above: files, a zip archive, or a folder with a manifest.csv.")
    with st.expander("Imports so far", icon=":material/history:", key="import_history", on_change="rerun") as so_far:
        if so_far.open:
            history()
