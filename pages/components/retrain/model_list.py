"""All models: a list, and the card of one, with what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from core.domain.actor import Actor
from core.domain.models import Model
from core.sentences.gate_sentences import gate_sentence
from core.sentences.system_sentences import stored_spec_words
from core.translation import mark
from core.workflows.deployment.gate_comparison import GateComparison, ShareDifference
from core.workflows.retraining import model_history
from core.workflows.retraining.model_history import ModelRecord
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.evaluate.elsewhere_view import elsewhere_view
from pages.components.markdown import bold
from pages.components.retrain import reliability_curve
from pages.components.retrain.challenger_cards import render_comparison_link
from pages.components.retrain.model_facts import figures_rows, learned_rows, training_facts
from pages.components.words import language, say

PERCENT = ("f(0.10)", "f(0.15)", "f(AMm)", "AMm")
SPLITS = (mark("train"), mark("validation"), mark("test"))
Badge = tuple[str, str, Literal["green", "gray", "orange"]]  # text, icon, colour


def render_models(records: Sequence[ModelRecord], *, actor: Actor) -> None:
    """The list, then the card of a chosen model."""
    st.header(say("Models"), anchor=False)
    st.dataframe(
        [_row(record) for record in records],
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format=formatting.column_format("%.1f %%")) for name in PERCENT
        },
        placeholder=formatting.DASH,
        alt=say("Every model with its figures on the test children"),
    )
    by_id = {record.model.id: record for record in records}
    chosen = st.selectbox(
        say("Card of"),
        by_id,
        format_func=lambda model_id: _title(by_id[model_id].model),
        index=None,
        placeholder=say("Open the card of a model"),
        key="card_of",
    )
    if chosen in by_id:
        in_force = next((record.model.id for record in records if record.is_in_force), None)
        with st.container(border=True):
            _render_card(by_id[chosen], in_force, actor)


def render_refusals(refusals: Sequence[GateComparison]) -> None:
    """Models that the gate refused, with their figures; the names of deleted models stay."""
    if not refusals:
        return
    with st.expander(say("Not offered so far: {n}", n=len(refusals)), icon=":material/block:"):
        st.dataframe(
            [
                {
                    say("Model"): refusal.challenger.name,
                    say("Against"): refusal.champion.name,
                    say("AM target"): formatting.percent(refusal.am_target),
                    "RCC": formatting.percent(refusal.challenger.rcc),
                    say("RCC in force"): formatting.percent(refusal.champion.rcc),
                    say("Difference, 95 %"): _points(refusal.rcc),
                    "AM": formatting.percent(refusal.challenger.am),
                    say("AM in force"): formatting.percent(refusal.champion.am),
                }
                for refusal in refusals
            ],
            hide_index=True,
            alt=say("Models that lost against the one in force, newest first"),
        )


def _title(model: Model) -> str:
    return f"{model.title} · {formatting.time_text(model.created_at)}"


def _row(record: ModelRecord) -> dict[str, str | float | None]:
    figures, model = record.figures(), record.model
    return {
        say("Model"): model.title,
        say("In force"): _standing(record),
        say("When"): formatting.time_text(model.created_at),
        "f(0.10)": formatting.points(figures.f10),
        "f(0.15)": formatting.points(figures.f15),
        "f(AMm)": formatting.points(figures.f_am_m),
        "AMm": formatting.points(figures.am_m),
        say("Training"): formatting.duration(model.seconds),
        say("Trained as"): stored_spec_words(model.name, speaks=language()),
    }


def _standing(record: ModelRecord) -> str:
    if record.is_in_force:
        return say("yes")
    return say("was") if record.was_deployed else ""


def _render_card(record: ModelRecord, in_force: str | None, actor: Actor) -> None:
    card, model = record.model.card, record.model
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"### {formatting.plain(model.title)}", width="content")
        for name, icon, colour in _badges(record):
            st.badge(say(name), icon=icon, color=colour)
    st.caption(
        say(
            "{model} · trained {when} in {duration}",
            model=formatting.plain(stored_spec_words(model.name, speaks=language())),
            when=formatting.time_text(model.created_at),
            duration=formatting.duration(model.seconds),
        )
    )
    if record.challenge:
        comparison = GateComparison.of(record.challenge.figures)
        st.markdown(gate_sentence(comparison.verdict, rcc=comparison.rcc, am=comparison.am, speaks=language()))
    _render_actions(record, in_force, actor)
    left, right = st.columns([5, 2], gap="large")
    with left:
        st.markdown(bold(say("Figures")))
        st.table(figures_rows(record), border="horizontal", alt=say("Figures of the model"))
        st.markdown(bold(say("What it learned from")))
        st.table(learned_rows(card), border="horizontal", alt=say("Recordings and children by split"))
    with right:
        st.markdown(bold(say("How it was trained")))
        facts = [say("{name}: {value}", name=name, value=value) for name, value in training_facts(card).items()]
        st.markdown("  \n".join(f":small[{fact}]" for fact in facts))
    st.markdown(bold(say("Reliability of its probabilities")))
    reliability_curve.render_reliability(card)
    st.markdown(bold(say("Elsewhere")))
    elsewhere_view(model.id)
    with st.expander(say("The whole card, as stored beside the networks")):
        st.json(card.document, expanded=1)


def _badges(record: ModelRecord) -> list[Badge]:
    badges: list[Badge] = []
    if record.is_in_force:
        badges.append((mark("in force"), ":material/verified:", "green"))
    elif record.was_deployed:
        badges.append((mark("was in force"), ":material/history:", "gray"))
    if record.challenge and not record.challenge.is_offered:
        badges.append((mark("lost against the one in force"), ":material/block:", "orange"))
    if not record.has_folder:
        badges.append((mark("its networks are not on this machine"), ":material/folder_off:", "orange"))
    return badges


def _render_actions(record: ModelRecord, in_force: str | None, actor: Actor) -> None:
    model_id = record.model.id
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "evaluate.py", label=say("Evaluate it"), icon=":material/arrow_forward:", query_params={"model": model_id}
        )
        if in_force and in_force != model_id:
            render_comparison_link(model_id, in_force)
        if record.has_folder:
            st.download_button(
                say("Download"),
                lambda: model_history.zip_model(model_id, actor=actor),
                file_name=f"{model_id}.zip",
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
                key="download_model",
            )
        if record.can_be_deleted and st.button(say("Delete"), icon=":material/delete:", key="delete_model"):
            _confirm_delete(record.model, actor)


def _confirm_delete(model: Model, actor: Actor) -> None:
    st.dialog(say("Delete this model"))(_ask_to_delete)(model, actor)


def _ask_to_delete(model: Model, actor: Actor) -> None:
    st.markdown(
        say(
            "**{model}** never decided. Its networks and its probabilities are deleted for good; its name stays where "
            "it was compared. Training on the same labels makes it again.",
            model=formatting.plain(model.title),
        )
    )
    if st.button(say("Delete it"), type="primary", key="confirm_delete", on_click=_delete, args=(model.id, actor)):
        st.rerun()


def _delete(model_id: str, actor: Actor) -> None:
    def delete() -> str:
        model_history.delete_model(model_id, actor=actor)
        return say("Deleted.")

    attempt(delete)


def _points(difference: ShareDifference) -> str:
    if not formatting.is_known(difference.value):
        return formatting.DASH
    return f"{formatting.signed(100 * difference.value)} ({formatting.signed_points(difference.low, difference.high)})"
