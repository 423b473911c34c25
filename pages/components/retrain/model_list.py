"""Every model there is: a list, and the card of one with what can be done with it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label, Split
from core.workflows.deployment import gate_comparison
from core.workflows.retraining import model_history
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.retrain import reliability_curve
from pages.components.retrain.challenger_cards import render_comparison_link

PERCENT = ("f(0.10)", "f(0.15)", "f(AMm)", "AMm")
SHORT = 12


def render_models(kept: list[Any], *, actor: Actor) -> None:
    """The list, then one model opened."""
    st.subheader("Models", anchor=False)
    st.dataframe(
        [_row(one) for one in kept],
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.1f %%") for name in PERCENT},
        placeholder=formatting.DASH,
        alt="Every model with its figures on the test children",
    )
    by_id = {one.model.id: one for one in kept}
    chosen = st.selectbox(
        "Card of",
        by_id,
        format_func=lambda one: f"{by_id[one].model.name} · {formatting.time_text(by_id[one].model.created_at)}",
        index=None,
        placeholder="Open the card of a model",
        key="card_of",
    )
    if chosen in by_id:
        in_force = next((one.model.id for one in kept if one.is_in_force), None)
        with st.container(border=True):
            _card(by_id[chosen], in_force, actor)


def render_refusals(found: list[gate_comparison.GateComparison]) -> None:
    """What the gate turned away, with its figures; the names of deleted models stay."""
    if not found:
        return
    with st.expander(f"Not offered so far: {len(found)}", icon=":material/block:"):
        st.dataframe(
            [
                {
                    "Model": one.challenger.id,
                    "Against": one.champion.id,
                    "AM target": formatting.percent(one.am_target),
                    "RCC": formatting.percent(one.challenger.rcc),
                    "RCC in force": formatting.percent(one.champion.rcc),
                    "Difference, 95 %": _points(one.rcc),
                    "AM": formatting.percent(one.challenger.am),
                    "AM in force": formatting.percent(one.champion.am),
                }
                for one in found
            ],
            hide_index=True,
            alt="Models that lost against the one in force, newest first",
        )


def _row(kept: Any) -> dict[str, Any]:
    figures, model = kept.figures(), kept.model
    return {
        "Model": model.name,
        "In force": "yes" if kept.is_in_force else "was" if kept.was_deployed else "",
        "When": formatting.time_text(model.created_at),
        "f(0.10)": formatting.points(figures.get("f10")),
        "f(0.15)": formatting.points(figures.get("f15")),
        "f(AMm)": formatting.points(figures.get("f_am_m")),
        "AMm": formatting.points(figures.get("am_m")),
        "Training": formatting.duration(model.seconds),
        "Id": model.id,
    }


def _card(kept: Any, in_force: str | None, actor: Actor) -> None:
    card, model = kept.model.card, kept.model
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {formatting.plain(model.name)}", width="content")
        for name, icon, colour in _badges(kept):
            st.badge(name, icon=icon, color=colour)
    st.caption(
        f"`{model.id}` · trained {formatting.time_text(model.created_at)} in {formatting.duration(model.seconds)}"
    )
    if kept.challenge:
        st.markdown(gate_comparison.describe_comparison(gate_comparison.GateComparison.of(kept.challenge.figures)))
    _actions(kept, in_force, actor)
    left, right = st.columns([5, 2], gap="large")
    with left:
        st.markdown("**What it is worth**")
        st.table(_figures(kept), border="horizontal", alt="Figures of the model")
        st.markdown("**What it learned from**")
        st.table(_data(card), border="horizontal", alt="Recordings and children by split")
    with right:
        st.markdown("**How it was made**")
        st.markdown("  \n".join(f":small[{name}: {value}]" for name, value in _made(card).items()))
    st.markdown("**Whether its probabilities mean what they say**")
    reliability_curve.render_reliability(card)
    with st.expander("The whole card, as it lies beside the networks"):
        st.json(card, expanded=1)


def _badges(kept: Any) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = []
    if kept.is_in_force:
        found.append(("in force", ":material/verified:", "green"))
    elif kept.was_deployed:
        found.append(("was in force", ":material/history:", "gray"))
    if kept.challenge and not kept.challenge.is_offered:
        found.append(("lost against the one in force", ":material/block:", "orange"))
    if not kept.has_folder:
        found.append(("its networks are not on this machine", ":material/folder_off:", "orange"))
    return found


def _actions(kept: Any, in_force: str | None, actor: Actor) -> None:
    model_id = kept.model.id
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "evaluate.py", label="Evaluate it", icon=":material/arrow_forward:", query_params={"model": model_id}
        )
        if in_force and in_force != model_id:
            render_comparison_link(model_id, in_force)
        if kept.has_folder:
            st.download_button(
                "Download",
                lambda: model_history.zip_model(model_id, actor=actor),
                file_name=f"{model_id}.zip",
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
                key="download_model",
            )
        if kept.can_be_deleted and st.button("Delete", icon=":material/delete:", key="delete_model"):
            _confirm_delete(kept.model, actor)


@st.dialog("Delete this model")
def _confirm_delete(model: Any, actor: Actor) -> None:
    st.markdown(
        f"**{formatting.plain(model.name)}** (`{model.id}`) never decided. Its networks and what it said of "
        f"recordings go "
        "for good; its name stays where it was compared. The same labels make it again."
    )
    if st.button("Delete it", type="primary", key="confirm_delete", on_click=_delete, args=(model.id, actor)):
        st.rerun()


def _delete(model_id: str, actor: Actor) -> None:
    def delete() -> str:
        model_history.delete_model(model_id, actor=actor)
        return "Deleted."

    attempt(delete)


def _figures(kept: Any) -> list[dict[str, str]]:
    rows = []
    for split in (Split.VALIDATION, Split.TEST):
        figures = kept.figures(split)
        rows.append(
            {
                "": f"{split.value} children",
                "f(0.10)": formatting.percent(figures.get("f10")),
                "95 %": formatting.interval(figures.get("f10_interval")),
                "f(0.15)": formatting.percent(figures.get("f15")),
                "f(AMm) / AMm": f"{formatting.percent(figures.get('f_am_m'))} / "
                "{formatting.percent(figures.get('am_m'))}",
            }
        )
    return rows


def _data(card: dict[str, Any]) -> list[dict[str, str]]:
    rows = []
    for split, said in card.get("splits", {}).items():
        labels = said.get("labels", {})
        rows.append(
            {"": split, "children": f"{said.get('children', {}).get('all', 0):,}"}
            | {str(label): f"{labels.get(str(label), 0):,}" for label in Label}
            | {"languages": ", ".join(name or formatting.DASH for name in said.get("languages", {})) or formatting.DASH}
        )
    return rows


def _made(card: dict[str, Any]) -> dict[str, str]:
    features = card.get("families") or [card.get("features", {})]
    rows = {
        "Features": ", ".join(_family(one) for one in features),
        "Networks": str(len(card.get("networks", []))),
        "Seed": str(card.get("seed", formatting.DASH)),
        "Labels, frozen": str(card.get("snapshot", {}).get("hash", formatting.DASH))[:SHORT],
        "Features took": formatting.duration(card.get("seconds", {}).get("features")),
        "Training took": formatting.duration(card.get("seconds", {}).get("training")),
    }
    rows |= {name: str(version) for name, version in card.get("versions", {}).items()}
    return {name: formatting.plain(value) for name, value in rows.items()}


def _family(features: dict[str, Any]) -> str:
    name = str(features.get("name", formatting.DASH))
    return name if features.get("is_genuine", True) else f"{name} (a stand-in for the module)"


def _points(difference: Any) -> str:
    if not formatting.is_known(difference.value):
        return formatting.DASH
    return f"{formatting.signed(100 * difference.value)} ({formatting.signed_points(difference.low, difference.high)})"
