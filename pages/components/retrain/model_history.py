"""Every model there is: a list, and the card of one with what can be done with it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label, Split
from core.domain.model_cards import CardFamily, ModelCard
from core.workflows.deployment import gate_comparison
from core.workflows.retraining import model_history
from core.workflows.retraining.model_history import ModelRecord
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.retrain import reliability
from pages.components.retrain.challenge import beside

PERCENT = ("f(0.10)", "f(0.15)", "f(AMm)", "AMm")
SHORT = 12


def every_model(records: list[ModelRecord], *, actor: Actor) -> None:
    """The list, then one model opened."""
    st.subheader("Models", anchor=False)
    st.dataframe(
        [_row(one) for one in records],
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.1f %%") for name in PERCENT},
        placeholder=formatting.DASH,
        alt="Every model with its figures on the test children",
    )
    by_id = {one.model.id: one for one in records}
    chosen = st.selectbox(
        "Card of",
        by_id,
        format_func=lambda one: f"{by_id[one].model.name} · {formatting.when(by_id[one].model.created_at)}",
        index=None,
        placeholder="Open the card of a model",
        key="card_of",
    )
    if chosen in by_id:
        in_force = next((one.model.id for one in records if one.is_in_force), None)
        with st.container(border=True):
            _card(by_id[chosen], in_force, actor)


def refusals(found: list[gate_comparison.GateComparison]) -> None:
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


def _row(record: ModelRecord) -> dict[str, Any]:
    figures, model = record.figures(), record.model
    return {
        "Model": model.name,
        "In force": "yes" if record.is_in_force else "was" if record.was_deployed else "",
        "When": formatting.when(model.created_at),
        "f(0.10)": formatting.points(figures.f10),
        "f(0.15)": formatting.points(figures.f15),
        "f(AMm)": formatting.points(figures.f_am_m),
        "AMm": formatting.points(figures.am_m),
        "Training": formatting.duration(model.seconds),
        "Id": model.id,
    }


def _card(record: ModelRecord, in_force: str | None, actor: Actor) -> None:
    card, model = record.model.card, record.model
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {formatting.plain(model.name)}", width="content")
        for name, icon, colour in _badges(record):
            st.badge(name, icon=icon, color=colour)
    st.caption(f"`{model.id}` · trained {formatting.when(model.created_at)} in {formatting.duration(model.seconds)}")
    if record.challenge:
        st.markdown(gate_comparison.describe_comparison(gate_comparison.GateComparison.of(record.challenge.figures)))
    _actions(record, in_force, actor)
    left, right = st.columns([5, 2], gap="large")
    with left:
        st.markdown("**What it is worth**")
        st.table(_figures(record), border="horizontal", alt="Figures of the model")
        st.markdown("**What it learned from**")
        st.table(_data(card), border="horizontal", alt="Recordings and children by split")
    with right:
        st.markdown("**How it was made**")
        st.markdown("  \n".join(f":small[{name}: {value}]" for name, value in _provenance(card).items()))
    st.markdown("**Whether its probabilities mean what they say**")
    reliability.show(card)
    with st.expander("The whole card, as it lies beside the networks"):
        st.json(card.document, expanded=1)


def _badges(record: ModelRecord) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = []
    if record.is_in_force:
        found.append(("in force", ":material/verified:", "green"))
    elif record.was_deployed:
        found.append(("was in force", ":material/history:", "gray"))
    if record.challenge and not record.challenge.is_offered:
        found.append(("lost against the one in force", ":material/block:", "orange"))
    if not record.has_folder:
        found.append(("its networks are not on this machine", ":material/folder_off:", "orange"))
    return found


def _actions(record: ModelRecord, in_force: str | None, actor: Actor) -> None:
    model_id = record.model.id
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "evaluate.py", label="Evaluate it", icon=":material/arrow_forward:", query_params={"model": model_id}
        )
        if in_force and in_force != model_id:
            beside(model_id, in_force)
        if record.has_folder:
            st.download_button(
                "Download",
                lambda: model_history.zip_model(model_id, actor=actor),
                file_name=f"{model_id}.zip",
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
                key="download_model",
            )
        if record.can_be_deleted and st.button("Delete", icon=":material/delete:", key="delete_model"):
            _confirm_delete(record.model, actor)


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


def _figures(record: ModelRecord) -> list[dict[str, str]]:
    rows = []
    for split in (Split.VALIDATION, Split.TEST):
        figures = record.figures(split)
        rows.append(
            {
                "": f"{split.value} children",
                "f(0.10)": formatting.percent(figures.f10),
                "95 %": formatting.interval(figures.f10_interval),
                "f(0.15)": formatting.percent(figures.f15),
                "f(AMm) / AMm": f"{formatting.percent(figures.f_am_m)} / {formatting.percent(figures.am_m)}",
            }
        )
    return rows


def _data(card: ModelCard) -> list[dict[str, str]]:
    return [
        {"": split.value, "children": f"{counts.n_children:,}"}
        | {label.value: f"{counts.labels[label]:,}" for label in Label}
        | {"languages": ", ".join(name or formatting.DASH for name in counts.languages) or formatting.DASH}
        for split, counts in card.counts.items()
    ]


def _provenance(card: ModelCard) -> dict[str, str]:
    rows = {
        "Features": ", ".join(_family(family) for family in card.families),
        "Networks": str(len(card.classifiers)),
        "Seed": formatting.DASH if card.seed is None else str(card.seed),
        "Labels, frozen": card.snapshot_hash[:SHORT] or formatting.DASH,
        "Features took": formatting.duration(card.feature_seconds),
        "Training took": formatting.duration(card.training_seconds),
    }
    return {name: formatting.plain(value) for name, value in {**rows, **card.versions}.items()}


def _family(family: CardFamily) -> str:
    name = family.name or formatting.DASH
    return name if family.is_genuine else f"{name} (a stand-in for the module)"


def _points(difference: Any) -> str:
    if not formatting.is_known(difference.value):
        return formatting.DASH
    return f"{formatting.signed(100 * difference.value)} ({formatting.signed_points(difference.low, difference.high)})"
