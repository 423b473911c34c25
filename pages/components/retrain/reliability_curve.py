"""The reliability curves of a model's card, class by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from core.domain.labels import Label, Split
from core.domain.model_cards import CardBin, CardReliability, ModelCard
from core.translation import mark
from pages.components import formatting
from pages.components.colours import BY_LABEL
from pages.components.words import say, say_count

CLEAR, GREY = "rgba(0, 0, 0, 0)", "#8A8F98"
HEIGHT_PX = 340
SMALLEST_PX, LARGEST_PX = 6.0, 26.0
SPLITS = (Split.TEST, Split.VALIDATION)
OF_CHILDREN = {Split.VALIDATION: mark("validation children"), Split.TEST: mark("test children")}
HOVER = {"p": "%{x:.0%}", "share": "%{y:.0%}", "n": "%{customdata}"}  # which Plotly fills in


def render_reliability(card: ModelCard) -> None:
    """The curve of a model card, with its error in words; a sentence where the card has none."""
    of_test = card.reliability.get(Split.TEST, {})
    labels = [label for label in Label if label in of_test]
    if not labels:
        st.caption(say("This model was trained before reliability was measured. Retrain to see it."))
        return
    label = labels[0]
    if len(labels) > 1:
        chosen = st.segmented_control(
            say("Probability of"), labels, default=labels[0], format_func=say, key="reliability_of"
        )
        label = chosen or labels[0]
    of_class = {split: card.reliability[split][label] for split in SPLITS}
    st.plotly_chart(reliability_chart(of_class, label), width="stretch", config={"displayModeBar": False})
    st.caption(reliability_text(of_class[Split.TEST], label))
    if card.fusion and card.fusion.note:
        st.caption(card.fusion.note)


def reliability_chart(of_class: Mapping[Split, CardReliability], label: Label) -> go.Figure:
    """The model's probability against the share of labels; a larger dot stands for more recordings."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name=say("as promised"),
        line={"color": GREY, "dash": "dash"},
        hoverinfo="skip",
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
            name=say(OF_CHILDREN[split]),
            marker={"size": _sizes(bins), "color": colour, "symbol": symbol},
            hovertemplate=say("the model says {p}<br>people labelled {share} so<br>{n} recordings", **HOVER),
        )
    axis = {"range": [-0.04, 1.04], "tickformat": ".0%", "dtick": 0.2, "fixedrange": True, "automargin": True}
    figure.update_xaxes(title=say("p({label}), mean of the recordings", label=say(label.value)), **axis)
    figure.update_yaxes(title=say("share labelled {label}", label=say(label.value)), **axis)
    figure.update_layout(
        height=HEIGHT_PX,
        separators=formatting.number_signs(),
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
        return say("There is no test recording to measure it on.")
    return say_count(
        "On {n} recording of test children, p({label}) is off by {points} points on average (expected calibration "
        "error); log loss {loss}. Dots on the dashed line: what the model says comes true. A small dot stands for few "
        "recordings and may lie off it by chance.",
        "On {n} recordings of test children, p({label}) is off by {points} points on average (expected calibration "
        "error); log loss {loss}. Dots on the dashed line: what the model says comes true. A small dot stands for few "
        "recordings and may lie off it by chance.",
        count,
        label=say(label.value),
        points=formatting.in_hundred(of_test.ece),
        loss=formatting.decimal(of_test.log_loss, 2),
    )


def _sizes(bins: Sequence[CardBin]) -> list[float]:
    """Areas in proportion to recordings."""
    most = max((each.count for each in bins), default=1)
    return [max(SMALLEST_PX, LARGEST_PX * (each.count / most) ** 0.5) for each in bins]
