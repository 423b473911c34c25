"""The deployed operating point, and the buttons to deploy another one or to roll back."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.domain.models import Deployment, Model
from core.sentences.certainty_sentences import sure_words
from core.sentences.source_sentences import own_threshold_words
from core.workflows.deployment import deployment_control, source_thresholds
from core.workflows.evaluation.threshold_sweep import SweepPoint
from pages.components import formatting
from pages.components.evaluate.deployment_dialogs import (
    point_text,
    render_again_dialog,
    render_deploy_dialog,
    render_roll_back_dialog,
)
from pages.components.markdown import bold
from pages.components.words import actor_title, language, say

PAST_SHOWN = 20


def render_deployed_card(*, actor: Actor) -> None:
    """Model, target, threshold, who, when and why; with the button to roll back."""
    now, before = deployment_control.current_deployment(), deployment_control.previous_deployment()
    with st.container(border=True):
        if now is None:
            st.markdown(f":material/hourglass_empty: {_nothing_yet()}")
            return
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.markdown(f":material/verified: {_in_force_text(now)}")
        with left:
            render_own_thresholds()
        back_to = say("Back to {point}.", point=point_text(before)) if before else ""
        if before and right.button(say("Roll back"), icon=":material/undo:", key="roll_back", help=back_to):
            render_roll_back_dialog(back_to, actor)


def render_decisions(*, actor: Actor) -> None:
    """What is in force, in one button's place; behind it who decided when and why, with the way back and forward."""
    now = deployment_control.current_deployment()
    if now is None:
        st.caption(f":material/hourglass_empty: {_nothing_yet()}")
        return
    point = now.operating_point
    title = say(
        "In force: {model}, {target}",
        model=formatting.plain(point.model_title),
        target=formatting.short_percent(point.am_target),
    )
    with st.popover(title, icon=":material/verified:", help=say("What is in force, and the decisions before it")):
        st.markdown(_in_force_text(now))
        render_own_thresholds()
        back, forward = deployment_control.previous_deployment(), deployment_control.following_deployment()
        with st.container(horizontal=True):
            back_to = say("Back to {point}.", point=point_text(back)) if back else ""
            if back and st.button(say("Back"), icon=":material/undo:", key="roll_back", help=back_to):
                render_roll_back_dialog(back_to, actor)
            forward_to = say("Forward to {point}.", point=point_text(forward)) if forward else ""
            if forward and st.button(say("Forward"), icon=":material/redo:", key="go_forward", help=forward_to):
                render_again_dialog(forward, actor)
        _render_past(now, actor)


def _render_past(now: Deployment, actor: Actor) -> None:
    """Every decision of before; each operating point can be used again once."""
    past = [each for each in deployment_control.past_deployments(PAST_SHOWN) if each.id != now.id]
    if not past:
        return
    st.markdown(bold(say("Before")))
    offered = {now.operating_point.id}
    for deployment in past:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{point_text(deployment)}  \n:small[{_who_and_why(deployment)}]", width="stretch")
            is_first = deployment.operating_point.id not in offered
            offered.add(deployment.operating_point.id)
            if is_first and st.button(say("Use again"), key=f"again_{deployment.id}", type="tertiary"):
                render_again_dialog(deployment, actor)


def render_own_thresholds() -> None:
    """Sources that do not decide at the common threshold, where there are any."""
    own = source_thresholds.own_thresholds()
    if own:
        listed = ", ".join(own_threshold_words(point, speaks=language()) for point in own)
        words = say("Sources with a threshold of their own: {sources}", sources=formatting.plain(listed))
        st.markdown(f":small[{words}]")


def render_deploy_button(model: Model, rung: SweepPoint, *, actor: Actor) -> None:
    """The button below the trade-off. It opens a dialog that asks why; there is none for what decides already."""
    now = deployment_control.current_deployment()
    if now and now.operating_point.decides_as(model.id, rung.am_target, rung.threshold, rung.certainty):
        in_force = say("This operating point is in force")
        st.button(in_force, icon=":material/verified:", key="point_in_force", disabled=True)
        return
    target = formatting.percent(rung.am_target)
    label = say("Use this operating point: {target}", target=target)
    if rung.certainty.has_margin:
        sure = sure_words(rung.certainty, language())
        label = say("Use this operating point, {sure}: {target}", sure=sure, target=target)
    is_unsure = rung.needed is not None
    if st.button(label, type="primary", icon=":material/rocket_launch:", key="use_point", disabled=is_unsure):
        trade_off = formatting.trade_off(rung.test.am, rung.test.rcc)
        render_deploy_dialog(model, rung.am_target, trade_off, actor, certainty=rung.certainty)


def _nothing_yet() -> str:
    return say("Nothing decides yet. Drag the handle, then use that point.")


def _in_force_text(now: Deployment) -> str:
    in_force = say("**In force:** {point}.", point=point_text(now))
    return f"{in_force}  \n:small[{_who_and_why(now)}]"


def _who_and_why(deployment: Deployment) -> str:
    values = {
        "who": formatting.plain(actor_title(deployment.deployed_by)),
        "when": formatting.time_text(deployment.deployed_at),
        "why": formatting.plain(deployment.reason),
    }
    return say("By {who}, {when}: {why}", **values) if deployment.reason else say("By {who}, {when}", **values)
