"""What the model in force decides on a recording and why, in words for whoever teaches; it stands first on the page."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.domain.live import LiveSample
from core.domain.model_verdicts import ModelVerdict
from core.errors import EarshotError
from core.sentences import recording_sentences
from core.workflows.deployment import recording_overview
from core.workflows.deployment.recording_overview import RecordingOverview
from core.workflows.evaluation import acoustic_explanation
from pages.components.action_result import attempt
from pages.components.formatting import percent, plain, time_text
from pages.components.markdown import plain_error
from pages.components.words import language, say

HEARD_NOW = "heard-now"  # the session's key: verdicts that were computed in this visit, by recording


def verdict_of(seen: RecordingOverview) -> ModelVerdict | None:
    """Of the model in force: as stored, or computed in this visit; else what was decided in class."""
    if seen.verdict is not None:
        return seen.verdict
    heard: dict[int, ModelVerdict] = st.session_state.get(HEARD_NOW, {})
    return heard.get(seen.judged.recording.id) or (_in_class(seen.sample, seen.sample_model) if seen.sample else None)


def render_verdict(seen: RecordingOverview, actor: Actor) -> None:
    """The decision, why, and what stands out in the sound."""
    verdict = verdict_of(seen)
    with st.container(border=True, gap="small", key="why"):
        if verdict is None:
            _render_unheard(seen, actor)
            return
        _render_title(verdict)
        sentences = recording_sentences.verdict_sentences(verdict, seen.judged.consensus, language())
        st.markdown(" ".join(plain(sentence) for sentence in sentences))
        _render_sound(seen, verdict)
        if seen.sample is not None and seen.verdict is not None:
            _render_class(seen.sample, seen.sample_model)
        if verdict.is_refused:
            st.caption(say(recording_sentences.SOUND_ALONE))


def _render_title(verdict: ModelVerdict) -> None:
    if verdict.is_refused:
        st.subheader(f":red[:material/block:] {say('Why it is refused')}", anchor=False)
    else:
        st.subheader(f":green[:material/check_circle:] {say('Why it is accepted')}", anchor=False)


def _render_sound(seen: RecordingOverview, verdict: ModelVerdict) -> None:
    number = seen.judged.recording.id
    try:
        explained = acoustic_explanation.explain_recordings([number], model_id=verdict.model_id).get(number)
    except EarshotError as error:
        st.caption(plain_error(error))
        return
    if explained is not None:
        sentences = recording_sentences.sound_sentences(explained.measured, language())
        if sentences:
            st.markdown(f"{say('What is heard in it:')} {' '.join(sentences)}")


def _render_class(sample: LiveSample, model: str) -> None:
    values = {"at": time_text(sample.decided_at), "model": model, "p": percent(sample.p_accepted)}
    values["threshold"] = percent(sample.threshold)
    words = (
        say("In class it was refused ({at}, {model}): chance {p}, threshold {threshold}.", **values)
        if sample.is_refused
        else say("In class it was accepted ({at}, {model}): chance {p}, threshold {threshold}.", **values)
    )
    st.markdown(plain(words))


def _render_unheard(seen: RecordingOverview, actor: Actor) -> None:
    if not seen.model_in_force:
        st.markdown(say("No model is in force, so nothing is decided on this recording yet."))
        st.page_link("evaluate.py", label=say("Choose an operating point"), icon=":material/tune:")
        return
    number = seen.judged.recording.id
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(say("{model} has not heard this recording.", model=seen.model_in_force)), width="content")
        st.button(
            say("Let it decide now"),
            key="decide-now",
            icon=":material/hearing:",
            on_click=_decide,
            args=(number, actor),
        )


def _decide(recording_id: int, actor: Actor) -> None:
    def hear() -> None:
        verdict = recording_overview.decide_now(recording_id, actor=actor)
        st.session_state.setdefault(HEARD_NOW, {})[recording_id] = verdict

    attempt(hear)


def _in_class(sample: LiveSample, model: str) -> ModelVerdict:
    return ModelVerdict(sample.model_id, model, sample.p_accepted, None, None, sample.threshold)
