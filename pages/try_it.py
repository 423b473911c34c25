"""Try it: one recording, and what the deployed model decides, in words.

The sound is scored by a worker and kept nowhere. It is not played back here: the browser that sent it has it already.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import streamlit as st

from core.config import settings
from core.domain.labels import Label
from core.translation import LANGUAGES
from core.workflows.deployment import deployment_control, scoring
from core.workflows.evaluation.acoustic_explanation import ComparedMeasure
from pages.components import formatting
from pages.components.action_result import reported
from pages.components.colours import STREAMLIT_BY_LABEL
from pages.components.empty_state import empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.playback.reasons import reasons

TYPES = ["wav", "flac", "mp3", "ogg", "oga", "opus", "webm", "m4a", "mp4"]
REASONS = {
    "noise": "There is too much noise around the voice for the reading to be judged.",
    "speechless": "The child who should read is not heard in it.",
}


def choose() -> Any:
    """A file, or a recording made here."""
    from_file, from_microphone = st.tabs(["A file", "The microphone"])
    with from_file:
        uploaded = st.file_uploader(
            "A recording", type=TYPES, key="try_file", max_upload_size=ceil(settings().max_recording_mb)
        )
    with from_microphone:
        recorded = st.audio_input("Read a word aloud", key="try_microphone")
    return uploaded or recorded


def scored(sound: Any, point_id: int) -> dict[str, Any]:
    """What the deployed model says; one operating point is asked about the same sound once."""
    known = st.session_state.get("tried")
    if known and known[0] == (point_id, sound.file_id):
        return dict(known[1])
    with st.spinner("A worker listens. The first time after a while takes some seconds."):
        answer = dict(scoring.score_remote([(sound.name, sound.getvalue())])[0])
    st.session_state["tried"] = ((point_id, sound.file_id), answer)
    return answer


def say(answer: dict[str, Any]) -> None:
    """The decision in words, the numbers it comes from, and what is to be heard in the recording."""
    if "error" in answer:
        st.error(answer["error"], icon=":material/error:", title="This cannot be scored")
        return
    margin = f"p(Accepted) is {answer['p_accepted']:.3f}; it passes from {answer['threshold']:.3f} up."
    if answer["decision"] == "accepted":
        st.success(f"Good enough for speech recognition. {margin}", title="Accepted", icon=":material/check_circle:")
    else:
        why = REASONS.get(answer["reason"] or "", "It does not sound like a reading that can be judged.")
        st.error(f"{why} The child is asked to read again. {margin}", title="Rejected", icon=":material/replay:")
    for label in Label:
        share = answer.get(f"p_{label.value.lower()}")
        if share is not None:
            colour = STREAMLIT_BY_LABEL[label]
            st.progress(min(1.0, share), text=f":{colour}[**{label.value}**] {formatting.percent(share)}")
    if answer.get("for_child"):
        tell_the_child(answer["for_child"])
    if answer.get("measured"):
        reasons([ComparedMeasure(**one) for one in answer["measured"]], answer["explanation"])
    st.caption(f"{answer['duration_s']:.1f} s of sound, decided by {formatting.plain(str(answer['model']))}.")


def tell_the_child(sentences: dict[str, str]) -> None:
    """What the reading platform may say, in each language."""
    st.markdown("**What to tell the child**")
    with st.grid(len(sentences), min_column_width=260):
        for language, sentence in sentences.items():
            with st.container(border=True, gap="xxsmall"):
                st.caption(LANGUAGES[language])
                st.markdown(sentence)


begin_page("Try it", roles=STAFF, subtitle="Send one recording to the model that is in force.")
with reported():
    in_force = deployment_control.current_deployment()
    if in_force is None:
        empty_state(
            "No model is in force yet",
            "Choose an operating point first; then whatever is sent here gets its decision.",
            screen="evaluate.py",
            link="Choose an operating point",
        )
    else:
        point = in_force.operating_point
        st.markdown(
            f"In force: **{point.model_id}**, at most {formatting.percent(point.am_target)} of good readings asked "
            f"again."
        )
        sound = choose()
        if sound is not None:
            say(scored(sound, point.id))
