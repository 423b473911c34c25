"""The tables of the Paper screen: ours beside the published ones, row by row, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from core.translation import mark
from core.workflows.paper.paper_rows import TableRow
from pages.components import formatting
from pages.components.paper import paper_charts, row_names
from pages.components.words import say, say_count

SHARES = ("f(0.10)", mark("paper f(0.10)"), "f(0.15)", mark("paper f(0.15)"), mark("f(0.10) exact"))
NO_TOOLBAR = {"displayModeBar": False}
BEYOND = "beyond"


def render_tables(rows: Sequence[TableRow]) -> None:
    """Table 3, Table 4, and what is beyond the paper."""
    st.caption(
        say(
            "In percent, on the paper's grid of thresholds. f(x): bad recordings caught when x of the good readings "
            "are wrongly refused; AMm: where RCC minus AM is largest. 95 %: the interval of f(0.10), by resampling "
            "children."
        )
    )
    groups: dict[str, list[TableRow]] = {}
    for row in rows:
        groups.setdefault(row.features if row_names.is_papers(row) else BEYOND, []).append(row)
    for name, of_family in groups.items():
        _table(name, of_family)


def table_row(row: TableRow) -> dict[str, object]:
    """One line of a table; percent as numbers, so that columns sort."""
    theirs = row.published_figures
    return {
        say("System"): row_names.system_name(row) if row_names.is_papers(row) else row_names.row_name(row),
        "f(0.10)": formatting.points(row.figures.f10),
        say("95 %"): formatting.interval(row.figures.f10_interval, of=row.figures.f10)
        if row.figures.f10 is not None
        else None,
        say("paper f(0.10)"): formatting.points(theirs.f10),
        "f(0.15)": formatting.points(row.figures.f15),
        say("paper f(0.15)"): formatting.points(theirs.f15),
        "f(AMm) / AMm": row_names.figures_pair(row.figures.f_am_m, row.figures.am_m),
        say("paper f(AMm) / AMm"): row_names.figures_pair(theirs.f_am_m, theirs.am_m),
        say("f(0.10) exact"): None if row.published else formatting.points(row.figures.f10_exact),
        say("Epoch"): f"{formatting.decimal(row.seconds_per_epoch, 2)} s" if row.seconds_per_epoch else None,
        say("Training"): formatting.duration(row.seconds) if row.seconds else None,
        say("Parameters"): row.n_parameters,
    }


def _columns() -> dict[str, ColumnConfig]:
    return {
        **{
            say(name): st.column_config.NumberColumn(format=formatting.column_format("%.1f"), width=104)
            for name in SHARES
        },
        say("System"): st.column_config.TextColumn(pinned=True),
        say("95 %"): st.column_config.TextColumn(width=108),
        say("Parameters"): st.column_config.NumberColumn(format="localized"),
    }


def _table(name: str, rows: list[TableRow]) -> None:
    title = row_names.table_title(name)
    st.header(title, anchor=False)
    n_missing = sum(not row.is_trained for row in rows)
    if n_missing:
        words = say_count("{n} system is not trained here yet.", "{n} systems are not trained here yet.", n_missing)
        st.markdown(f":material/pending: {words}")
    st.dataframe(
        pd.DataFrame([table_row(row) for row in rows]).dropna(axis="columns", how="all"),
        hide_index=True,
        column_config=_columns(),
        placeholder=formatting.DASH,
        alt=say("{table}: figures of every system, here and published", table=title),
        key=f"table_{name}",
    )
    st.plotly_chart(
        paper_charts.f10_chart(rows),
        key=f"f10_{name}",
        config=NO_TOOLBAR,
        alt=say("{table}: f(0.10) of every system with its interval, here and published", table=title),
    )
