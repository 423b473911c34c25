"""The decision on one recording that was sent: asked for once, and shown in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.domain.actor import Actor
from core.domain.audit import AuditAction
from core.domain.json_types import JsonObject, number_of, number_or_none, object_of, objects_of, text_of
from core.domain.labels import Label
from core.domain.sources import ThresholdBasis
from core.errors import Refused
from core.sentences.acoustic_sentences import measured_deviation
from core.translation import DEFAULT_LANGUAGE, LANGUAGES, mark, translate_message
from core.workflows.accounts import audit_log
from core.workflows.deployment import scoring
from core.workflows.evaluation import model_evaluation
from core.workflows.evaluation.acoustic_explanation import ComparedMeasure
from pages.components import formatting
from pages.components.colours import STREAMLIT_BY_LABEL
from pages.components.playback.acoustic_measures import render_measures
from pages.components.words import language, say

STORED = "tried"
REASONS = {
    "noise": mark("There is too much noise around the voice for the reading to be judged."),
    "speechless": mark("The child who should read is not heard in it."),
}
BASES = {  # in brackets behind a threshold
    ThresholdBasis.COMMON.value: mark("common"),
    ThresholdBasis.UNLABELLED.value: mark("chosen without labels"),
    ThresholdBasis.JUDGED.value: mark("judged recordings of the source"),
    ThresholdBasis.RECOMPUTED.value: mark("recomputed without labels"),
}
OTHER_REASON = mark("It does not sound like a reading that can be judged.")


@dataclass(frozen=True)
class TriedDecision:
    """The deployed model's decision on one sound.

    probabilities : by label; labels that the model does not separate are left out
    messages : what the reading platform may tell the child, by language
    """

    is_accepted: bool
    reason: str
    p_accepted: float
    threshold: float
    probabilities: Mapping[Label, float]
    model: str
    duration_s: float
    explanation: str = ""
    measures: tuple[ComparedMeasure, ...] = ()
    messages: Mapping[str, str] = field(default_factory=dict)
    basis: str = "common"
    unlike: float | None = None
    looks_processed: bool = False


def score_once(sound: UploadedFile, point_id: int, source: str, actor: Actor) -> TriedDecision | str:
    """The decision, or why the sound cannot be scored; the same sound is scored once for a point and a source."""
    key = (point_id, sound.file_id, source)
    stored: tuple[tuple[int, str, str], TriedDecision | str] | None = st.session_state.get(STORED)
    if stored and stored[0] == key:
        return stored[1]
    with st.spinner(say("A worker listens. The first time after a while takes some seconds.")):
        decision = score(sound, source, actor)
    st.session_state[STORED] = (key, decision)
    return decision


def score(sound: UploadedFile, source: str, actor: Actor) -> TriedDecision | str:
    audit_log.record_event(actor, AuditAction.SCORE, detail={"files": 1, "at": "Try it"})
    answer = scoring.score_one((sound.name, sound.getvalue()), source=source, is_counted=not source)
    if isinstance(answer, Refused):
        return translate_message(language(), answer.message)
    shares = {label: answer.get(f"p_{label.value.lower()}") for label in Label}
    return TriedDecision(
        is_accepted=answer["decision"] == "accepted",
        reason=str(answer["reason"] or ""),
        p_accepted=number_of(answer["p_accepted"], 0.0),
        threshold=number_of(answer["threshold"], 0.0),
        probabilities={label: number_of(share, 0.0) for label, share in shares.items() if share is not None},
        model=model_evaluation.title_of(str(answer["model"])),
        duration_s=number_of(answer["duration_s"], 0.0),
        explanation=text_of(answer.get("explanation")),
        measures=tuple(_measure(measure) for measure in objects_of(answer.get("measured"))),
        basis=text_of(answer.get("threshold_basis"), "common"),
        unlike=number_or_none(answer.get("unlike")),
        looks_processed=answer.get("looks_processed") is True,
        messages={language: text_of(text) for language, text in object_of(answer.get("for_child")).items()},
    )


def _measure(answer: JsonObject) -> ComparedMeasure:
    return ComparedMeasure(
        name=text_of(answer.get("name")),
        value=number_of(answer.get("value"), 0.0),
        low=number_or_none(answer.get("low")),
        high=number_or_none(answer.get("high")),
    )


def render_decision(decision: TriedDecision) -> None:
    """The decision in words, the probabilities, and what was measured of the sound."""
    margin = say(
        "p(Accepted) is {p:.3f}; the threshold is {threshold:.3f} ({basis}).",
        p=decision.p_accepted,
        threshold=decision.threshold,
        basis=say(BASES.get(decision.basis, decision.basis)),
    )
    if decision.is_accepted:
        sentence = say("Good enough for speech recognition.")
        st.success(f"{sentence} {margin}", title=say("Accepted"), icon=":material/check_circle:")
    else:
        reason = say(REASONS.get(decision.reason, OTHER_REASON))
        again = say("The child should read again.")
        st.error(f"{reason} {again} {margin}", title=say("Rejected"), icon=":material/replay:")
    for label, share in decision.probabilities.items():
        colour = STREAMLIT_BY_LABEL[label]
        st.progress(min(1.0, share), text=f":{colour}[**{say(label.value)}**] {formatting.percent(share)}")
    if decision.messages:
        render_messages(decision.messages)
    if decision.measures:
        render_measures(decision.measures, explanation_text(decision))
    render_likeness(decision)
    st.caption(
        say(
            "{seconds:.1f} s of sound, decided by {model}.",
            seconds=decision.duration_s,
            model=formatting.plain(decision.model),
        )
    )


def explanation_text(decision: TriedDecision) -> str:
    """The explanation that came with the decision; in another language what deviates most of its measures."""
    if language() == DEFAULT_LANGUAGE:
        return decision.explanation
    return measured_deviation(decision.measures, language())


def render_likeness(decision: TriedDecision) -> None:
    """How far it lies from what the model learned from, and whether a device seems to have processed it."""
    if decision.looks_processed:
        st.info(
            say(
                "It looks processed by the device (noise suppression). The reading platform can ask for "
                "`noiseSuppression: false, autoGainControl: false`."
            ),
            icon=":material/graphic_eq:",
        )
    if decision.unlike is not None:
        st.caption(
            say(
                "{share} of the recordings that the model learned from are more like the others than this one.",
                share=formatting.percent(decision.unlike, digits=0),
            )
        )


def render_messages(messages: Mapping[str, str]) -> None:
    """What the reading platform may tell the child, in each language."""
    st.markdown(say("**What to tell the child**"))
    with st.grid(len(messages), min_column_width=260):
        for language, message in messages.items():
            with st.container(border=True, gap="xxsmall"):
                st.caption(LANGUAGES[language])
                st.markdown(message)
