"""Retrain: what has changed, one click to new models, the gate into force, and every model there is."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.workflows.deployment import changes_since_training, deployment_control
from core.workflows.evaluation import model_evaluation
from core.workflows.jobs import job_status
from core.workflows.retraining import automatic_retraining, model_history, retraining
from core.workflows.training import label_counts
from pages.components.action_result import attempt, reported, show_result
from pages.components.empty_state import empty_state
from pages.components.evaluate.deployment import deployed_card
from pages.components.page_frame import STAFF, begin_page
from pages.components.retrain.automatic import automatic_rule, how_far
from pages.components.retrain.challenge import challenger_cards
from pages.components.retrain.choose_systems import Chosen, choose_systems
from pages.components.retrain.job_progress import as_row, ended, follow
from pages.components.retrain.model_history import every_model, refusals
from pages.components.retrain.since_learning import since_learning


def start(features: Chosen, networks: Chosen, actor: Actor, *, without_lost: bool) -> None:
    def begin() -> str:
        before = job_status.current_job()
        job = retraining.start(features=features, networks=networks, without_lost=without_lost, actor=actor)
        is_first = before is None or before.id != job.id
        return "" if is_first else "A retraining was running already: this is it."

    with st.spinner("Handing it to a worker"):
        attempt(begin)
    st.rerun()


def one_click(labels: label_counts.LabelCounts, actor: Actor) -> None:
    """The button, what else can be chosen, and the job as it goes or how it ended."""
    job = job_status.current_job()
    is_live = job is not None and job_status.is_live(job)
    outlook = automatic_retraining.outlook(labels)
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button(
            "Retrain",
            type="primary",
            icon=":material/model_training:",
            key="retrain",
            disabled=is_live or not labels.now,
            help="Freezes the labels, trains, and compares with the model in force. Deploys nothing.",
        )
        features, networks, without_lost = choose_systems()
        automatic_rule(outlook, actor=actor)
    if sentence := how_far(outlook):
        st.caption(sentence)
    if clicked:
        start(features, networks, actor, without_lost=without_lost)
    if job is not None and is_live:
        follow(job.id, actor=actor)
    elif job is not None:
        ended(job, actor=actor, resume=retraining.resume)


def what_there_is(actor: Actor) -> None:
    """The newest models at the gate, what is in force, and the history."""
    models = model_evaluation.models()
    in_force = deployment_control.current_deployment()
    if models:
        with reported():
            challenger_cards(models, in_force, actor=actor)
    if in_force is not None:
        st.subheader("In force", anchor=False)
        deployed_card({one.id: one.name for one in models}, actor=actor)
    if models:
        every_model(model_history.all_models(), actor=actor)
    refusals(model_history.gate_refusals())
    history = job_status.job_history()
    if history:
        with st.expander("Retrainings so far", icon=":material/history:"):
            st.dataframe([as_row(one) for one in history], hide_index=True, alt="Retrainings, newest first")


account = begin_page(
    "Retrain", roles=STAFF, subtitle="Learn anew from the labels as they stand. Nothing is deployed by it."
)
actor = Actor.of(account)
show_result()
with reported():
    labels = label_counts.count_labels()
    if labels.now:
        since_learning(changes_since_training.changes_since_training(), labels.now, actor=actor)
    else:
        empty_state(
            "There is no label to learn from yet",
            "Two judges must agree on a recording, or staff settle it.",
            screen="annotate.py",
            link="Judge recordings",
        )
    one_click(labels, actor)
    what_there_is(actor)
