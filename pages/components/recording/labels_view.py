"""What people make of a recording: the label that stands and why, and every label with how it came about."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.judgements import Judgement
from core.domain.labels import JudgingState
from core.domain.recording_history import LabelState, PastLabel
from core.sentences import recording_sentences
from core.workflows.deployment.recording_overview import RecordingOverview
from pages.components.colours import STREAMLIT_BY_LABEL
from pages.components.formatting import decimal, plain, time_text
from pages.components.words import language, say, say_count


def render_labels(seen: RecordingOverview) -> None:
    """The consensus, then a card a label: those in force first."""
    judged = seen.judged
    st.subheader(say("What people say"), anchor=False)
    badge = ""
    if judged.consensus is not None:
        badge = f":{STREAMLIT_BY_LABEL[judged.consensus]}-badge[{say(judged.consensus.value)}] "
    st.markdown(badge + plain(recording_sentences.consensus_sentence(judged, language())))
    if judged.judging_state is JudgingState.DISAGREED:
        st.page_link("disagreements.py", label=say("Hear it and decide"), icon=":material/balance:")
    in_force = [past for past in seen.labels if past.state is LabelState.IN_FORCE]
    others = [past for past in seen.labels if past.state is not LabelState.IN_FORCE]
    _render_cards(in_force, judged.recording.duration_s)
    if others:
        title = say_count("{n} label that does not count", "{n} labels that do not count", len(others))
        with st.expander(title, icon=":material/history:"):
            _render_cards(others, judged.recording.duration_s)


def _render_cards(labels: Sequence[PastLabel], duration_s: float) -> None:
    if not labels:
        return
    with st.grid(min(2, len(labels)), min_column_width=200):
        for past in labels:
            with st.container(border=True, gap="xxsmall"):
                _render_card(past, duration_s)


def _render_card(past: PastLabel, duration_s: float) -> None:
    judgement = past.judgement
    unsure = f" :orange-badge[:material/help: {say('not sure')}]" if judgement.flag else ""
    badge = f":{STREAMLIT_BY_LABEL[judgement.label]}-badge[{say(judgement.label.value)}]"
    st.markdown(f"{badge} **{plain(judgement.judge)}**{unsure}")
    if past.state is not LabelState.IN_FORCE:
        st.caption(say(recording_sentences.LABEL_STATES[past.state]))
    st.caption(_listening(judgement, duration_s))
    if past.selection_reason is not None and past.state is not LabelState.REPEAT:
        st.caption(say(recording_sentences.BROUGHT_BY[past.selection_reason]))
    st.caption(say("round {round}, {at}", round=judgement.round, at=time_text(judgement.decided_at)))
    if judgement.comment:
        st.markdown(f"“{plain(judgement.comment)}”")


def _listening(judgement: Judgement, duration_s: float) -> str:
    parts = []
    if judgement.seconds_heard is not None:
        heard, whole = decimal(judgement.seconds_heard, 1), decimal(duration_s, 1)
        parts.append(say("heard {heard} of {whole} s", heard=heard, whole=whole))
    if judgement.replays is not None:
        times = judgement.replays + 1
        parts.append(say_count("listened {n} time", "listened {n} times", times))
    if judgement.decision_s is not None:
        parts.append(say("decided after {seconds} s", seconds=decimal(judgement.decision_s, 1)))
    return " · ".join(parts) or say("imported: how it was heard is not known")
