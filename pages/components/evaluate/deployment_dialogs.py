"""The dialogs that ask why before an operating point is deployed, used again or rolled back."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.domain.certainty import Certainty
from core.domain.models import Deployment, Model
from core.sentences.certainty_sentences import meaning, sure_words
from core.sentences.gate_sentences import gate_sentence
from core.translation import mark
from core.workflows.deployment import deployment_control, promotion_gate, source_thresholds
from pages.components import formatting
from pages.components.action_result import attempt, show_last_result, showing_errors
from pages.components.words import language, say

REASON = "reason_to_use"
REASON_BACK = "reason_to_roll_back"
IS_DEPLOYED = "is_deployed"
LONGEST_REASON = 500


def render_deploy_dialog(
    model: Model, am_target: float, trade_off: str, actor: Actor, *, certainty: Certainty = Certainty.EVEN
) -> None:
    """Ask why, after showing the gate's verdict; a model that lost needs a reason.

    trade_off : what the model does at this target, in a sentence
    """
    st.dialog(say("Deploy this model"))(_ask_to_deploy)(model, am_target, trade_off, actor, certainty)


def _ask_to_deploy(model: Model, am_target: float, trade_off: str, actor: Actor, certainty: Certainty) -> None:
    st.markdown(
        say(
            "**{model}** decides from now on. Its threshold is chosen on the validation children: at most **{target}** "
            "of their good readings are wrongly refused; {meaning}.",
            model=formatting.plain(model.title),
            target=formatting.percent(am_target),
            meaning=meaning(certainty, language()),
        )
    )
    lowered = f"{trade_off[:1].lower()}{trade_off[1:]}"
    st.markdown(say("On the test children: {trade_off}", trade_off=lowered))
    is_lost = _render_verdict(model.id, am_target, certainty, actor)
    st.text_area(
        say("Why all the same?") if is_lost else say("Why this one?"),
        key=REASON,
        placeholder=say("Needed, and stored with the figures")
        if is_lost
        else say("For whoever looks at this decision later"),
        max_chars=LONGEST_REASON,
    )
    label = say("Use it anyway") if is_lost else say("Use it")
    args = (model.id, am_target, certainty, is_lost, actor)
    if st.button(label, type="primary", key="confirm_use", on_click=_use, args=args):
        if st.session_state.pop(IS_DEPLOYED, False):
            st.rerun()
        show_last_result()  # a reason is missing: shown in the dialog, where it can be typed


def render_roll_back_dialog(back_to: str, actor: Actor) -> None:
    st.dialog(say("Roll back"))(_ask_to_roll_back)(back_to, actor)


def _ask_to_roll_back(back_to: str, actor: Actor) -> None:
    st.markdown(say("{back_to} What is in force now stays in the list.", back_to=back_to))
    st.text_input(say("Why?"), key=REASON_BACK, max_chars=LONGEST_REASON)
    if st.button(say("Roll back"), type="primary", key="confirm_roll_back", on_click=_roll_back, args=(actor,)):
        st.rerun()


def render_again_dialog(deployment: Deployment, actor: Actor) -> None:
    st.dialog(say("Use it again"))(_ask_to_use_again)(deployment, actor)


def _ask_to_use_again(deployment: Deployment, actor: Actor) -> None:
    point = point_text(deployment)
    st.markdown(say("From now on: {point}. What is in force now stays in the list.", point=point))
    st.text_input(say("Why?"), key=REASON_BACK, max_chars=LONGEST_REASON)
    args = (deployment.operating_point.id, actor)
    if st.button(say("Use it"), type="primary", key="confirm_again", on_click=_use_again, args=args):
        st.rerun()


def _render_verdict(model_id: str, am_target: float, certainty: Certainty, actor: Actor) -> bool:
    """Show how the model does against the one in force; True where it lost."""
    comparison = None
    with showing_errors(), st.spinner(say("Comparing it with the model in force")):
        promotion_gate.predict_missing(model_id, actor=actor)
        comparison = promotion_gate.compare_with_champion(model_id, am_target, certainty=certainty)
    if comparison is None:
        return False
    show = st.info if comparison.is_offered else st.warning
    sentence = gate_sentence(
        comparison.verdict,
        rcc=comparison.rcc,
        am=comparison.am,
        noise=comparison.rcc_noise,
        speechless=comparison.rcc_speechless,
        speaks=language(),
    )
    show(sentence, icon=":material/balance:")
    if source_thresholds.own_thresholds():
        st.caption(say("Sources with a threshold of their own get a new one for this model, without labels."))
    return not comparison.is_offered


def point_text(deployment: Deployment) -> str:
    """Model, AM target, certainty and threshold in one line."""
    point = deployment.operating_point
    return say(
        "{model}, at most **{target}** of the good readings wrongly refused, {sure} (threshold {threshold})",
        model=formatting.plain(point.model_title),
        target=formatting.percent(point.am_target),
        sure=sure_words(point.certainty, language()),
        threshold=formatting.decimal(point.threshold, 4),
    )


def _use(model_id: str, am_target: float, certainty: Certainty, anyway: bool, actor: Actor) -> None:
    reason = str(st.session_state.get(REASON, "")).strip()

    def use() -> str:
        deployment = deployment_control.deploy(
            model_id, am_target, certainty=certainty, reason=reason, anyway=anyway, actor=actor
        )
        return _toast(mark("In force from now on: {model} with threshold {threshold}."), deployment)

    st.session_state[IS_DEPLOYED] = attempt(use)


def _roll_back(actor: Actor) -> None:
    reason = str(st.session_state.get(REASON_BACK, "")).strip()

    def back() -> str:
        deployment = deployment_control.roll_back(reason=reason, actor=actor)
        return _toast(mark("Back in force: {model} with threshold {threshold}."), deployment)

    attempt(back)


def _use_again(operating_point_id: int, actor: Actor) -> None:
    reason = str(st.session_state.get(REASON_BACK, "")).strip()

    def again() -> str:
        deployment = deployment_control.deploy_again(operating_point_id, reason=reason, actor=actor)
        return _toast(mark("In force from now on: {model} with threshold {threshold}."), deployment)

    attempt(again)


def _toast(message: str, deployment: Deployment) -> str:
    point = deployment.operating_point
    return say(message, model=point.model_title, threshold=formatting.decimal(point.threshold, 4))
