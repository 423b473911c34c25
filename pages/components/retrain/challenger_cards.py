"""The newest models against the one in force: the gate's verdict, both side by side, and the button to deploy."""

from __future__ import annotations

import math
from typing import Literal

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Split
from core.domain.models import Deployment, Model
from core.domain.verdicts import GateVerdict
from core.sentences.certainty_sentences import sure_words
from core.sentences.gate_sentences import gate_sentence
from core.translation import mark
from core.workflows.deployment import gate_comparison, promotion_gate
from core.workflows.evaluation import model_evaluation
from pages.components import formatting
from pages.components.evaluate.deployment_dialogs import render_deploy_dialog
from pages.components.words import language, say, say_count

AM_TARGET = 0.10
Colour = Literal["green", "orange", "gray"]
BADGES: dict[GateVerdict, tuple[str, str, Colour]] = {
    GateVerdict.BETTER: (mark("better"), ":material/trending_up:", "green"),
    GateVerdict.ALIKE: (mark("not worse"), ":material/check:", "green"),
    GateVerdict.UNSURE: (mark("not offered: too few children to tell"), ":material/help:", "orange"),
    GateVerdict.WORSE: (mark("not offered: clearly worse"), ":material/block:", "orange"),
    GateVerdict.UNKNOWN: (mark("not offered: cannot be compared"), ":material/help:", "gray"),
}


def render_challengers(models: list[Model], in_force: Deployment | None, *, actor: Actor) -> None:
    """Models of the newest retraining: side by side while nothing is in force, then each against the one in force.

    Parameters
    ----------
    models : all of them, newest first
    """
    of_newest_job = [model for model in models if model.job_id == models[0].job_id]
    newest = sorted(of_newest_job, key=_validation_f10, reverse=True)
    if in_force is None:
        _render_side_by_side(newest[:2], actor)
        return
    point = in_force.operating_point
    challengers = [model for model in newest if model.id != point.model_id]
    if not challengers:
        return
    at_most = formatting.short_percent(point.am_target)
    title = say("New against in force, when at most {target} are wrongly refused", target=at_most)
    if point.certainty.has_margin:
        title = say(
            "New against in force, when at most {target} are wrongly refused, {sure}",
            target=at_most,
            sure=sure_words(point.certainty, language()),
        )
    st.header(title, anchor=False)
    chosen = challengers[0]
    if len(challengers) > 1:
        by_id = {model.id: model for model in challengers}
        chosen = by_id[
            st.selectbox(say("New model"), by_id, format_func=lambda model_id: by_id[model_id].title, key="challenger")
        ]
    _render_comparison(chosen, point.am_target, actor)


def _render_comparison(model: Model, am_target: float, actor: Actor) -> None:
    comparison = promotion_gate.compare_with_champion(model.id, am_target)
    if comparison is None:
        return
    with st.container(border=True):
        name, icon, colour = BADGES[comparison.verdict]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{formatting.plain(model.title)}**", width="content")
            st.badge(say(name), icon=icon, color=colour)
        st.markdown(
            gate_sentence(
                comparison.verdict,
                rcc=comparison.rcc,
                am=comparison.am,
                noise=comparison.rcc_noise,
                speechless=comparison.rcc_speechless,
                speaks=language(),
            )
        )
        if comparison.left_out:
            st.caption(
                say_count(
                    "{n} recording left out: one of the two has no probability of it.",
                    "{n} recordings left out: one of the two has no probability of them.",
                    comparison.left_out,
                )
            )
        for column, side, title in zip(
            st.columns(2, gap="medium"),
            (comparison.challenger, comparison.champion),
            (say("New"), say("In force")),
            strict=True,
        ):
            with column:
                _render_model(side, title)
        st.caption(
            say(
                "On the same {good} and {bad} of the test children, each with its own threshold: the one in force is "
                "frozen, the new one was chosen on the validation children.",
                good=say_count("{n} good reading", "{n} good readings", comparison.am.n),
                bad=say_count("{n} bad recording", "{n} bad recordings", comparison.rcc.n),
            )
        )
        _render_buttons(model, comparison, actor)


def _render_model(side: gate_comparison.GatedModel, title: str) -> None:
    name = say("{title}: {model}", title=title, model=formatting.plain(side.name))
    st.markdown(f"{name} :small[{_thresholds(side)}]")
    st.markdown(formatting.trade_off(side.am, side.rcc))
    with st.container(horizontal=True):
        st.metric("RCC", formatting.percent(side.rcc))
        st.metric("AM", formatting.percent(side.am))


def _thresholds(side: gate_comparison.GatedModel) -> str:
    """The threshold of the comparison; beside it the model's own, which a deployment takes, where the two differ."""
    threshold = formatting.decimal(side.threshold, 4)
    if math.isnan(side.own_threshold) or math.isclose(side.own_threshold, side.threshold, abs_tol=5e-5):
        return say("threshold {threshold}", threshold=threshold)
    return say(
        "threshold {threshold} in this comparison, {own} when deployed",
        threshold=threshold,
        own=formatting.decimal(side.own_threshold, 4),
    )


def _render_buttons(model: Model, comparison: gate_comparison.GateComparison, actor: Actor) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        label = say("Deploy it") if comparison.is_offered else say("Deploy it anyway")
        if st.button(label, type=_type(comparison.is_offered), icon=":material/rocket_launch:", key="promote"):
            trade_off = formatting.trade_off(comparison.challenger.am, comparison.challenger.rcc)
            render_deploy_dialog(model, comparison.am_target, trade_off, actor, certainty=comparison.certainty)
        render_comparison_link(model.id, comparison.champion.id)


def render_comparison_link(model_id: str, other_id: str) -> None:
    """A link to both models beside each other, with the recordings on which they differ."""
    st.page_link(
        "evaluate.py",
        label=say("Hear where they differ"),
        icon=":material/compare_arrows:",
        query_params={"model": model_id, "against": other_id, "tab": "models"},
    )


def _render_side_by_side(models: list[Model], actor: Actor) -> None:
    at_most = formatting.percent(AM_TARGET, digits=0)
    st.header(say("Side by side, when at most {target} are wrongly refused", target=at_most), anchor=False)
    st.caption(
        say("Nothing is in force yet, so every model is offered. Choose the trade-off on Evaluate, or begin with this.")
    )
    for place, column in enumerate(st.columns(len(models), gap="medium")):
        with column.container(border=True, height="stretch"):
            _render_card(models[place], place, actor)


def _render_card(model: Model, place: int, actor: Actor) -> None:
    report = model_evaluation.report(model.id, AM_TARGET)
    st.markdown(f"**{formatting.plain(model.title)}**")
    st.markdown(formatting.trade_off(report.test.am, report.test.rcc))
    with st.container(horizontal=True):
        st.metric(
            "RCC",
            formatting.percent(report.test.rcc),
            help=say("95 %: {ends}", ends=formatting.interval(report.test.rcc_interval, of=report.test.rcc)),
        )
        st.metric(
            "AM",
            formatting.percent(report.test.am),
            help=say("95 %: {ends}", ends=formatting.interval(report.test.am_interval, of=report.test.am)),
        )
        st.metric("f(0.10)", formatting.percent(report.summary.f10))
    st.caption(
        say(
            "Trained in {duration}, {when}. On the test children.",
            duration=formatting.duration(model.seconds),
            when=formatting.time_text(model.created_at),
        )
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        icon, key = ":material/rocket_launch:", f"promote_{place}"
        if st.button(say("Deploy it"), type=_type(place == 0), icon=icon, key=key):
            render_deploy_dialog(model, AM_TARGET, formatting.trade_off(report.test.am, report.test.rcc), actor)
        st.page_link(
            "evaluate.py", label=say("Evaluate it"), icon=":material/arrow_forward:", query_params={"model": model.id}
        )


def _type(is_first: bool) -> Literal["primary", "secondary"]:
    return "primary" if is_first else "secondary"


def _validation_f10(model: Model) -> float:
    return model.card.figures_of(Split.VALIDATION).f10 or 0.0
