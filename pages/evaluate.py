"""Evaluate: choose how many good readings may be asked again, hear what that costs, and put it into force.

The address carries all that is shown (model, children, AM target, view, cell, group, the model against it); opening it
again shows the same.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Split
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import human_baseline, model_evaluation, platform_volume, threshold_sweep
from core.workflows.evaluation.confusion import CELLS
from core.workflows.evaluation.threshold_sweep import ThresholdSweep
from pages.components import address, formatting
from pages.components.action_result import reported, show_result
from pages.components.empty_state import empty_state
from pages.components.evaluate.certainty import certainty_view
from pages.components.evaluate.confusion import confusion_view, open_cell
from pages.components.evaluate.deployment import deployed_card, offer_operating_point
from pages.components.evaluate.model_comparison import model_comparison_view
from pages.components.evaluate.operating_curve import KEY, on_the_steps, operating_curve
from pages.components.evaluate.platform_volume import volume_popover
from pages.components.evaluate.report import report_download
from pages.components.evaluate.slices import slice_views
from pages.components.page_frame import STAFF, begin_page

DEFAULT_AM = 0.10
HEAR, GROUPS, MODELS, SURE, REPORT = "hear", "groups", "models", "sure", "report"
TABS = {
    HEAR: ":material/hearing: Hear what it decides",
    GROUPS: ":material/balance: Who is treated worse",
    MODELS: ":material/compare_arrows: Two models",
    SURE: ":material/straighten: How sure",
    REPORT: ":material/description: Report",
}


def am_of_address(model: Any) -> float:
    """The AM target in the address, on the steps of the handle.

    Where there is none that can be used: the one in force for this model, else 10 %.
    """
    now = deployment_control.current_deployment()
    usual = now.operating_point.am_target if now and now.operating_point.model_id == model.id else DEFAULT_AM
    return on_the_steps(address.number("am", usual))


def choose_model(models: list[Any]) -> Any:
    """The model asked for in the address, else the deployed one, else the best of the newest retraining."""
    by_id = {model.id: model for model in models}
    best = model_evaluation.champion() or models[0]
    asked = st.query_params.get("model", best.id)
    if asked not in by_id:
        st.warning(
            f"The address names the model {formatting.plain(asked)}, which is not here. "
            f"This is {formatting.plain(best.name)}."
        )
        asked = best.id
    ids = list(by_id)
    chosen = st.selectbox(
        "Model",
        ids,
        index=ids.index(asked),
        format_func=lambda one: f"{by_id[one].name} · {formatting.when(by_id[one].created_at)}",
        key="model",
    )
    address.put_in_address("model", chosen)
    return by_id[chosen]


def choose_split() -> Split:
    names = [Split.TEST.value, Split.VALIDATION.value]
    chosen = st.segmented_control(
        "Children",
        names,
        default=address.choice_in_address("children", names, Split.TEST.value),
        required=True,
        key="children",
        help="The validation children give the threshold; the test children show what others then get.",
    )
    split = Split(chosen or Split.TEST.value)
    address.put_in_address("children", split.value)
    return split


def choose_tab() -> str:
    st.session_state.setdefault(
        "tab", address.choice_in_address("tab", TABS, HEAR)
    )  # a click on a count sets it as well
    chosen = st.segmented_control(
        "View",
        list(TABS),
        format_func=TABS.__getitem__,
        required=True,
        key="tab",
        label_visibility="collapsed",
    )
    address.put_in_address("tab", chosen or HEAR)
    return chosen or HEAR


def open_clicked_cell() -> None:
    """A click on a count of the trade-off opens its recordings below."""
    clicked = st.session_state[KEY].cell
    if clicked in CELLS:
        open_cell(clicked)
        st.session_state["tab"] = HEAR


def a_day() -> tuple[float, float] | None:
    """Good and bad recordings of a day, where staff have said how much is read."""
    said_volume = platform_volume.current_volume()
    day = platform_volume.daily_counts(said_volume, am=0.0, rcc=0.0) if said_volume else None
    return (day.good, day.bad) if day else None


@st.fragment
def trade_off(model: Any, models: list[Any], split: Split, steps: ThresholdSweep, actor: Actor) -> None:
    """All that moves with the AM target. Runs again, alone, when the handle is let go of."""
    shown = {name: threshold_sweep.curve_points(model.id, name) for name in (Split.VALIDATION, Split.TEST)}
    lines = {name: [] if curve.note else list(zip(curve.am, curve.rcc, strict=True)) for name, curve in shown.items()}
    judges = human_baseline.baseline_points()
    am = operating_curve(
        steps, lines, split=split, am=am_of_address(model), on_cell=open_clicked_cell, judges=judges, day=a_day()
    )
    address.put_in_address("am", f"{am:g}")
    rung = steps.at(am)
    with st.container(horizontal=True, gap="small"):
        offer_operating_point(model, rung, actor=actor)
        volume_popover(actor)
    tab = choose_tab()
    show_result()  # of what was done in here, where only this part of the screen runs again
    with reported():
        if tab == HEAR:
            confusion_view(model, rung, steps.totals[split], split, actor)
        elif tab == GROUPS:
            slice_views(model, rung, split, actor)
        elif tab == MODELS:
            model_comparison_view(model, models, am, actor)
        elif tab == SURE:
            certainty_view(model, rung, shown, judges)
        else:
            report_download(model, am)


account = begin_page(
    "Evaluate",
    roles=STAFF,
    subtitle="Choose how many good readings may be asked again, and hear what that costs.",
)
show_result()
models = model_evaluation.models()
if not models:
    empty_state(
        "No model is trained yet",
        "There is a curve to drag as soon as one is: it takes a minute or two, and one click.",
        screen="retrain.py",
        link="Train the first model",
    )
    st.stop()
deployed_card({model.id: model.name for model in models}, actor=Actor.of(account))
left, right = st.columns([3, 1], vertical_alignment="bottom")
with left:
    model = choose_model(models)
with right:
    split = choose_split()
with reported():
    steps = threshold_sweep.sweep_thresholds(model.id)
    if not steps.points:
        empty_state(
            "This model has no threshold to choose",
            f"{steps.note} Judge more recordings, of more children, and train again.",
            screen="retrain.py",
            link="To Retrain",
        )
    else:
        trade_off(model, models, split, steps, Actor.of(account))
