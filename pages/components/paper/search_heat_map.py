"""The heat map of one pair of a search: a cell a network, with its value; cells that were not tried are empty.

Green is good and the background is clear, so that it is readable in the light and in the dark theme.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.workflows.search.search_results import PARAMETER_NAMES, Point, SearchedPair, Trial, value_at
from pages.components import formatting
from pages.components.colours import SPEECHLESS as MARK
from pages.components.words import say

CLEAR = "rgba(0, 0, 0, 0)"
INK, PAPER, GREY = "#1D2A2A", "rgba(251, 250, 247, 0.82)", "rgba(138, 143, 152, 0.14)"
SHADES: list[list[float | str]] = [[0.0, "rgba(14, 159, 126, 0.08)"], [1.0, "rgba(14, 159, 126, 0.85)"]]
ROW_PX, AROUND_PX = 34, 72
MUCH_WORSE = 1.5  # times the best cross-entropy: paler than that no cell gets, or one bad network hides all differences
GIVEN_UP = "×"
Scale = list[list[float | str]]  # [[position, colour], ...]


def heat_map(pair: SearchedPair, *, figure: str) -> go.Figure:
    """Every cell of a pair; `figure` is "loss" or "f10", what stands on the cells."""
    by_cell = {_cell(pair, trial.point): trial for trial in pair.trials}
    cells = [[by_cell.get((x, y)) for x in pair.grid.first_values] for y in pair.grid.second_values]
    chart = go.Figure()
    _add(chart, [[0.0] * len(row) for row in cells], scale=[[0, GREY], [1, GREY]], hoverinfo="skip")
    hover = [[_hover(trial) for trial in row] for row in cells]
    _add(chart, _shades(cells, figure), scale=SHADES, customdata=hover, hovertemplate="%{customdata}<extra></extra>")
    # with a background of their own: no text colour is readable on every shade of both themes
    on_paper = {"font": {"size": 12, "color": INK}, "bgcolor": PAPER, "borderpad": 2}
    for y, row in enumerate(cells):
        for x, trial in enumerate(row):
            if trial is not None:
                chart.add_annotation(x=x, y=y, text=cell_text(trial, figure), showarrow=False, **on_paper)
    _mark(chart, pair)
    _lay_out(chart, pair)
    return chart


def _cell(pair: SearchedPair, point: Point) -> tuple[float, float]:
    return value_at(point, pair.grid.first), value_at(point, pair.grid.second)


def _known(trial: Trial, figure: str) -> float | None:
    return trial.loss if figure == "loss" else trial.f10


def cell_text(trial: Trial, figure: str) -> str:
    """What stands on a cell: `0.344`, `94.6`, or a cross where a network was given up."""
    known = _known(trial, figure)
    if known is None:
        return GIVEN_UP
    return formatting.decimal(known, 3) if figure == "loss" else formatting.in_hundred(known)


def _add(chart: go.Figure, z: Sequence[Sequence[float | None]], *, scale: Scale, **options: object) -> None:
    chart.add_heatmap(
        z=z,
        zmin=0,
        zmax=1,
        colorscale=scale,
        showscale=False,
        xgap=3,
        ygap=3,
        hoverongaps=False,
        **options,
    )


def _lay_out(chart: go.Figure, pair: SearchedPair) -> None:
    """Axes that count cells: the values, which are not evenly spaced, are the labels of the ticks."""
    across, down = pair.grid.first_values, pair.grid.second_values
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""}
    chart.update_xaxes(
        title=say(PARAMETER_NAMES[pair.grid.first]),
        side="top",
        range=[-0.5, len(across) - 0.5],
        **_ticks(across),
        **plain,
    )
    chart.update_yaxes(
        title=say(PARAMETER_NAMES[pair.grid.second]), range=[len(down) - 0.5, -0.5], **_ticks(down), **plain
    )
    chart.update_layout(
        height=ROW_PX * len(down) + AROUND_PX,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        dragmode=False,
    )


def _shades(rows: Sequence[Sequence[Trial | None]], figure: str) -> list[list[float | None]]:
    """The rank of each cell, from 0 to 1; None where there is no value."""
    values = [[None if trial is None else _known(trial, figure) for trial in row] for row in rows]
    known = [shown for row in values for shown in row if shown is not None]
    if not known:
        return [[None] * len(row) for row in rows]
    best, worst = (min(known), max(known)) if figure == "loss" else (max(known), min(known))
    if figure == "loss":
        worst = min(worst, MUCH_WORSE * best)
    width = worst - best or 1.0
    return [[None if shown is None else max(0.0, 1.0 - (shown - best) / width) for shown in row] for row in values]


def _ticks(values: Sequence[float]) -> dict[str, list[int] | list[str]]:
    return {"tickvals": list(range(len(values))), "ticktext": [_short(value) for value in values]}


def _mark(chart: go.Figure, pair: SearchedPair) -> None:
    """A frame around the cell that was chosen."""
    if pair.chosen is None:
        return
    first, second = _cell(pair, pair.chosen)
    x, y = pair.grid.first_values.index(first), pair.grid.second_values.index(second)
    chart.add_shape(
        type="rect",
        x0=x - 0.48,
        x1=x + 0.48,
        y0=y - 0.46,
        y1=y + 0.46,
        line={"color": MARK, "width": 4},
    )


def _hover(trial: Trial | None) -> str:
    if trial is None:
        return ""
    numbers = [f"{say(title)} {_short(value_at(trial.point, name))}" for name, title in PARAMETER_NAMES.items()]
    size = say(
        "{parameters} parameters, {epochs} epochs, {seconds} s",
        parameters=formatting.grouped(trial.n_parameters),
        epochs=trial.epochs,
        seconds=f"{trial.seconds:.0f}",
    )
    result = say("given up: much worse than the best so far")
    if trial.loss is not None:
        result = say("cross-entropy {loss}", loss=formatting.decimal(trial.loss, 4))
        if trial.f10 is not None:
            result = f"{result}, f(0.10) {formatting.percent(trial.f10)}"
    return "<br>".join([result, size, *numbers])


def _short(value: float) -> str:
    """As few digits as it takes."""
    return f"{value:g}".replace(".", formatting.number_signs()[0])
