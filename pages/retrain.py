"""Retrain: what has changed, one click to new models, the gate, and all models."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.workflows.deployment import changes_since_training, deployment_control
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import job_status
from core.workflows.retraining import automatic_retraining, model_history, retraining
from core.workflows.training import label_counts
from pages.components.action_result import attempt, show_last_result, showing_errors
from pages.components.empty_state import render_empty_state
from pages.components.evaluate.deployment_card import render_deployed_card
from pages.components.page_frame import STAFF, begin_page
from pages.components.retrain.automatic_rule import outlook_text, render_automatic_rule
from pages.components.retrain.challenger_cards import render_challengers
from pages.components.retrain.choose_systems import Chosen, choose_systems
from pages.components.retrain.job_progress import go_on_when_asked, job_row, render_ended_job, render_live_job
from pages.components.retrain.model_list import render_models, render_refusals
from pages.components.retrain.module_panel import render_modules
from pages.components.retrain.refresh_choice import refresh_sentences, render_refresh_choice
from pages.components.retrain.since_learning import render_since_learning
from pages.components.words import say


def start_retraining(features: Chosen, networks: Chosen, actor: Actor, *, without_lost: bool) -> None:
    def begin() -> str:
        before = job_status.current_job()
        job = retraining.start(features=features, networks=networks, without_lost=without_lost, actor=actor)
        is_first = before is None or before.id != job.id
        return "" if is_first else say("A retraining was running already; it is shown below.")

    with st.spinner(say("Handing it to a worker")):
        attempt(begin)
    st.rerun()


def render_retraining(labels: label_counts.LabelCounts, actor: Actor) -> None:
    """The button, further choices, and the job: its progress, or how it ended."""
    job = job_status.current_job()
    is_live = job is not None and job_status.is_live(job)
    outlook = automatic_retraining.outlook(labels)
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button(
            say("Retrain"),
            type="primary",
            icon=":material/model_training:",
            key="retrain",
            disabled=is_live or not labels.now,
            help=say("Freezes the labels, trains, and compares with the model in force. Deploys nothing."),
        )
        render_refresh_choice(actor=actor)
        features, networks, without_lost = choose_systems()
        render_automatic_rule(outlook, actor=actor)
    for sentence in filter(None, refresh_sentences()):
        st.caption(sentence)
    if sentence := outlook_text(outlook):
        st.caption(sentence)
    if clicked:
        start_retraining(features, networks, actor, without_lost=without_lost)
    if job is not None and is_live:
        render_live_job(job.id, actor=actor)
    elif job is not None:
        render_ended_job(job, actor=actor, resume=retraining.resume)


def render_models_view(actor: Actor) -> None:
    """The newest models at the gate, what is in force, and the history."""
    models = model_evaluation.models()
    in_force = deployment_control.current_deployment()
    if models:
        with showing_errors():
            render_challengers(models, in_force, actor=actor)
    if in_force is not None:
        st.header(say("In force"), anchor=False)
        render_deployed_card(actor=actor)
    if models:
        render_models(model_history.all_models(), actor=actor)
    render_refusals(model_history.gate_refusals())
    history = job_status.job_history()
    if history:
        with st.expander(say("Retrainings so far"), icon=":material/history:"):
            st.dataframe([job_row(job) for job in history], hide_index=True, alt=say("Retrainings, newest first"))


account = begin_page(
    say("Retrain"),
    roles=STAFF,
    subtitle=say("Train new models from the current labels. Nothing is deployed by it."),
)
actor = Actor.of(account)
show_last_result()
go_on_when_asked(job_status.RETRAIN, actor=actor, resume=retraining.resume)
with showing_errors():
    labels = label_counts.count_labels()
    if labels.now:
        render_since_learning(changes_since_training.changes_since_training(), labels.now, actor=actor)
    else:
        render_empty_state(
            say("There is no label to learn from yet"),
            say("Two judges must agree on a recording, or staff settle it."),
            screen="annotate.py",
            link=say("Judge recordings"),
        )
    render_retraining(labels, actor)
    render_modules(actor=actor)
    render_models_view(actor)
