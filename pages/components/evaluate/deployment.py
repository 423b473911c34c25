"""What decides now, and the two things staff can do about it: put another operating point into force, or go back."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.sentences.gate_sentences import gate_sentence
from core.workflows.deployment import deployment_control, promotion_gate
from core.workflows.evaluation.threshold_sweep import SweepPoint
from pages.components import formatting
from pages.components.action_result import attempt, reported, show_result

REASON = "reason_to_use"
REASON_BACK = "reason_to_roll_back"
IS_DONE = "put_into_force"
LONGEST_REASON = 500


def deployed_card(models: dict[str, str], *, actor: Actor) -> None:
    """Model, target, threshold, who, when and why; with the way back.

    Parameters
    ----------
    models : model id -> the name to show
    """
    now, before = deployment_control.current_deployment(), deployment_control.previous_deployment()
    with st.container(border=True):
        if now is None:
            st.markdown(":material/hourglass_empty: **Nothing decides yet.** Drag the handle, then use that point.")
            return
        told, way_back = st.columns([5, 1], vertical_alignment="center")
        told.markdown(
            f":material/verified: **In force:** {_point(now, models)}.  \n"
            f":small[Put into force by {formatting.plain(now.deployed_by)}, {formatting.when(now.deployed_at)}"
            f"{': ' + formatting.plain(now.reason) if now.reason else ''}]"
        )
        back_to = f"Back to {_point(before, models)}." if before else ""
        if before and way_back.button("Roll back", icon=":material/undo:", key="roll_back", help=back_to):
            confirm_roll_back(back_to, actor)


def offer_operating_point(model: Any, rung: SweepPoint, *, actor: Actor) -> None:
    """The button below the trade-off. It opens a dialog that asks why."""
    label = f"Use this operating point: {formatting.percent(rung.am_target)}"
    if st.button(label, type="primary", icon=":material/rocket_launch:", key="use_point"):
        confirm_use(model, rung.am_target, formatting.trade_off(rung.test.am, rung.test.rcc), actor)


@st.dialog("Put it into force")
def confirm_use(model: Any, am_target: float, told: str, actor: Actor) -> None:
    """Ask why, and say first what the gate thinks of it; a model that lost needs a reason.

    told : what it does at this target, in a sentence
    """
    st.markdown(
        f"**{formatting.plain(model.name)}** decides from now on. Its threshold is found anew on the validation "
        f"children: "
        f"at most **{formatting.percent(am_target)}** of their good readings are asked again."
    )
    st.markdown(f"On the test children: {told[:1].lower()}{told[1:]}")
    is_lost = _says_the_gate(model.id, am_target, actor)
    st.text_area(
        "Why all the same?" if is_lost else "Why this one?",
        key=REASON,
        placeholder="Needed, and kept with the figures" if is_lost else "For whoever looks at this decision later",
        max_chars=LONGEST_REASON,
    )
    label = "Use it anyway" if is_lost else "Use it"
    if st.button(label, type="primary", key="confirm_use", on_click=_use, args=(model.id, am_target, is_lost, actor)):
        if st.session_state.pop(IS_DONE, False):
            st.rerun()
        show_result()  # a reason is missing: said in here, where it can be given


@st.dialog("Roll back")
def confirm_roll_back(back_to: str, actor: Actor) -> None:
    st.markdown(f"{back_to} What is in force now stays in the history: nothing is lost by it.")
    st.text_input("Why?", key=REASON_BACK, max_chars=LONGEST_REASON)
    if st.button("Roll back", type="primary", key="confirm_roll_back", on_click=_roll_back, args=(actor,)):
        st.rerun()


def _says_the_gate(model_id: str, am_target: float, actor: Actor) -> bool:
    """Say how the model does against the one in force; True where it lost."""
    found = None
    with reported(), st.spinner("Comparing it with the model in force"):
        promotion_gate.predict_missing(model_id, actor=actor)
        found = promotion_gate.compare_with_champion(model_id, am_target)
    if found is None:
        return False
    say = st.info if found.is_offered else st.warning
    say(gate_sentence(found.verdict, rcc=found.rcc, am=found.am), icon=":material/balance:")
    return not found.is_offered


def _point(deployment: Any, models: dict[str, str]) -> str:
    point = deployment.operating_point
    name = formatting.plain(models.get(point.model_id, point.model_id))
    return (
        f"{name}, asks again at most **{formatting.percent(point.am_target)}** of the good readings "
        f"(threshold {point.threshold:.4f})"
    )


def _use(model_id: str, am_target: float, anyway: bool, actor: Actor) -> None:
    reason = str(st.session_state.get(REASON, "")).strip()

    def use() -> str:
        done = deployment_control.deploy(model_id, am_target, reason=reason, anyway=anyway, actor=actor).operating_point
        return f"In force from now on: {done.model_id} with threshold {done.threshold:.4f}."

    st.session_state[IS_DONE] = attempt(use)


def _roll_back(actor: Actor) -> None:
    reason = str(st.session_state.get(REASON_BACK, "")).strip()

    def back() -> str:
        done = deployment_control.roll_back(reason=reason, actor=actor).operating_point
        return f"Back in force: {done.model_id} with threshold {done.threshold:.4f}."

    attempt(back)
