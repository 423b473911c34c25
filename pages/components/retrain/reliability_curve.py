"""The reliability curves of a model's card, class by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from core.domain.labels import Label, Split
from core.domain.model_cards import CardBin, CardReliability, ModelCard
from pages.components.colours import BY_LABEL

CLEAR, GREY = "rgba(0, 0, 0, 0)", "#8A8F98"
HEIGHT_PX = 340
SMALLEST_PX, LARGEST_PX = 6.0, 26.0
SPLITS = (Split.TEST, Split.VALIDATION)


def render_reliability(card: ModelCard) -> None:
    """The curve of a model card, with its error in words; a sentence where the card has none."""
    of_test = card.reliability.get(Split.TEST, {})
    labels = [label for label in Label if label in of_test]
    if not labels:
        st.caption("This model was trained before reliability was measured. Retrain to see it.")
        return
    label = labels[0]
    if len(labels) > 1:
        label = st.segmented_control("Probability of", labels, default=labels[0], key="reliability_of") or labels[0]
    of_class = {split: card.reliability[split][label] for split in SPLITS}
    st.plotly_chart(reliability_chart(of_class, label), width="stretch", config={"displayModeBar": False})
    st.caption(reliability_text(of_class[Split.TEST], label))
    if card.fusion and card.fusion.note:
        st.caption(card.fusion.note)


def reliability_chart(of_class: Mapping[Split, CardReliability], label: Label) -> go.Figure:
    """The model's probability against the share of labels; a larger dot stands for more recordings."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="as promised", line={"color": GREY, "dash": "dash"}, hoverinfo="skip"
    )
    looks = {Split.TEST: (BY_LABEL[label], "circle"), Split.VALIDATION: (GREY, "circle-open")}
    for split in reversed(SPLITS):
        bins = [each for each in of_class[split].bins if each.count]
        colour, symbol = looks[split]
        figure.add_scatter(
            x=[each.mean_p for each in bins],
            y=[each.share for each in bins],
            customdata=[each.count for each in bins],
            mode="markers",
            name=f"{split} children",
            marker={"size": _sizes(bins), "color": colour, "symbol": symbol},
            hovertemplate="the model says %{x:.0%}<br>people said it of %{y:.0%}<br>%{customdata} recordings",
        )
    axis = {"range": [-0.04, 1.04], "tickformat": ".0%", "dtick": 0.2, "fixedrange": True, "automargin": True}
    figure.update_xaxes(title=f"p({label}), mean of the recordings", **axis)
    figure.update_yaxes(title=f"share labelled {label}", **axis)
    figure.update_layout(
        height=HEIGHT_PX,
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        legend={"x": 0.01, "y": 0.99, "bgcolor": CLEAR},
    )
    return figure


def reliability_text(of_test: CardReliability, label: Label) -> str:
    """The expected calibration error as a sentence."""
    count = sum(each.count for each in of_test.bins)
    if of_test.ece is None or of_test.log_loss is None:
        return "There is no test recording to measure it on."
    return (
        f"On {count} recordings of test children, p({label}) is off by {100 * of_test.ece:.1f} points on average "
        f"(expected calibration error); log loss {of_test.log_loss:.2f}. A dot on the dashed line keeps its "
        "promise; a small dot stands for few recordings and may lie off it by chance."
    )


def _sizes(bins: Sequence[CardBin]) -> list[float]:
    """Areas in proportion to recordings."""
    most = max((each.count for each in bins), default=1)
    return [max(SMALLEST_PX, LARGEST_PX * (each.count / most) ** 0.5) for each in bins]
