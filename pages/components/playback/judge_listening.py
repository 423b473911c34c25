"""How each judge heard a disagreement, without names, and the figures of the sound itself."""

from __future__ import annotations

import streamlit as st

from core.errors import EarshotError
from core.workflows.annotation import recording_search
from core.workflows.annotation.open_disagreements import AnonymousJudgement, Disagreement
from core.workflows.evaluation import acoustic_explanation
from pages.components import formatting
from pages.components.colours import STREAMLIT_BY_LABEL
from pages.components.markdown import plain_error
from pages.components.words import say, say_count


def render_hearings(disagreement: Disagreement) -> None:
    """A card a judge, in the order of the labels, which does not show whose is whose."""
    with st.grid(len(disagreement.judgements), min_column_width=220):
        for hearing in disagreement.judgements:
            with st.container(border=True, gap="xxsmall"):
                unsure = f" :orange-badge[:material/help: {say('not sure')}]" if hearing.is_unsure else ""
                st.markdown(f":{STREAMLIT_BY_LABEL[hearing.label]}-badge[{say(hearing.label.value)}]{unsure}")
                st.caption(_listening_text(hearing, disagreement.recording.duration_s))
                if hearing.comment:
                    st.markdown(f"“{formatting.plain(hearing.comment)}”")


def render_loudness(recording_id: int) -> None:
    """Level, background, speech and clipping in one line; the reason where the sound cannot be read."""
    try:
        loudness = recording_search.loudness(recording_id)
        summary = acoustic_explanation.explain_recordings([recording_id])[recording_id].summary
    except EarshotError as error:
        st.caption(plain_error(error))
        return
    st.caption(
        say(
            "{seconds:.1f} s · peak {peak} dBFS · loudness {loudness} LUFS · background {background} dBFS, the loudest "
            "part {above} dB above it · speech-like {speech:.1f} s · clipped {clipped}",
            seconds=loudness.duration_s,
            peak=formatting.decibels(loudness.peak_dbfs),
            loudness=formatting.decibels(loudness.loudness_lufs),
            background=formatting.decibels(loudness.background_dbfs),
            above=formatting.decibels(summary.above_background_db),
            speech=summary.speech_s,
            clipped=formatting.percent(loudness.clipped_share),
        ),
        help=say(
            "Loudness is gated, by ITU-R BS.1770. Background is the level that nine tenths of the recording exceed. "
            "Speech-like is what has a pitch between 80 and 640 Hz, 10 dB above the background, whoever it is that "
            "speaks. Clipped is the share of samples at full scale."
        ),
    )


def _listening_text(hearing: AnonymousJudgement, duration_s: float) -> str:
    parts = []
    if hearing.seconds_heard is not None:
        parts.append(say("heard {heard:.1f} of {duration:.1f} s", heard=hearing.seconds_heard, duration=duration_s))
    if hearing.replays:
        parts.append(say_count("played again {n} time", "played again {n} times", hearing.replays))
    if hearing.decision_s is not None:
        parts.append(say("decided after {seconds:.1f} s", seconds=hearing.decision_s))
    return " · ".join(parts) or say("imported: how it was heard is not known")
