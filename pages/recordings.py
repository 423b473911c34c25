"""Recordings: import them, find them, hear them, and see how they were judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.domain.actor import Actor
from core.domain.judgements import JudgedRecording, Judgement
from core.domain.labels import JudgingState, Label
from core.translation import mark
from core.workflows.annotation import recording_search, rounds
from core.workflows.annotation.recording_search import RecordingFilter
from pages.components import formatting
from pages.components.action_result import show_last_result, showing_errors
from pages.components.annotation.judge_again import DOUBT, render_judge_again, round_note
from pages.components.empty_state import render_empty_state
from pages.components.importer import history, importer
from pages.components.page_frame import STAFF, begin_page
from pages.components.pager import choose_begin, render_page_buttons, turn_to
from pages.components.playback.player import Playable, joined_note, judgement_chips, playable, render_player
from pages.components.screen_address import words_in_address
from pages.components.words import say, say_count

PAGE_SIZE = 25
CONSENT = {mark("Without a reference"): False, mark("With a reference"): True}
IN_ADDRESS: Final = "query-params"
BEGIN = "from"  # the session's key and the address's parameter: the recording that the page begins at
SEARCHED = "searched"


def choose_filter() -> RecordingFilter:
    """The search box and the filters; their values stand in the address."""
    choices = recording_search.filter_choices()
    with st.grid(3, min_column_width=150):
        text = st.text_input(
            say("Search"),
            key="find",
            type="search",
            placeholder=say("Word, file, child"),
            bind=IN_ADDRESS,
            live=True,
        )
        states = _choose_word(say("State"), [state.value for state in JudgingState], key="state")
        labels = _choose_word(say("Label"), [label.value for label in Label], key="label")
        languages = _choose(say("Language"), choices.languages, key="language")
        sources = _choose(say("Source"), choices.sources, key="source")
        child = _choose_child(choices.children)
        words_in_address("consent", CONSENT)
        consent = st.selectbox(
            say("Consent"),
            list(CONSENT),
            index=None,
            placeholder=say("All"),
            key="consent",
            bind=IN_ADDRESS,
            format_func=say,
        )
    return RecordingFilter(
        text=text or "",
        languages=tuple(languages),
        sources=tuple(sources),
        child=child,
        standings=tuple(JudgingState(state) for state in states),
        labels=tuple(Label(label) for label in labels),
        has_consent=None if consent is None else CONSENT[consent],
    )


def _choose_child(children: list[str]) -> str | None:
    """From a list where it is short; by the whole pseudonym where a browser would be sent thousands."""
    if children:
        return st.selectbox(say("Child"), children, index=None, placeholder=say("All"), key="child", bind=IN_ADDRESS)
    typed = st.text_input(say("Child"), key="child", placeholder=say("Whole pseudonym"), bind=IN_ADDRESS)
    return (typed or "").strip() or None


def _choose(name: str, choices: list[str], *, key: str) -> list[str]:
    return st.multiselect(name, choices, key=key, bind=IN_ADDRESS, placeholder=say("All"))


def _choose_word(name: str, words: list[str], *, key: str) -> list[str]:
    """Among words of Earshot, which are shown in the language of whoever looks."""
    words_in_address(key, words, is_several=True)
    return st.multiselect(name, words, key=key, bind=IN_ADDRESS, placeholder=say("All"), format_func=say)


def render_recordings(wanted: RecordingFilter, actor: Actor) -> None:
    """One page of the recordings that fit, as a table and to be heard; rows selected in the table are heard alone."""
    _begin_anew_where_filters_changed(wanted)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        place = st.container(width="content")
        begin = choose_begin(say("From recording"), BEGIN, bind=IN_ADDRESS)
    page = recording_search.search_recordings(wanted, begin=begin, limit=PAGE_SIZE)
    recordings = page.items
    if not recordings:
        render_empty_state(
            say("Nothing fits"), say("Take a filter away, or search for something else."), icon=":material/search_off:"
        )
        return
    with place:
        counted = say_count("**{n} recording**", "**{n} recordings**", page.total)
        st.markdown(say("More than {counted}", counted=counted) if page.has_more else counted, width="content")
        render_page_buttons(page.bounds, BEGIN, has_last=True)
    selected = select_in_table(recordings, key=f"table_{page.bounds.begin}")
    shown = selected or recordings
    earlier = rounds.earlier_judgements([judged.recording.id for judged in shown])
    render_player([as_playable(judged, earlier.get(judged.recording.id, ())) for judged in shown], key="listen", rows=7)
    if selected:
        ids = [judged.recording.id for judged in selected]
        render_judge_again(ids, key="selected", actor=actor, reason=DOUBT)


def select_in_table(recordings: Sequence[JudgedRecording], *, key: str) -> list[JudgedRecording]:
    """The table; the recordings whose rows are selected in it."""
    event = st.dataframe(
        [table_row(judged) for judged in recordings],
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=key,
        height=320,
        column_config={say("Seconds"): st.column_config.NumberColumn(format="localized")},
        alt=say("Recordings with their judgements"),
    )
    return [recordings[row] for row in event.selection.rows if row < len(recordings)]


def table_row(judged: JudgedRecording) -> dict[str, str | float]:
    recording = judged.recording
    return {
        say("Word"): recording.word or formatting.DASH,
        say("Language"): recording.language,
        say("Child"): recording.child,
        say("Source"): recording.source,
        say("Seconds"): round(recording.duration_s, 1),
        say("State"): say(judged.judging_state.value),
        say("Label"): say(judged.consensus.value) if judged.consensus else "",
        say("Judges"): ", ".join(
            say("{judge}: {label}", judge=judgement.judge, label=say(judgement.label.value))
            for judgement in judged.judgements
        ),
        say("File"): recording.filename,
    }


def as_playable(judged: JudgedRecording, earlier: Sequence[Judgement]) -> Playable:
    note = joined_note(judged, round_note(judged, earlier))
    return playable(judged.recording, chips=judgement_chips(judged), note=note)


def _begin_anew_where_filters_changed(wanted: RecordingFilter) -> None:
    """Another filter begins on its first page; so does not the one that an address was opened with."""
    if st.session_state.get(SEARCHED, wanted) != wanted:
        turn_to(BEGIN, None)
    st.session_state[SEARCHED] = wanted


account = begin_page(
    say("Recordings"), roles=STAFF, subtitle=say("Import them, find them, hear them, see how they were judged.")
)
show_last_result()
has_any = bool(recording_search.count_recordings().recordings)
with st.expander(say("Import recordings"), icon=":material/upload:", expanded=not has_any, key="import_panel"):
    importer(Actor.of(account))
with showing_errors():
    # the panel above may just have imported the first ones
    if has_any or recording_search.count_recordings().recordings:
        render_recordings(choose_filter(), Actor.of(account))
    else:
        render_empty_state(
            say("No recordings yet"), say("Import some above: files, a zip archive, or a folder with a manifest.csv.")
        )
    so_far_title = say("Imports so far")
    with st.expander(so_far_title, icon=":material/history:", key="import_history", on_change="rerun") as so_far:
        if so_far.open:
            history()
