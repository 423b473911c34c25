"""Plotly charts in the theme's colours, on a transparent background, readable in the light and in the dark theme.

Axes, fonts and grid come from Streamlit's theme; only colours that carry meaning are set here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import plotly.graph_objects as go

from core.domain.labels import Label, Split
from core.translation import mark
from core.workflows.annotation.agreement_report import Estimate
from core.workflows.evaluation.human_baseline import JudgePoint
from core.workflows.evaluation.model_comparison import ModelComparison
from core.workflows.evaluation.operating_curves import CurveData
from pages.components import formatting
from pages.components.colours import ACCEPTED, NOISE, REFUSED, SPEECHLESS
from pages.components.words import say

CLEAR = "rgba(0, 0, 0, 0)"
GREY = "#8A8F98"
HEIGHT_PX = 340
INK, PAPER = "#1D2A2A", "rgba(251, 250, 247, 0.82)"
NO_TOOLBAR = {"displayModeBar": False}
SPLIT_NAMES = {Split.TEST: mark("test children"), Split.VALIDATION: mark("validation children")}
DAY = mark("%Y-%m-%d")  # as d3 writes a day
LINE = {Split.TEST: {"color": ACCEPTED, "width": 2.5}, Split.VALIDATION: {"color": GREY, "width": 1.5, "dash": "dot"}}


def rcc_against_am_chart(
    curves: Mapping[Split, CurveData],
    *,
    chosen: tuple[float, float] | None,
    published: Mapping[str, tuple[float, float]],
    judges: Sequence[JudgePoint] = (),
) -> go.Figure:
    """The operating curve.

    Parameters
    ----------
    chosen : (AM, RCC) on the test children at the chosen target
    published : name -> (AM, RCC) of points to compare with
    """
    figure = go.Figure()
    for split, curve in curves.items():
        name = say(SPLIT_NAMES[split])
        hover = f"{hover_shares()}<extra>{name}</extra>"
        figure.add_scatter(x=curve.am, y=curve.rcc, mode="lines", name=name, line=LINE[split], hovertemplate=hover)
    of_judges = {judge.judge: (judge.am, judge.rcc) for judge in judges}
    _points(figure, published, say("published best"), symbol="diamond-open", colour=NOISE)
    _points(figure, of_judges, say("a judge against the others"), symbol="diamond", colour=SPEECHLESS)
    if chosen and not any(math.isnan(share) for share in chosen):
        _marker(figure, chosen, say("this target"))
    return _trade_off_axes(figure)


def two_models_chart(comparison: ModelComparison) -> go.Figure:
    """The operating curves of two models, and the point of each at the target."""
    figure = go.Figure()
    for side, colour, dash in ((comparison.first, ACCEPTED, "solid"), (comparison.second, SPEECHLESS, "dash")):
        name, line = side.model.title, {"color": colour, "width": 2.5, "dash": dash}
        hover = hover_shares()
        figure.add_scatter(x=side.curve.am, y=side.curve.rcc, mode="lines", name=name, line=line, hovertemplate=hover)
        if not (math.isnan(side.am) or math.isnan(side.rcc)):
            _marker(figure, (side.am, side.rcc), say("{model} at the target", model=name), colour=colour)
    return _trade_off_axes(figure)


def threshold_chart(curve: CurveData, *, threshold: float | None) -> go.Figure:
    """g(t) = RCC(t) - AM(t) on the exact grid, its maximum, and the chosen threshold."""
    heights = [rcc - am for rcc, am in zip(curve.rcc, curve.am, strict=True)]
    figure = go.Figure()
    figure.add_scatter(
        x=curve.thresholds,
        y=heights,
        mode="lines",
        name="g(t) = RCC − AM",
        line={"color": ACCEPTED, "width": 2.5},
        customdata=list(zip(curve.rcc, curve.am, strict=True)),
        hovertemplate="t %{x:.3f}<br>g %{y:.3f}<br>RCC %{customdata[0]:.1%} · AM %{customdata[1]:.1%}<extra></extra>",
    )
    top = curve.maximum
    if not math.isnan(top.threshold):
        place = (top.threshold, top.rcc - top.am)
        _marker(
            figure,
            place,
            say("maximum {g:.3f} at t = {t:.3f}", g=place[1], t=place[0]),
            colour=SPEECHLESS,
            symbol="star",
        )
    if threshold is not None and not math.isnan(threshold):
        figure.add_vline(x=threshold, line={"color": REFUSED, "width": 1.5, "dash": "dash"})
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="lines",
            name=say("threshold"),
            line={"color": REFUSED, "width": 1.5, "dash": "dash"},
        )
    figure.update_xaxes(title=say("threshold t"), range=[-0.02, 1.02])
    figure.update_yaxes(title="g(t)")
    return with_layout(figure)


def judge_table_chart(table: Sequence[Sequence[int]], *, judge_a: str, judge_b: str) -> go.Figure:
    """The 3 x 3 table of two judges, rows the first: equal labels green, different ones orange."""
    names, recordings = [say(label.value) for label in Label], say("recordings:")
    total = max(1, max(max(row) for row in table))
    figure = go.Figure()
    for on_diagonal, colour in ((True, ACCEPTED), (False, NOISE)):
        shades = [
            [n / total if (i == j) is on_diagonal else None for j, n in enumerate(row)] for i, row in enumerate(table)
        ]
        scale = [[0, _see_through(colour, 0.06)], [1, _see_through(colour, 0.7)]]
        figure.add_heatmap(
            z=shades,
            x=names,
            y=names,
            zmin=0,
            zmax=1,
            colorscale=scale,
            showscale=False,
            xgap=4,
            ygap=4,
            customdata=table,
            hoverongaps=False,
            hovertemplate=f"{judge_a}: %{{y}}<br>{judge_b}: %{{x}}<br>{recordings} %{{customdata}}<extra></extra>",
        )
    # with a background of their own: no text colour is readable on every shade of both themes
    on_paper = {"font": {"size": 17, "color": INK}, "bgcolor": PAPER, "borderpad": 4}
    for i, row in enumerate(table):
        for j, n in enumerate(row):
            figure.add_annotation(x=names[j], y=names[i], text=say("{n:,}", n=n), showarrow=False, **on_paper)
    figure.update_xaxes(title=judge_b, side="top", showgrid=False)
    figure.update_yaxes(title=judge_a, autorange="reversed", showgrid=False)
    return with_layout(figure)


def agreement_chart(points: Sequence[tuple[date, Estimate]]) -> go.Figure:
    """A share with its 95 % interval, by the first day of each period."""
    values = [share.value for _, share in points]
    figure = go.Figure()
    figure.add_scatter(
        x=[day for day, _ in points],
        y=values,
        mode="lines+markers",
        line={"color": ACCEPTED, "width": 2.5},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [share.high - share.value for _, share in points],
            "arrayminus": [share.value - share.low for _, share in points],
            "color": GREY,
            "thickness": 1.5,
        },
        hovertemplate=f"%{{x|{say(DAY)}}}<br>{say('same label')} %{{y:.1%}}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(tickformat=say(DAY), nticks=8)
    figure.update_yaxes(title=say("same label"), tickformat=".0%", range=[0, 1.03])
    return with_layout(figure, height_px=240)


def with_layout(figure: go.Figure, *, height_px: int = HEIGHT_PX) -> go.Figure:
    """The figure with the margins, legend, clear background and the numbers' signs that all charts have."""
    return figure.update_layout(
        height=height_px,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.01, "x": 0},
        dragmode=False,
        separators=formatting.number_signs(),
    )


def _points(
    figure: go.Figure, places: Mapping[str, tuple[float, float]], name: str, *, symbol: str, colour: str
) -> None:
    if not places:
        return
    figure.add_scatter(
        x=[point[0] for point in places.values()],
        y=[point[1] for point in places.values()],
        text=list(places),
        mode="markers",
        name=name,
        marker={"color": colour, "size": 9, "symbol": symbol, "line": {"width": 2 if "open" in symbol else 0}},
        hovertemplate=f"%{{text}}<br>{hover_shares()}<extra></extra>",
    )


def hover_shares(number: str = ".1%") -> str:
    """Both shares of a point, which Plotly fills in."""
    return say("wrongly refused {am}<br>caught {rcc}", am=f"%{{x:{number}}}", rcc=f"%{{y:{number}}}")


def _trade_off_axes(figure: go.Figure) -> go.Figure:
    figure.update_xaxes(title=say("good readings wrongly refused (AM)"), tickformat=".0%", range=[-0.01, 1.01])
    figure.update_yaxes(title=say("bad recordings caught (RCC)"), tickformat=".0%", range=[0, 1.03])
    return with_layout(figure)


def _marker(
    figure: go.Figure, place: tuple[float, float], name: str, *, colour: str = REFUSED, symbol: str = "circle"
) -> None:
    figure.add_scatter(
        x=[place[0]],
        y=[place[1]],
        mode="markers",
        name=name,
        marker={"color": colour, "size": 13, "symbol": symbol},
        hovertemplate=f"{name}<extra></extra>",
    )


def _see_through(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
