"""Groups beside each other: a dot and its 95 % interval for AM and for RCC, and the line of everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.workflows.evaluation.slices import LEAST
from pages.components.charts import CLEAR, GREY
from pages.components.colours import ACCEPTED, REFUSED

ROW_PX = 27
TITLES = ("AM", "RCC")


def slice_chart(found: Sequence[Any], *, am: float | None, rcc: float | None) -> go.Figure:
    """Rows in the order of the slices.

    Parameters
    ----------
    found : `core.metrics.slices.Slice`
    am, rcc : of everybody, drawn as a line
    """
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.07, subplot_titles=TITLES)
    names = [f"{one.name} · {one.kind}" for one in found]
    for column, (part, everybody) in enumerate((("am", am), ("rcc", rcc)), start=1):
        for is_compared in (False, True):
            rows = [(name, getattr(one, part)) for name, one in zip(names, found, strict=True)]
            kept = [row for row in rows if (row[1].n >= LEAST) is is_compared]
            figure.add_trace(_dots(kept, is_faint=not is_compared), row=1, col=column)
        if everybody is not None:
            figure.add_vline(x=everybody, line={"color": GREY, "width": 1.2, "dash": "dot"}, row=1, col=column)
    figure.update_xaxes(tickvals=[0, 0.5, 1], ticktext=["0", "50", "100"], tickangle=0, range=[-0.05, 1.1])
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], showgrid=False)
    figure.update_annotations(font_size=13)
    return figure.update_layout(
        height=ROW_PX * len(found) + 90,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        showlegend=False,
        dragmode=False,
    )


def _dots(rows: Sequence[tuple[str, Any]], *, is_faint: bool) -> go.Scatter:
    """Faint where there are too few recordings to say anything."""
    figures = [figure for _, figure in rows]
    return go.Scatter(
        x=[one.value for one in figures],
        y=[name for name, _ in rows],
        mode="markers",
        opacity=0.3 if is_faint else 1,
        marker={
            "color": [REFUSED if one.is_worse else ACCEPTED for one in figures],
            "size": 9,
            "symbol": ["diamond" if one.is_worse else "circle" for one in figures],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [one.interval[1] - one.value for one in figures],
            "arrayminus": [one.value - one.interval[0] for one in figures],
            "color": GREY,
            "thickness": 1.4,
            "width": 3,
        },
        customdata=[(one.n, one.interval[0], one.interval[1]) for one in figures],
        hovertemplate="%{y}<br>%{x:.1%} (%{customdata[1]:.0%} to %{customdata[2]:.0%})<br>"
        "of %{customdata[0]} recordings<extra></extra>",
    )
