"""The newest models against the one in force: what the gate says, both side by side, and the way into force."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Split
from core.domain.models import Deployment, Model
from core.domain.verdicts import GateVerdict
from core.workflows.deployment import gate_comparison, promotion_gate
from core.workflows.evaluation import model_evaluation
from pages.components import formatting
from pages.components.evaluate.deployment import confirm_use

AM_TARGET = 0.10
Colour = Literal["green", "orange", "gray"]
BADGES: dict[GateVerdict, tuple[str, str, Colour]] = {
    GateVerdict.BETTER: ("better", ":material/trending_up:", "green"),
    GateVerdict.ALIKE: ("not worse", ":material/check:", "green"),
    GateVerdict.UNSURE: ("not offered: too few children to tell", ":material/help:", "orange"),
    GateVerdict.WORSE: ("not offered: clearly worse", ":material/block:", "orange"),
    GateVerdict.UNKNOWN: ("not offered: cannot be compared", ":material/help:", "gray"),
}


def challenger_cards(models: list[Model], in_force: Deployment | None, *, actor: Actor) -> None:
    """Of the newest retraining: side by side while nothing is in force, held against the one in force from then on.

    Parameters
    ----------
    models : all of them, newest first
    in_force : the deployment, or None
    """
    newest = sorted((one for one in models if one.job_id == models[0].job_id), key=_validation_f10, reverse=True)
    if in_force is None:
        _side_by_side(newest[:2], actor)
        return
    point = in_force.operating_point
    challengers = [one for one in newest if one.id != point.model_id]
    if not challengers:
        return
    at_most = formatting.percent(point.am_target, digits=0)
    st.subheader(f"New against in force, when at most {at_most} are asked again", anchor=False)
    chosen = challengers[0]
    if len(challengers) > 1:
        by_id = {one.id: one for one in challengers}
        chosen = by_id[st.selectbox("New model", by_id, format_func=lambda one: by_id[one].name, key="challenger")]
    _against(chosen, point.am_target, actor)


def _against(model: Model, am_target: float, actor: Actor) -> None:
    found = promotion_gate.compare_with_champion(model.id, am_target)
    if found is None:
        return
    with st.container(border=True):
        name, icon, colour = BADGES[found.verdict]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{formatting.plain(model.name)}**", width="content")
            st.badge(name, icon=icon, color=colour)
        st.markdown(gate_comparison.describe_comparison(found))
        if found.left_out:
            st.caption(
                f"{formatting.counted(found.left_out, 'recording')} left out: one of the two was not asked about "
                f"them, or "
                "cannot be asked any more."
            )
        for column, side, title in zip(
            st.columns(2, gap="medium"), (found.challenger, found.champion), ("New", "In force"), strict=True
        ):
            with column:
                _side(side, title)
        st.caption(
            f"On the same {formatting.counted(found.am.n, 'good reading')} and "
            f"{formatting.counted(found.rcc.n, 'bad recording')} of the test children, each with a threshold found "
            f"anew on "
            "the validation children."
        )
        _ways_on(model, found, actor)


def _side(side: gate_comparison.GatedModel, title: str) -> None:
    st.markdown(f"{title}: {formatting.plain(side.name)} :small[threshold {side.threshold:.4f}]")
    st.markdown(formatting.trade_off(side.am, side.rcc))
    with st.container(horizontal=True):
        st.metric("RCC", formatting.percent(side.rcc))
        st.metric("AM", formatting.percent(side.am))


def _ways_on(model: Model, found: gate_comparison.GateComparison, actor: Actor) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Put it into force" if found.is_offered else "Put it into force anyway"
        if st.button(label, type=_type(found.is_offered), icon=":material/rocket_launch:", key="promote"):
            told = formatting.trade_off(found.challenger.am, found.challenger.rcc)
            confirm_use(model, found.am_target, told, actor)
        beside(model.id, found.champion.id)


def beside(model_id: str, other_id: str) -> None:
    """The way to both models beside each other, with the recordings on which they differ."""
    st.page_link(
        "evaluate.py",
        label="Hear where they differ",
        icon=":material/compare_arrows:",
        query_params={"model": model_id, "against": other_id, "tab": "models"},
    )


def _side_by_side(models: list[Model], actor: Actor) -> None:
    st.subheader(f"Side by side, when at most {formatting.percent(AM_TARGET, digits=0)} are asked again", anchor=False)
    st.caption(
        "Nothing is in force yet, so every model is offered. Choose the trade-off on Evaluate, or begin with this."
    )
    for place, column in enumerate(st.columns(len(models), gap="medium")):
        with column.container(border=True, height="stretch"):
            _one(models[place], place, actor)


def _one(model: Model, place: int, actor: Actor) -> None:
    report = model_evaluation.report(model.id, AM_TARGET)
    st.markdown(f"**{formatting.plain(model.name)}**")
    st.markdown(formatting.trade_off(report.test.am, report.test.rcc))
    with st.container(horizontal=True):
        st.metric(
            "RCC", formatting.percent(report.test.rcc), help=f"95 %: {formatting.interval(report.test.rcc_interval)}"
        )
        st.metric(
            "AM", formatting.percent(report.test.am), help=f"95 %: {formatting.interval(report.test.am_interval)}"
        )
        st.metric("f(0.10)", formatting.percent(report.summary.f10))
    st.caption(
        f"Trained in {formatting.duration(model.seconds)}, {formatting.when(model.created_at)}. On the test children."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        icon, key = ":material/rocket_launch:", f"promote_{place}"
        if st.button("Put it into force", type=_type(place == 0), icon=icon, key=key):
            confirm_use(model, AM_TARGET, formatting.trade_off(report.test.am, report.test.rcc), actor)
        st.page_link(
            "evaluate.py", label="Evaluate it", icon=":material/arrow_forward:", query_params={"model": model.id}
        )


def _type(is_first: bool) -> Literal["primary", "secondary"]:
    return "primary" if is_first else "secondary"


def _validation_f10(model: Model) -> float:
    return model.card.figures_of(Split.VALIDATION).f10 or 0.0
