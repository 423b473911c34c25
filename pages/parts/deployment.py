"""What decides now, and the two things staff can do about it: put another operating point into force, or go back."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.workflows import deploying
from core.workflows.actor import Actor
from pages.parts import words
from pages.parts.operating_curve import Rung
from pages.parts.outcome import attempt

REASON = "reason_to_use"
REASON_BACK = "reason_to_roll_back"


def deployed_card(models: dict[str, str], *, actor: Actor) -> None:
    """Model, target, threshold, who, when and why; with the way back.

    Parameters
    ----------
    models : model id -> the name to show
    """
    now = deploying.deployed()
    with st.container(border=True):
        if now is None:
            st.markdown(":material/hourglass_empty: **Nothing decides yet.** Drag the handle, then use that point.")
            return
        point = now.operating_point
        name = models.get(point.model_id, point.model_id)
        told, way_back = st.columns([5, 1], vertical_alignment="center")
        told.markdown(
            f":material/verified: **In force:** {name}, asks again at most **{words.percent(point.am_target)}** of the "
            f"good readings (threshold {point.threshold:.4f}).  \n"
            f":small[Put into force by {now.deployed_by}, {words.when(now.deployed_at)}"
            f"{': ' + words.plain(now.reason) if now.reason else ''}]"
        )
        if deploying.can_roll_back() and way_back.button("Roll back", icon=":material/undo:", key="roll_back"):
            confirm_roll_back(actor)


def offer_operating_point(model: Any, rung: Rung, *, actor: Actor) -> None:
    """The button below the trade-off. It opens a dialog that asks why."""
    label = f"Use this operating point: {words.percent(rung.am_target)}"
    if st.button(label, type="primary", icon=":material/rocket_launch:", key="use_point"):
        confirm_use(model, rung, actor)


@st.dialog("Use this operating point")
def confirm_use(model: Any, rung: Rung, actor: Actor) -> None:
    st.markdown(
        f"**{model.name}** will decide from now on: a recording passes when its probability of Accepted is at least "
        f"**{rung.threshold:.4f}**."
    )
    st.markdown(words.trade_off(rung.test.am, rung.test.rcc))
    st.text_area("Why this one?", key=REASON, placeholder="For whoever looks at this decision later", max_chars=500)
    if st.button("Use it", type="primary", key="confirm_use", on_click=_use, args=(model.id, rung.am_target, actor)):
        st.rerun()


@st.dialog("Roll back")
def confirm_roll_back(actor: Actor) -> None:
    st.markdown("The operating point that was in force before this one decides again. Nothing is lost by it.")
    st.text_input("Why?", key=REASON_BACK, max_chars=500)
    if st.button("Roll back", type="primary", key="confirm_roll_back", on_click=_roll_back, args=(actor,)):
        st.rerun()


def _use(model_id: str, am_target: float, actor: Actor) -> None:
    reason = str(st.session_state.get(REASON, "")).strip()

    def use() -> str:
        done = deploying.use(model_id, am_target, reason=reason, actor=actor).operating_point
        return f"In force from now on: {done.model_id} with threshold {done.threshold:.4f}."

    attempt(use)


def _roll_back(actor: Actor) -> None:
    reason = str(st.session_state.get(REASON_BACK, "")).strip()

    def back() -> str:
        done = deploying.roll_back(reason=reason, actor=actor).operating_point
        return f"Back in force: {done.model_id} with threshold {done.threshold:.4f}."

    attempt(back)
