"""The way of a recording, and the trainings that it is part of."""

from __future__ import annotations

import streamlit as st

from core.domain.labels import Split
from core.sentences import recording_sentences
from core.translation import mark
from core.workflows.deployment.recording_overview import RecordingOverview
from pages.components.formatting import plain, time_text
from pages.components.words import language, say, say_count

SPLITS = {
    Split.TRAIN: mark("Models learn from this child's recordings."),
    Split.VALIDATION: mark("Thresholds are chosen on this child's recordings."),
    Split.TEST: mark("Models are only tested on this child's recordings, and never learn from them."),
}
SPLIT_NAMES = {Split.TRAIN: mark("training"), Split.VALIDATION: mark("validation"), Split.TEST: mark("test")}


def render_history(seen: RecordingOverview) -> None:
    """A line an event, the newest first."""
    rows = [
        {
            say("When"): time_text(event.at),
            say("What happened"): plain(recording_sentences.event_sentence(event, language())),
        }
        for event in reversed(seen.events)
    ]
    with st.expander(say("History"), icon=":material/history:", key="history"):
        st.table(rows, border="horizontal", alt=say("What happened to this recording, the newest first"))


def render_training(seen: RecordingOverview) -> None:
    """The split of the child, and every snapshot that has the recording."""
    with st.expander(say("What models do with it"), icon=":material/model_training:", key="training"):
        split = seen.judged.recording.split
        st.markdown(say(SPLITS[split]) if split else say("No training has used this child's recordings yet."))
        if not seen.places:
            return
        rows = [
            {
                say("Frozen"): time_text(place.created_at),
                say("Label then"): say(place.label.value),
                say("Part"): say(SPLIT_NAMES[place.split]),
                say("Models"): plain(", ".join(place.models)) or say("none any more"),
            }
            for place in seen.places
        ]
        st.table(rows, border="horizontal", alt=say("Trainings that the recording is part of"))


def render_copies(seen: RecordingOverview) -> None:
    """Other recordings of the same sound, and of the same child."""
    with st.container(horizontal=True, gap="small"):
        for number in seen.same_sound:
            label = say("The same sound: recording {number}", number=number)
            st.page_link("recording.py", label=label, query_params={"id": str(number)}, icon=":material/content_copy:")
        if seen.n_of_child > 1:
            label = say_count("{n} recording of this child", "All {n} recordings of this child", seen.n_of_child)
            query = {"child": seen.judged.recording.child}
            st.page_link("recordings.py", label=label, query_params=query, icon=":material/library_music:")
