"""Charts of the Paper screen: every row beside its published figure, and operating curves of chosen rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.domain.model_cards import Interval
from core.workflows.evaluation.operating_curves import CurveData
from core.workflows.paper.paper_report import ClassShare
from core.workflows.paper.paper_rows import Key, RowFigures, TableRow
from pages.components import charts, formatting
from pages.components.colours import ACCEPTED, NOISE, REFUSED, SPEECHLESS
from pages.components.paper import row_names
from pages.components.paper.row_names import language_title
from pages.components.system_names import family_title
from pages.components.words import say

# told apart by lightness as well; after these the pattern of the line changes
LINES = (ACCEPTED, SPEECHLESS, NOISE, REFUSED, "#3A7CA5", "#7A8B2E", "#A65E9E", charts.GREY)
ROW_PX = 30
HOVER = {"share": "%{x:.1%}", "ends": "%{customdata[0]}"}  # which Plotly fills in


def f10_chart(rows: Sequence[TableRow]) -> go.Figure:
    """f(0.10) of each row with its interval, and the published figure as a diamond."""
    names = [_in_two_lines(row) for row in rows]
    figure = go.Figure()
    _published(figure, names, rows)
    there = [(name, row) for name, row in zip(names, rows, strict=True) if row.is_trained]
    ends = [row.figures.f10_interval or (None, None) for _, row in there]
    figure.add_scatter(
        x=[row.figures.f10 for _, row in there],
        y=[name for name, _ in there],
        mode="markers",
        name=say("here, 95 %"),
        marker={"color": ACCEPTED, "size": 11},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_reach(row.figures.f10, end[1]) for (_, row), end in zip(there, ends, strict=True)],
            "arrayminus": [_reach(end[0], row.figures.f10) for (_, row), end in zip(there, ends, strict=True)],
            "color": ACCEPTED,
            "thickness": 2,
            "width": 5,
        },
        customdata=[[_percent_interval(row.figures.f10_interval)] for _, row in there],
        hovertemplate="%{y}<br>" + say("here {share}<br>95 %: {ends}", **HOVER) + "<extra></extra>",
    )
    figure.update_xaxes(title="f(0.10)", tickformat=".0%", range=[0, 1.03], dtick=0.2)
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=names, automargin=True)
    return charts.with_layout(figure, height_px=max(ROW_PX * len(names) + 110, 190))


def row_curves_chart(by_row: Mapping[Key, CurveData], rows: Sequence[TableRow]) -> go.Figure:
    """RCC against AM of some rows, each with the three published points of its row where it has any."""
    figure = go.Figure()
    for number, row in enumerate(row for row in rows if row.key in by_row):
        curve, name, colour = by_row[row.key], row_names.row_name(row), LINES[number % len(LINES)]
        dash = "solid" if number < len(LINES) else "dot"
        figure.add_scatter(
            x=curve.am,
            y=curve.rcc,
            mode="lines",
            name=name,
            legendgroup=name,
            line={"color": colour, "width": 2.5, "dash": dash},
            hovertemplate=f"{name}<br>{charts.hover_shares()}<extra></extra>",
        )
        if row.published:
            _add_published_points(figure, row.published_figures, name, colour)
    for x in (0.10, 0.15):
        figure.add_vline(x=x, line={"color": charts.GREY, "width": 1, "dash": "dot"})
    figure.update_xaxes(title=say("good readings wrongly refused (AM)"), tickformat=".0%", range=[0, 0.5])
    figure.update_yaxes(title=say("bad recordings caught (RCC)"), tickformat=".0%", range=[0, 1.02])
    figure = charts.with_layout(figure, height_px=480)
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.18, "x": 0}, margin={"l": 8, "r": 8, "t": 12, "b": 8}
    )


def _add_published_points(figure: go.Figure, published: RowFigures, name: str, colour: str) -> None:
    title = say("published: {system}", system=name)
    figure.add_scatter(
        x=[0.10, 0.15, published.am_m],
        y=[published.f10, published.f15, published.f_am_m],
        mode="markers",
        legendgroup=name,
        showlegend=False,
        marker={"color": colour, "size": 10, "symbol": "diamond-open", "line": {"width": 2}},
        hovertemplate=f"{title}<br>{charts.hover_shares('.0%')}<extra></extra>",
    )


def distribution_chart(shares: Sequence[ClassShare]) -> go.Figure:
    """The share of each class in each language, in the test set beside the whole."""
    names = [f"{say(share.label)} · {language_title(share.language)}" for share in shares]
    figure = go.Figure()
    for name, values, colour in (
        (say("all recordings"), [share.whole for share in shares], charts.GREY),
        (say("test set"), [share.test for share in shares], ACCEPTED),
    ):
        figure.add_bar(
            x=values,
            y=names,
            orientation="h",
            name=name,
            marker={"color": colour},
            hovertemplate=f"%{{y}}<br>{name}: %{{x:.1%}}<extra></extra>",
        )
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(barmode="group")
    return charts.with_layout(figure, height_px=36 * len(names) + 90)


def _published(figure: go.Figure, names: Sequence[str], rows: Sequence[TableRow]) -> None:
    theirs = [(name, row.published.f10) for name, row in zip(names, rows, strict=True) if row.published]
    if not theirs:
        return
    figure.add_scatter(
        x=[value for _, value in theirs],
        y=[name for name, _ in theirs],
        mode="markers",
        name=say("published"),
        marker={"color": SPEECHLESS, "size": 10, "symbol": "diamond-open", "line": {"width": 2}},
        hovertemplate="%{y}<br>" + say("published {share}", share="%{x:.0%}") + "<extra></extra>",
    )


def _in_two_lines(row: TableRow) -> str:
    """Names beyond the paper are long, and telephones are narrow."""
    system = row_names.system_name(row)
    return system if row_names.is_papers(row) else f"{family_title(row.features)}<br>{system}"


def _reach(low: float | None, high: float | None) -> float:
    return 0.0 if low is None or high is None else max(0.0, high - low)


def _percent_interval(interval: Interval | None) -> str:
    if formatting.is_too_few(interval, of=0.0):
        return formatting.too_few()
    if interval is None:
        return ""
    low, high = interval
    return say("{low} to {high}", low=formatting.percent(low), high=formatting.percent(high))
