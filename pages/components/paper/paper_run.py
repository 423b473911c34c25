"""The cross-validation on the Paper screen: start it, watch it, stop it, go on with it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.domain.catalogue import FAMILY_NAMES, NETWORK_NAMES, PAPER_NETWORKS
from core.workflows.jobs import job_status
from core.workflows.paper import cross_validation
from core.workflows.training import label_counts
from pages.components.action_result import attempt
from pages.components.retrain.job_progress import render_ended_job, render_live_job
from pages.components.system_names import family_title
from pages.components.words import say


def render_controls(actor: Actor, *, is_first: bool, languages: Sequence[str]) -> None:
    """The button with what it trains; disabled while a cross-validation is on its way."""
    job = job_status.current_job(job_status.PAPER)
    is_live = job is not None and job_status.is_live(job)
    clicked = st.button(
        say("Cross-validate every system"),
        key="cross",
        type="primary" if is_first else "secondary",
        icon=":material/science:",
        disabled=is_live or not label_counts.count_labels().now,
        help=say("Trains every system of the paper once a fold. It goes on when you leave this screen."),
    )
    with st.popover(say("How"), icon=":material/tune:"):
        n_folds = st.number_input(say("Folds over children"), 2, 20, cross_validation.FOLDS, key="n_folds")
        features = st.pills(
            say("Features"), FAMILY_NAMES, selection_mode="multi", format_func=family_title, key="cross_features"
        )
        networks = st.pills(
            say("Networks"),
            PAPER_NETWORKS,
            selection_mode="multi",
            format_func=NETWORK_NAMES.__getitem__,
            key="cross_networks",
        )
        language = st.selectbox(say("Learn from"), ["", *languages], format_func=_language, key="cross_language")
        st.caption(
            say("Nothing chosen: MFCC and VGGish with DNN and RNN, and the product's own model, from all languages.")
        )
    if clicked:
        with st.spinner(say("Handing it to a worker")):
            attempt(lambda: _start(int(n_folds), tuple(features), tuple(networks), language or "", actor))
        st.rerun()


def render_progress(actor: Actor) -> None:
    """The live job, or what stopped the last one before its end."""
    job = job_status.current_job(job_status.PAPER)
    if job is None:
        return
    if job_status.is_live(job):
        render_live_job(job.id, actor=actor)
    elif job.state != "succeeded":
        render_ended_job(job, actor=actor, resume=cross_validation.resume)


def _start(n_folds: int, features: tuple[str, ...], networks: tuple[str, ...], language: str, actor: Actor) -> None:
    cross_validation.start(n_folds=n_folds, features=features, networks=networks, language=language, actor=actor)


def _language(name: str) -> str:
    return name or say("all languages")
