"""How each judge heard a disagreement, without names, and the figures of the sound itself."""

from __future__ import annotations

import streamlit as st

from core.errors import EarshotError
from core.workflows.annotation import recording_search
from core.workflows.annotation.adjudication import AnonymousJudgement, Disagreement
from core.workflows.evaluation import acoustic_explanation
from pages.components import formatting
from pages.components.colours import STREAMLIT_BY_LABEL
from pages.components.markdown import plain_error


def render_hearings(disagreement: Disagreement) -> None:
    """A card a judge, in the order of the labels, which does not show whose is whose."""
    with st.grid(len(disagreement.judgements), min_column_width=220):
        for hearing in disagreement.judgements:
            with st.container(border=True, gap="xxsmall"):
                unsure = " :orange-badge[:material/help: not sure]" if hearing.is_unsure else ""
                st.markdown(f":{STREAMLIT_BY_LABEL[hearing.label]}-badge[{hearing.label.value}]{unsure}")
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
        f"{loudness.duration_s:.1f} s · peak {formatting.decibels(loudness.peak_dbfs)} dBFS · "
        f"loudness {formatting.decibels(loudness.loudness_lufs)} LUFS · "
        f"background {formatting.decibels(loudness.background_dbfs)} dBFS, the loudest part "
        f"{formatting.decibels(summary.above_background_db)} dB above it · speech-like {summary.speech_s:.1f} s · "
        f"clipped {formatting.percent(loudness.clipped_share)}",
        help="Loudness is gated, by ITU-R BS.1770. Background is the level that nine tenths of the recording exceed. "
        "Speech-like is what has a pitch between 80 and 640 Hz, 10 dB above the background, whoever it is that speaks. "
        "Clipped is the share of samples at full scale.",
    )


def _listening_text(hearing: AnonymousJudgement, duration_s: float) -> str:
    parts = []
    if hearing.seconds_heard is not None:
        parts.append(f"heard {hearing.seconds_heard:.1f} of {duration_s:.1f} s")
    if hearing.replays:
        parts.append(f"played again {formatting.counted(hearing.replays, 'time')}")
    if hearing.decision_s is not None:
        parts.append(f"decided after {hearing.decision_s:.1f} s")
    return " · ".join(parts) or "imported: how it was heard is not known"
