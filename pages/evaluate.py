"""Evaluate: choose how many good readings may be wrongly refused, hear what that costs, and deploy it.

The address carries all that is shown (model, children, AM target, view, cell, group, the model against it); opening it
again shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.domain.actor import Actor
from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.domain.models import Model
from core.sentences.curve_sentences import empty_classes_sentence
from core.translation import mark
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import (
    human_baseline,
    model_evaluation,
    operating_curves,
    platform_volume,
    stream,
    threshold_sweep,
)
from core.workflows.evaluation.confusion import CELLS
from core.workflows.evaluation.threshold_sweep import ThresholdSweep
from pages.components import formatting, screen_address
from pages.components.action_result import show_last_result, showing_errors
from pages.components.empty_state import render_empty_state
from pages.components.evaluate.certainty_view import certainty_view
from pages.components.evaluate.confusion_view import confusion_view, open_cell
from pages.components.evaluate.deployment_card import render_decisions, render_deploy_button
from pages.components.evaluate.elsewhere_view import elsewhere_view
from pages.components.evaluate.model_comparison_view import model_comparison_view
from pages.components.evaluate.operating_curve import KEY, nearest_target, render_operating_curve
from pages.components.evaluate.report_download import render_report_download
from pages.components.evaluate.slices_view import slices_view
from pages.components.evaluate.sources_view import sources_view
from pages.components.evaluate.volume_form import render_volume_popover
from pages.components.page_frame import STAFF, begin_page
from pages.components.words import language, say

DEFAULT_AM = 0.10
HEAR, GROUPS, SOURCES, MODELS, SURE = "hear", "groups", "sources", "models", "sure"
ELSEWHERE, REPORT = "elsewhere", "report"
TABS = {
    HEAR: ("hearing", mark("Hear what it decides")),
    GROUPS: ("balance", mark("Who is treated worse")),
    SOURCES: ("location_on", mark("Place by place")),
    MODELS: ("compare_arrows", mark("Two models")),
    SURE: ("straighten", mark("How sure")),
    ELSEWHERE: ("travel_explore", mark("Elsewhere")),
    REPORT: ("description", mark("Report")),
}
CHILDREN = {Split.TEST.value: mark("Test children"), Split.VALIDATION.value: mark("Validation children")}


def am_of_address(model: Model) -> float:
    """The AM target in the address, on the steps of the handle; else the one in force for this model, else 10 %."""
    now = deployment_control.current_deployment()
    usual = now.operating_point.am_target if now and now.operating_point.model_id == model.id else DEFAULT_AM
    return nearest_target(screen_address.float_in_address("am", usual))


def certainty_of_address(model: Model) -> Certainty:
    """The certainty in the address; else the one in force for this model, else the paper's rule."""
    now = deployment_control.current_deployment()
    in_force = now is not None and now.operating_point.model_id == model.id
    usual = now.operating_point.certainty if now is not None and in_force else Certainty.EVEN
    shares = [f"{certainty.in_hundred}" for certainty in Certainty]
    written = screen_address.choice_in_address("sure", shares, f"{usual.in_hundred}")
    return Certainty.of(int(written) / 100)


def choose_model(models: Sequence[Model]) -> Model:
    """The model of the address, else the deployed one, else the best of the newest retraining."""
    by_id = {model.id: model for model in models}
    best = model_evaluation.champion() or models[0]
    wanted = st.query_params.get("model", best.id)
    if wanted not in by_id:
        st.warning(
            say(
                "There is no model {wanted}, which the address names. This is {best}.",
                wanted=formatting.plain(wanted),
                best=formatting.plain(best.title),
            )
        )
        wanted = best.id
    ids = list(by_id)
    chosen = st.selectbox(
        say("Model"),
        ids,
        index=ids.index(wanted),
        format_func=lambda model_id: f"{by_id[model_id].title} · {formatting.time_text(by_id[model_id].created_at)}",
        key="model",
        label_visibility="collapsed",
        width=340,
    )
    screen_address.put_in_address("model", chosen)
    return by_id[chosen]


def choose_split() -> Split:
    names = [Split.TEST.value, Split.VALIDATION.value]
    chosen = st.segmented_control(
        say("Children"),
        names,
        default=screen_address.choice_in_address("children", names, Split.TEST.value),
        required=True,
        key="children",
        label_visibility="collapsed",
        format_func=lambda name: say(CHILDREN[name]),
        help=say(
            "The validation children determine the threshold; the test children show what other children then get."
        ),
    )
    split = Split(chosen or Split.TEST.value)
    screen_address.put_in_address("children", split.value)
    return split


def choose_tab() -> str:
    # a click on a count sets it as well
    st.session_state.setdefault("tab", screen_address.choice_in_address("tab", TABS, HEAR))
    chosen = st.segmented_control(
        say("View"),
        list(TABS),
        format_func=tab_title,
        required=True,
        key="tab",
        label_visibility="collapsed",
    )
    screen_address.put_in_address("tab", chosen or HEAR)
    return chosen or HEAR


def tab_title(name: str) -> str:
    icon, title = TABS[name]
    return f":material/{icon}: {say(title)}"


def open_clicked_cell() -> None:
    """A click on a count of the trade-off opens its recordings below."""
    clicked = st.session_state[KEY].cell
    if clicked in CELLS:
        open_cell(clicked)
        st.session_state["tab"] = HEAR


def daily_recordings() -> tuple[float, float] | None:
    """Good and bad recordings of a day, where staff have stated how much is read."""
    volume = platform_volume.current_volume()
    day = platform_volume.daily_counts(volume, am=0.0, rcc=0.0) if volume else None
    return (day.good, day.bad) if day else None


@st.fragment
def render_trade_off(
    model: Model, models: Sequence[Model], split: Split, sweeps: Mapping[Certainty, ThresholdSweep], actor: Actor
) -> None:
    """All that depends on the AM target and its certainty. Runs again, alone, when the handle is released."""
    curves = {name: operating_curves.curve_points(model.id, name) for name in (Split.VALIDATION, Split.TEST)}
    lines = {name: curve.points() for name, curve in curves.items()}
    judges = human_baseline.baseline_points()
    above = st.container(horizontal=True, gap="small", vertical_alignment="center")
    am, certainty = render_operating_curve(
        sweeps,
        lines,
        split=split,
        am=am_of_address(model),
        certainty=certainty_of_address(model),
        on_cell=open_clicked_cell,
        judges=judges,
        day=daily_recordings(),
        streams={
            certainty: {name: stream.am_of_points(model.id, name, steps) for name in (Split.VALIDATION, Split.TEST)}
            for certainty, steps in sweeps.items()
        },
        language=language(),
    )
    screen_address.put_in_address("am", f"{am:g}")
    screen_address.put_in_address("sure", f"{certainty.in_hundred}")
    steps = sweeps[certainty]
    rung = steps.at(am)
    with above:
        render_deploy_button(model, rung, actor=actor)
        render_volume_popover(actor)
    tab = choose_tab()
    show_last_result()  # of an action in this fragment, which runs again without the rest of the page
    with showing_errors():
        if tab == HEAR:
            confusion_view(model, rung, steps.totals[split], split, actor)
        elif tab == GROUPS:
            slices_view(model, rung, split, actor)
        elif tab == SOURCES:
            sources_view(actor)
        elif tab == MODELS:
            model_comparison_view(model, models, am, actor, certainty=certainty)
        elif tab == SURE:
            certainty_view(model, rung, curves, judges)
        elif tab == ELSEWHERE:
            elsewhere_view(model.id)
        else:
            render_report_download(model, am, certainty)


# sentence, handle, figures, promise and button shall stand together on a laptop's screen
STYLE = (
    ".stMainBlockContainer { padding-top: 3.75rem; } .stMainBlockContainer h1 { font-size: 1.5rem; padding: 0; } "
    ".stMainBlockContainer > div > .stVerticalBlock { gap: 0.6rem; }"
)

st.html(f"<style>{STYLE}</style>")
account = begin_page(say("Evaluate"), roles=STAFF)
show_last_result()
models = model_evaluation.models()
if not models:
    render_empty_state(
        say("No model is trained yet"),
        say("Training takes a minute or two, and one click. Then the trade-off can be chosen here."),
        screen="retrain.py",
        link=say("Train the first model"),
    )
    st.stop()
with st.container(horizontal=True, gap="small", vertical_alignment="center"):
    model = choose_model(models)
    split = choose_split()
    render_decisions(actor=Actor.of(account))
with showing_errors():
    sweeps = {certainty: threshold_sweep.sweep_thresholds(model.id, certainty=certainty) for certainty in Certainty}
    steps = sweeps[Certainty.EVEN]
    if not steps.points:
        render_empty_state(
            say("This model has no threshold to choose"),
            say(
                "{missing} Judge more recordings, of more children, and train again.",
                missing=empty_classes_sentence(steps.empty_classes, speaks=language()),
            ),
            screen="retrain.py",
            link=say("To Retrain"),
        )
    else:
        render_trade_off(model, models, split, sweeps, Actor.of(account))
