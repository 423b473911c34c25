"""Operating curves of chosen rows of the paper's tables."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.workflows.paper import row_curves
from core.workflows.paper.paper_rows import TableRow
from pages.components.paper import paper_charts, row_names
from pages.components.words import say

MOST = 10


@st.fragment
def render_curves(rows: Sequence[TableRow], job_id: str | None) -> None:
    """Choose rows, see what each catches at every price. At first the best row of each family."""
    trained = [row for row in rows if row.is_trained]
    if not trained:
        st.info(say("Curves stand here once a system is trained."), title=say("Nothing to draw yet"))
        return
    by_name = {row_names.row_name(row): row for row in trained}
    names = st.multiselect(
        say("Rows"),
        list(by_name),
        default=[row_names.row_name(row) for row in _best(trained)],
        max_selections=MOST,
        key="curve_rows",
        placeholder=say("Choose rows"),
    )
    chosen = [by_name[name] for name in names]
    if not chosen:
        return
    keys = [row.key for row in chosen]
    figure = paper_charts.row_curves_chart(row_curves.curves_of_rows(keys, job_id=job_id), chosen)
    alt = say("Share of bad recordings caught against share of good readings wrongly refused, of each chosen row")
    st.plotly_chart(figure, key="row_curves", config={"displayModeBar": False}, alt=alt)
    st.caption(
        say(
            "Diamonds: the three points that the paper published of the same system, on its own recordings. Dotted: "
            "where f(0.10) and f(0.15) are read off."
        )
    )


def f10(row: TableRow) -> float:
    """f(0.10) to rank by."""
    return row.figures.f10 or 0.0


def _best(trained: Sequence[TableRow]) -> list[TableRow]:
    """The best row by f(0.10) of each table, and the product's own."""
    best: dict[str, TableRow] = {}
    for row in trained:
        name = row.features if row_names.is_papers(row) else "beyond"
        if name not in best or f10(row) > f10(best[name]):
            best[name] = row
    product = [row for row in trained if row.is_product and row not in best.values()]
    return [*best.values(), *product]
