"""Evaluate: choose how many good readings may be asked again, hear what that costs, and put it into force.

The address carries the model, the AM target and the children looked at; opening it again shows the same.
"""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from core.labels import Split
from core.workflows import deploying, evaluating
from core.workflows.actor import Actor
from pages.parts import words
from pages.parts.comparison import comparison
from pages.parts.deployment import deployed_card, offer_operating_point
from pages.parts.frame import STAFF, page, said
from pages.parts.judge_again import A_DECISION, ROW_ACTION, judge_again, round_note, send_back
from pages.parts.nothing_yet import nothing_yet
from pages.parts.operating_curve import AM_MAX, KEY, STEP, Ladder, ladder, operating_curve
from pages.parts.outcome import show_outcome
from pages.parts.player import judgement_chips, playable, player, probability_bars

DEFAULT_AM = 0.10
EXAMPLES = 20
AGAIN_KEY = "examples"
CELLS = {
    "accepted_refused": "Accepted that would be refused",
    "noise_passed": "Noise that would pass",
    "speechless_passed": "Speechless that would pass",
}


def am_of_address(model: Any) -> float:
    """The AM target in the address, on the steps of the handle.

    Where there is none that can be used: the one in force for this model, else 10 %.
    """
    now = deploying.deployed()
    usual = now.operating_point.am_target if now and now.operating_point.model_id == model.id else DEFAULT_AM
    try:
        asked = float(st.query_params.get("am", usual))
    except ValueError:
        asked = usual
    asked = usual if math.isnan(asked) else asked
    return round(round(min(max(asked, 0.0), AM_MAX) / STEP) * STEP, 3)


def keep_in_address(name: str, value: str) -> None:
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def choose_model(models: list[Any]) -> Any:
    """The model asked for in the address, else the deployed one, else the best of the newest retraining."""
    by_id = {model.id: model for model in models}
    best = evaluating.champion() or models[0]
    asked = st.query_params.get("model", best.id)
    if asked not in by_id:
        st.warning(f"The address names the model {asked}, which is not here. This is {best.name}.")
        asked = best.id
    ids = list(by_id)
    chosen = st.selectbox(
        "Model",
        ids,
        index=ids.index(asked),
        format_func=lambda one: f"{by_id[one].name} · {words.when(by_id[one].created_at)}",
        key="model",
    )
    keep_in_address("model", chosen)
    return by_id[chosen]


def choose_split() -> Split:
    asked = st.query_params.get("children", Split.TEST.value)
    names = [Split.TEST.value, Split.VALIDATION.value]
    chosen = st.segmented_control(
        "Children",
        names,
        default=asked if asked in names else Split.TEST.value,
        required=True,
        key="children",
        help="The validation children give the threshold; the test children show what others then get.",
    )
    split = Split(chosen or Split.TEST.value)
    keep_in_address("children", split.value)
    return split


def open_cell(cell: str) -> None:
    st.session_state["cell"] = cell


def open_clicked_cell() -> None:
    """A click on a count of the trade-off opens its recordings below."""
    clicked = st.session_state[KEY].cell
    if clicked == "rejected_passed":
        counts = st.session_state.get("counts", {})
        clicked = max(("noise_passed", "speechless_passed"), key=lambda cell: counts.get(cell, 0))
    if clicked in CELLS:
        open_cell(clicked)


@st.fragment
def trade_off(model: Any, split: Split, steps: Ladder, curves: dict[Split, Any], account: Any) -> None:
    """All that moves with the AM target. Runs again, alone, when the handle is let go of."""
    lines = {name: [] if curve.note else list(zip(curve.am, curve.rcc, strict=True)) for name, curve in curves.items()}
    am = operating_curve(steps, lines, split=split, am=am_of_address(model), on_cell=open_clicked_cell)
    keep_in_address("am", f"{am:g}")
    rung = steps.at(am)
    offer_operating_point(model, rung, actor=Actor.of(account))
    with said():
        examples(model.id, rung.threshold, split, Actor.of(account))
    with said():
        comparison(model, am, rung, curves)


def examples(model_id: str, threshold: float, split: Split, actor: Actor) -> None:
    """The recordings that this target decides wrongly, worst first, to be heard."""
    wrong = evaluating.confusions(model_id, threshold, split=split, limit=EXAMPLES)
    counts = st.session_state["counts"] = {cell: getattr(wrong, f"n_{cell}") for cell in CELLS}
    is_open = st.session_state.get("cell", "accepted_refused")
    st.subheader("What it gets wrong", anchor=False)
    show_outcome()  # of what was done in here, where only this part of the screen runs again
    with st.container(horizontal=True, gap="small"):
        for cell, name in CELLS.items():
            st.button(
                f"{name} · {counts[cell]}",
                key=f"cell_{cell}",
                type="primary" if cell == is_open else "secondary",
                on_click=open_cell,
                args=(cell,),
            )
    mistakes = getattr(wrong, is_open)
    if not mistakes:
        st.success(f"{CELLS[is_open]}: none among the {split.value} children at this target.")
        return
    st.caption(_how_many(len(mistakes), counts[is_open], split))
    player(
        [_as_playable(mistake, threshold) for mistake in mistakes],
        key=f"examples_{is_open}",
        action=ROW_ACTION,
        on_answer=lambda recording_id, _: send_back([recording_id], AGAIN_KEY, actor),
    )
    open_again = [mistake.judged.recording.id for mistake in mistakes if mistake.judged.consensus]
    if open_again:
        judge_again(open_again, key=AGAIN_KEY, actor=actor, reason=A_DECISION)


def _how_many(shown: int, total: int, split: Split) -> str:
    first = "all of them" if shown == total else f"the worst {shown} of {total}"
    return f"Worst first: {first}, from the {split.value} children. The line on the green bar is the threshold."


def _as_playable(mistake: Any, threshold: float) -> Any:
    comments = [one.comment for one in mistake.judged.judgements if one.comment]
    comments += filter(None, [round_note(mistake.judged)])
    return playable(
        mistake.judged.recording,
        chips=judgement_chips(mistake.judged),
        bars=probability_bars(mistake.probability, threshold=threshold),
        note=" · ".join(comments),
    )


account = page(
    "Evaluate",
    roles=STAFF,
    subtitle="Choose how many good readings may be asked again, and hear what that costs.",
)
show_outcome()
models = evaluating.models()
if not models:
    nothing_yet(
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
with said():
    drag = evaluating.drag_points(model.id)
    curves = {split: evaluating.curve_points(model.id, split) for split in (Split.VALIDATION, Split.TEST)}
    if not drag.thresholds:
        nothing_yet(
            "This model has no threshold to choose",
            f"{drag.note} Judge more recordings, of more children, and train again.",
            screen="retrain.py",
            link="To Retrain",
        )
    else:
        trade_off(model, split, ladder(drag, curves[Split.VALIDATION]), curves, account)
