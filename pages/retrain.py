"""Retrain: one click from the labels as they stand to new models, and every model there is."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.config import settings
from core.labels import Split
from core.workflows import deploying, evaluating, jobs, overview, retraining
from core.workflows.actor import Actor
from pages.parts import words
from pages.parts.frame import STAFF, page, said
from pages.parts.job_progress import as_row, ended, follow
from pages.parts.nothing_yet import nothing_yet
from pages.parts.outcome import attempt, show_outcome

AM_TARGET = 0.10
FAMILIES = {
    "dynamics": "Signal dynamics: loudness, voicing and rhythm; seconds",
    "mfcc": "MFCC: what the paper starts from",
    "vggish": "VGGish: what the paper arrives at; needs its module",
    "yamnet": "YAMNet: smaller and newer than VGGish; needs its module",
}
NETWORKS = {"dnn": "DNN", "rnn": "RNN"}
MODULES = {"vggish": "EARSHOT_VGGISH", "yamnet": "EARSHOT_YAMNET"}


def what_for(labels: Any) -> None:
    """What a click would learn from."""
    new = labels.since_training
    news = "" if new is None else f" {new:,} of them are new or changed since the newest model learned."
    st.markdown(f"**{words.counted(labels.now, 'recording')}** with a label that stands.{news}")


def choose() -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Features and networks for whoever wants others than the usual ones."""
    with st.popover("Other features and networks", icon=":material/tune:"):
        st.caption("Nothing chosen: signal dynamics with a DNN, and MFCC with an RNN to compare.")
        features = st.pills("Features", FAMILIES, selection_mode="multi", key="features")
        networks = st.pills(
            "Networks", NETWORKS, selection_mode="multi", format_func=lambda one: NETWORKS[one], key="networks"
        )
        for name in features:
            st.caption(FAMILIES[name])
            if name in MODULES:
                about_module(name)
    return tuple(features) or None, tuple(networks) or None


def about_module(name: str) -> None:
    """Where the module comes from, and how to bring it in where the network does not reach."""
    address = getattr(settings(), name)
    st.markdown(
        f"The module is loaded from `{address}`. Where this machine cannot reach it: download it elsewhere, unpack it "
        f"to a folder that holds `saved_model.pb`, set `{MODULES[name]}` to that folder, and start Earshot again."
    )


def start(features: tuple[str, ...] | None, networks: tuple[str, ...] | None, actor: Actor) -> None:
    def begin() -> None:
        retraining.start(features=features, networks=networks, actor=actor)

    with st.spinner("Handing it to a worker"):
        attempt(begin)
    st.rerun()


def side_by_side(models: list[Any], deployed_id: str | None) -> None:
    """The models of one retraining at the same AM target."""
    st.subheader(f"Side by side, when at most {words.percent(AM_TARGET, digits=0)} are asked again", anchor=False)
    for column, model in zip(st.columns(len(models), gap="medium"), models, strict=True):
        with column.container(border=True, height="stretch"):
            one_model(model, is_deployed=model.id == deployed_id)


def best_two(models: list[Any]) -> list[Any]:
    """Of the newest retraining, the two that do best on validation."""
    newest = [model for model in models if model.job_id == models[0].job_id]
    return sorted(newest, key=_validation_f10, reverse=True)[:2]


def one_model(model: Any, *, is_deployed: bool) -> None:
    report = evaluating.report(model.id, AM_TARGET)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{model.name}**", width="content")
        if is_deployed:
            st.badge("in force", icon=":material/verified:", color="green")
    st.markdown(words.trade_off(report.test.am, report.test.rcc))
    with st.container(horizontal=True):
        st.metric("RCC", words.percent(report.test.rcc), help=f"95 %: {words.interval(report.test.rcc_interval)}")
        st.metric("AM", words.percent(report.test.am), help=f"95 %: {words.interval(report.test.am_interval)}")
        st.metric("f(0.10)", words.percent(report.summary.f10))
    st.caption(f"Trained in {words.duration(model.seconds)}, {words.when(model.created_at)}. On the test children.")
    st.page_link("evaluate.py", label="Evaluate it", icon=":material/arrow_forward:", query_params={"model": model.id})


def every_model(models: list[Any], deployed_id: str | None) -> None:
    st.subheader("Models", anchor=False)
    st.dataframe(
        [model_row(model, is_deployed=model.id == deployed_id) for model in models],
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.1f %%") for name in ("f(0.10)", "f(0.15)", "f(AMm)", "AMm")
        },
        placeholder=words.DASH,
        alt="Every model with its figures on the test children",
    )


def _validation_f10(model: Any) -> float:
    return model.card.get("figures", {}).get(Split.VALIDATION.value, {}).get("f10") or 0.0


def model_row(model: Any, *, is_deployed: bool) -> dict[str, Any]:
    figures = model.card.get("figures", {}).get(Split.TEST.value, {})
    return {
        "Model": model.name,
        "In force": "yes" if is_deployed else "",
        "When": words.when(model.created_at),
        "f(0.10)": words.points(figures.get("f10")),
        "f(0.15)": words.points(figures.get("f15")),
        "f(AMm)": words.points(figures.get("f_am_m")),
        "AMm": words.points(figures.get("am_m")),
        "Training": words.duration(model.seconds),
        "Id": model.id,
    }


account = page("Retrain", roles=STAFF, subtitle="Learn anew from the labels as they stand. Nothing is deployed by it.")
actor = Actor.of(account)
show_outcome()
with said():
    labels = overview.labels()
    job = jobs.current()
    models = evaluating.models()
    is_live = job is not None and jobs.is_live(job)
    if not labels.now:
        nothing_yet(
            "There is no label to learn from yet",
            "Two judges must agree on a recording, or staff settle it.",
            screen="annotate.py",
            link="Judge recordings",
        )
    what_for(labels)
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button(
            "Retrain",
            type="primary",
            icon=":material/model_training:",
            key="retrain",
            disabled=is_live or not labels.now,
        )
        features, networks = choose()
    if clicked:
        start(features, networks, actor)
    if job is not None and is_live:
        follow(job.id, actor=actor)
    elif job is not None:
        ended(job, actor=actor)
    in_force = deploying.deployed()
    deployed_id = in_force.operating_point.model_id if in_force else None
    if models:
        side_by_side(best_two(models), deployed_id)
        every_model(models, deployed_id)
    history = jobs.history()
    if history:
        with st.expander("Retrainings so far", icon=":material/history:"):
            st.dataframe([as_row(one) for one in history], hide_index=True, alt="Retrainings, newest first")
