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
from pages.components.annotation.judge_again import DOUBT, render_judge_again, round_note, row_action, send_back
from pages.components.empty_state import render_empty_state
from pages.components.importer import history, importer
from pages.components.page_frame import STAFF, begin_page
from pages.components.pager import choose_begin, render_page_buttons, turn_to
from pages.components.playback.playable_rows import Playable, joined_note, judgement_chips, playable
from pages.components.playback.player import render_player
from pages.components.screen_address import words_in_address
from pages.components.words import say

PAGE_SIZE = 25
BEGIN = "from"  # the session's key and the address's parameter: the recording that the page begins at
SEARCHED = "searched"  # the session's key: the filter of the run before
ROWS_SHOWN = 9
CONSENT = {mark("Without a reference"): False, mark("With a reference"): True}
STATES = {
    JudgingState.UNJUDGED: mark("unjudged"),
    JudgingState.ONE_JUDGEMENT: mark("judged once"),
    JudgingState.AWAITING_THIRD: mark("third judge"),
    JudgingState.AGREED: mark("agreed"),
    JudgingState.DISAGREED: mark("to settle"),
    JudgingState.SETTLED: mark("settled"),
}
IN_ADDRESS: Final = "query-params"


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
        words_in_address("state", map(str, STATES), is_several=True)
        words_in_address("label", map(str, Label), is_several=True)
        words_in_address("consent", CONSENT)
        states = _choose(say("State"), list(STATES), key="state")
        labels = _choose(say("Label"), list(Label), key="label")
        languages = _choose(say("Language"), choices.languages, key="language")
        sources = _choose(say("Source"), choices.sources, key="source")
        child = _choose_child(choices.children)
        consent = st.selectbox(
            say("Consent"),
            list(CONSENT),
            index=None,
            format_func=lambda name: say(name),
            placeholder=say("All"),
            key="consent",
            bind=IN_ADDRESS,
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


def _choose(name: str, choices: Sequence[str], *, key: str) -> list[str]:
    """Several of some choices; words of ours among them are shown in the language of whoever looks."""
    ours = {*STATES, *Label}
    return st.multiselect(
        name,
        [str(choice) for choice in choices],
        format_func=lambda choice: say(choice) if choice in ours else choice,
        key=key,
        bind=IN_ADDRESS,
        placeholder=say("All"),
    )


def render_recordings(wanted: RecordingFilter, actor: Actor) -> None:
    """One page of the recordings that fit, to be heard; titles lead to a recording's own page."""
    _begin_anew_where_filters_changed(wanted)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        place = st.container(width="content")
        begin = choose_begin(say("From recording"), BEGIN, bind=IN_ADDRESS)
    page = recording_search.search_recordings(wanted, begin=begin, limit=PAGE_SIZE)
    recordings = page.items
    if not recordings:
        render_empty_state(
            say("Nothing fits"),
            say("Take a filter away, or search for something else."),
            icon=":material/search_off:",
        )
        return
    with place:
        count = formatting.counted(page.total, "recording")
        st.markdown(f"**{say('More than {count}', count=count) if page.has_more else count}**", width="content")
        render_page_buttons(page.bounds, BEGIN, has_last=True)
    ids = [judged.recording.id for judged in recordings]
    earlier = rounds.earlier_judgements(ids)
    render_player(
        [as_playable(judged, earlier.get(judged.recording.id, ())) for judged in recordings],
        key="listen",
        rows=ROWS_SHOWN,
        actions=[row_action()],
        on_answer=lambda recording_id, _: send_back([recording_id], "listed", actor),
    )
    render_judge_again(ids, key="listed", actor=actor, reason=DOUBT)


def as_playable(judged: JudgedRecording, earlier: Sequence[Judgement]) -> Playable:
    recording = judged.recording
    known = (recording.filename, say(STATES[judged.judging_state]))
    return playable(
        recording,
        chips=judgement_chips(judged),
        note=joined_note(judged, round_note(judged, earlier)),
        more=known,
    )


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
    with st.expander(
        say("Imports so far"), icon=":material/history:", key="import_history", on_change="rerun"
    ) as so_far:
        if so_far.open:
            history()
