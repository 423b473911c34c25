"""The labelled recordings that a recording resembles most, to be heard."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.errors import EarshotError
from core.workflows.evaluation import similar_recordings
from core.workflows.evaluation.similar_recordings import SimilarRecording, SimilarRecordings
from pages.components.markdown import plain_error
from pages.components.playback.playable_rows import Playable, label_chip, playable
from pages.components.playback.player import render_player
from pages.components.words import say, say_count

GO_ON_S = 0.5  # between two readings of what is missing
ROWS = 12  # as high as six rows are on a telephone


def render_similar(recording_id: int, actor: Actor) -> None:
    """The nearest ones; as long as not all were compared, it goes on by itself."""
    st.subheader(say("What it resembles"), anchor=False)
    try:
        similar = similar_recordings.similar_recordings(recording_id, actor=actor)
    except EarshotError as error:
        st.caption(plain_error(error))
        return
    if similar.n_unread:
        _render_going_on(recording_id, actor)
    else:
        _render(similar)


@st.fragment(run_every=GO_ON_S)
def _render_going_on(recording_id: int, actor: Actor) -> None:
    similar = similar_recordings.similar_recordings(recording_id, actor=actor)
    if not similar.n_unread:
        st.rerun()
    _render(similar)


def _render(similar: SimilarRecordings) -> None:
    if not similar.items:
        st.caption(say("Nothing to compare with yet: no labelled recording went through a training."))
        return
    words = say_count(
        "The nearest of {n} labelled recording, by how it sounds.",
        "The nearest of {n} labelled recordings, by how they sound.",
        similar.n_compared,
    )
    if similar.n_unread:
        more = say_count("{n} more is being compared.", "{n} more are being compared.", similar.n_unread)
        words = f"{words} {more}"
    st.caption(words)
    render_player([_playable(item) for item in similar.items], key="similar", rows=ROWS)


def _playable(item: SimilarRecording) -> Playable:
    chips = [label_chip(item.judged.consensus)] if item.judged.consensus else []
    return playable(item.judged.recording, chips=chips)
