"""The heat map of one pair of a search: a cell a network, its value on it, cells not tried left empty.

Colours come from the theme's meaning (green is good) and the ground is clear, so light and dark both read well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.number_words import in_hundred, percent
from pages.components.colours import SPEECHLESS as MARK

CLEAR = "rgba(0, 0, 0, 0)"
INK, PAPER, GREY = "#1D2A2A", "rgba(251, 250, 247, 0.82)", "rgba(138, 143, 152, 0.14)"
SHADES = [[0.0, "rgba(14, 159, 126, 0.08)"], [1.0, "rgba(14, 159, 126, 0.85)"]]
ROW_PX, AROUND_PX = 34, 72
MUCH_WORSE = 1.5  # times the best cross-entropy: paler than that no cell gets, or one bad network hides all differences
GIVEN_UP = "×"


def heat_map(pair: dict[str, Any], words: dict[str, str], *, figure: str) -> go.Figure:
    """Every cell of a pair.

    Parameters
    ----------
    pair : of `search_results.pairs`
    words : what the numbers are called
    figure : "loss" or "f10", what stands on the cells
    """
    by_cell = {(one[pair["first"]], one[pair["second"]]): one for one in pair["trials"]}
    cells = [[by_cell.get((one, other)) for one in pair["first_values"]] for other in pair["second_values"]]
    made = go.Figure()
    _add(made, [[0.0] * len(row) for row in cells], scale=[[0, GREY], [1, GREY]], hoverinfo="skip")
    said = [[_hover(trial, words) for trial in row] for row in cells]
    _add(made, _shades(cells, figure), scale=SHADES, customdata=said, hovertemplate="%{customdata}<extra></extra>")
    # on a ground of their own: no one colour of text is read on every shade of the light and of the dark theme
    on_paper = {"font": {"size": 12, "color": INK}, "bgcolor": PAPER, "borderpad": 2}
    for y, row in enumerate(cells):
        for x, trial in enumerate(row):
            if trial is not None:
                made.add_annotation(x=x, y=y, text=cell_text(trial, figure), showarrow=False, **on_paper)
    _mark(made, pair)
    _lay_out(made, pair, words)
    return made


def cell_text(trial: dict[str, Any], figure: str) -> str:
    """What stands on a cell: `0.344`, `94.6`, or a cross where a network was given up."""
    known = trial[figure]
    if known is None:
        return GIVEN_UP
    return f"{known:.3f}" if figure == "loss" else in_hundred(known)


def _add(made: go.Figure, z: Sequence[Sequence[float | None]], *, scale: Any, **more: Any) -> None:
    made.add_heatmap(
        z=z,
        zmin=0,
        zmax=1,
        colorscale=scale,
        showscale=False,
        xgap=3,
        ygap=3,
        hoverongaps=False,
        **more,
    )


def _lay_out(made: go.Figure, pair: dict[str, Any], words: dict[str, str]) -> None:
    """Axes that count cells: the values are no even steps, and are written beside them."""
    across, down = pair["first_values"], pair["second_values"]
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""}
    made.update_xaxes(
        title=words[pair["first"]], side="top", range=[-0.5, len(across) - 0.5], **_ticks(across), **plain
    )
    made.update_yaxes(title=words[pair["second"]], range=[len(down) - 0.5, -0.5], **_ticks(down), **plain)
    made.update_layout(
        height=ROW_PX * len(down) + AROUND_PX,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        dragmode=False,
    )


def _shades(rows: Sequence[Sequence[dict[str, Any] | None]], figure: str) -> list[list[float | None]]:
    """How good each cell is, from 0 to 1; None where nothing is known."""
    known = [trial[figure] for row in rows for trial in row if trial is not None and trial[figure] is not None]
    if not known:
        return [[None] * len(row) for row in rows]
    best, worst = (min(known), max(known)) if figure == "loss" else (max(known), min(known))
    if figure == "loss":
        worst = min(worst, MUCH_WORSE * best)
    width = worst - best or 1.0
    return [
        [
            None if trial is None or trial[figure] is None else max(0.0, 1.0 - (trial[figure] - best) / width)
            for trial in row
        ]
        for row in rows
    ]


def _ticks(values: Sequence[float]) -> dict[str, Any]:
    return {"tickvals": list(range(len(values))), "ticktext": [f"{one:g}" for one in values]}


def _mark(made: go.Figure, pair: dict[str, Any]) -> None:
    """A frame around the cell that was chosen."""
    if pair["chosen"] is None:
        return
    x = pair["first_values"].index(pair["chosen"][pair["first"]])
    y = pair["second_values"].index(pair["chosen"][pair["second"]])
    made.add_shape(
        type="rect",
        x0=x - 0.48,
        x1=x + 0.48,
        y0=y - 0.46,
        y1=y + 0.46,
        line={"color": MARK, "width": 4},
    )


def _hover(trial: dict[str, Any] | None, words: dict[str, str]) -> str:
    if trial is None:
        return ""
    numbers = "<br>".join(f"{word} {trial[name]:g}" for name, word in words.items())
    size = f"{trial['parameters']:,} parameters, {trial['epochs']} epochs, {trial['seconds']:.0f} s<br>{numbers}"
    if trial["loss"] is None:
        return f"given up: much worse than what was held<br>{size}"
    share = "" if trial["f10"] is None else f", f(0.10) {percent(trial['f10'])}"
    return f"cross-entropy {trial['loss']:.4f}{share}<br>{size}"
