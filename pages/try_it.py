"""Try it: the decision of the deployed model on one recording, in words.

The sound is scored by a worker and not stored. It is not played back: the browser that sent it has it already.
"""

from __future__ import annotations

from math import ceil

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.config import settings
from core.domain.actor import Actor
from core.domain.audio_formats import UPLOADED_EXTENSIONS
from core.sentences.certainty_sentences import sure_words
from core.workflows.annotation import recording_search
from core.workflows.deployment import deployment_control, source_adaptation
from pages.components import formatting
from pages.components.action_result import showing_errors
from pages.components.empty_state import render_empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.trial_decision import render_decision, score_once
from pages.components.words import say

TYPES = list(UPLOADED_EXTENSIONS)


def choose_source() -> str:
    """As from which source it is decided; "" for none."""
    names = source_adaptation.sources()
    if not names:
        return ""
    return str(
        st.selectbox(
            say("As from which source"),
            ["", *names],
            format_func=lambda name: name or say("None in particular"),
            key="try_source",
            help=say("A source with a threshold of its own is decided at that."),
        )
        or ""
    )


def choose_sound() -> UploadedFile | None:
    """A file, or a recording from the microphone."""
    from_file, from_microphone = st.tabs([say("A file"), say("The microphone")])
    with from_file:
        uploaded = st.file_uploader(
            say("A recording"), type=TYPES, key="try_file", max_upload_size=ceil(settings().max_recording_mb)
        )
    with from_microphone:
        recorded = st.audio_input(say("Read a word aloud"), key="try_microphone")
    return uploaded or recorded


def render_stored(sound: UploadedFile) -> None:
    """The way to the recording's page, where this very sound is stored."""
    number = recording_search.recording_of_sound(sound.getvalue())
    if number is not None:
        label = say("This sound is here already: recording {number}", number=number)
        st.page_link("recording.py", label=label, query_params={"id": str(number)}, icon=":material/graphic_eq:")


account = begin_page(say("Try it"), roles=STAFF, subtitle=say("Send one recording to the deployed model."))
with showing_errors():
    in_force = deployment_control.current_deployment()
    if in_force is None:
        render_empty_state(
            say("No model is in force yet"),
            say("Choose an operating point first; then a recording that is sent gets its decision."),
            screen="evaluate.py",
            link=say("Choose an operating point"),
        )
    else:
        point = in_force.operating_point
        st.markdown(
            say(
                "In force: **{model}**, at most {target} of good readings wrongly refused, {certainty}.",
                model=formatting.plain(point.model_title),
                target=formatting.percent(point.am_target),
                certainty=sure_words(point.certainty, account.speaks),
            )
        )
        source = choose_source()
        sound = choose_sound()
        st.link_button(
            say("Decide in this browser"),
            "tablet/tablet.html",
            icon=":material/tablet:",
            help=say("As on a tablet: the model runs in the browser, and the voice does not leave it."),
        )
        if sound is not None:
            decision = score_once(sound, point.id, source, Actor.of(account))
            if isinstance(decision, str):
                st.error(decision, icon=":material/error:", title=say("This cannot be scored"))
            else:
                render_decision(decision)
            render_stored(sound)
