"""One recording: why it is refused or accepted, its sound, what people say, what it resembles, its history.

Its address is /recording?id=NUMBER; lists of recordings and the search lead to it. Not for judges: it shows labels.
"""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.workflows.deployment import recording_overview
from core.workflows.deployment.recording_overview import RecordingOverview
from pages.components import screen_address
from pages.components.action_result import show_last_result, showing_errors
from pages.components.empty_state import render_empty_state
from pages.components.formatting import decimal, plain, recording_title, time_text
from pages.components.page_frame import STAFF, begin_page
from pages.components.playback.playable_rows import judgement_chips, playable, probability_bars
from pages.components.playback.player import render_player
from pages.components.recording.actions_view import render_actions
from pages.components.recording.comments_view import render_comments
from pages.components.recording.history_view import render_copies, render_history, render_training
from pages.components.recording.labels_view import render_labels
from pages.components.recording.similar_view import render_similar
from pages.components.recording.verdict_view import render_verdict, verdict_of
from pages.components.words import say

NUMBER = "id"  # in the address
# the word is what one looks for; that it is a recording is said above it, small
STYLE = (
    ".stMainBlockContainer { padding-top: 4.2rem; } "
    ".stMainBlockContainer h1 { font-size: 0.95rem; font-weight: 600; padding: 0; } "
    ".stMainBlockContainer h2 { font-size: 2rem; line-height: 1.25; padding: 0 0 0.6rem; }"
)


def render_recording(seen: RecordingOverview, account: Account) -> None:
    actor = Actor.of(account)
    render_head(seen)
    render_verdict(seen, actor)
    render_sound(seen)
    render_actions(seen, account)
    with st.grid(2, min_column_width=320, gap="medium"):
        with st.container():
            render_labels(seen)
        with st.container():
            render_comments(seen, account)
    render_similar(seen.judged.recording.id, actor)
    render_history(seen)
    render_training(seen)
    render_copies(seen)


def render_head(seen: RecordingOverview) -> None:
    """What it is called, and what is known of it without hearing it."""
    recording = seen.judged.recording
    seconds = say("{seconds} s", seconds=decimal(recording.duration_s, 1))
    came = recording.collected_at or recording.imported_at
    number = say("number {number}", number=recording.id)
    known = (
        recording.filename,
        recording.child,
        recording.source,
        recording.language,
        seconds,
        time_text(came),
        number,
    )
    with st.container(gap="xxsmall"):
        st.header(plain(recording_title(recording)), anchor=False)
        st.caption(" · ".join(plain(part) for part in known if part))


def render_sound(seen: RecordingOverview) -> None:
    """The player with waveform and spectrogram, the labels that count and the probabilities beside it."""
    verdict = verdict_of(seen)
    bars = probability_bars(verdict, threshold=verdict.threshold) if verdict else ()
    item = playable(seen.judged.recording, chips=judgement_chips(seen.judged), bars=bars)
    render_player([item], key="sound", rows=2, is_drawn=True, is_linked=False)


account = begin_page(say("Recording"), roles=STAFF)
st.html(f"<style>{STYLE}</style>")
show_last_result()
with showing_errors():
    number = screen_address.count_in_address(NUMBER)
    if number:
        render_recording(recording_overview.overview_of(number, actor=Actor.of(account)), account)
    else:
        render_empty_state(
            say("Which recording?"),
            say("Open one from a list, or press Ctrl+K and type a word, a file or a number."),
            icon=":material/search:",
            screen="recordings.py",
            link=say("To the recordings"),
        )
